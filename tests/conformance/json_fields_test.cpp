#include "conformance/json_fields.hpp"

#include <gtest/gtest.h>

namespace sferic::conformance {

namespace {

template <class Call>
std::string message_of(Call const& call) {
  try {
    call();
  } catch (NotUnderstood const& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(RecordingFields, AKeyThatNobodyAskedForIsNamed) {
  auto const object = Json::parse(R"({"known": 1, "unknown": null})");
  JsonFields fields(object, "config.trainer");
  std::int64_t known = 0;
  fields.require("known", known);
  EXPECT_EQ(known, 1);
  EXPECT_EQ(message_of([&] { fields.finish(); }), "unknown key: config.trainer.unknown");
}

TEST(RecordingFields, AMissingKeyIsNamed) {
  auto const object = Json::object();
  JsonFields fields(object, "end");
  std::int64_t epoch = 0;
  EXPECT_EQ(message_of([&] { fields.require("epoch", epoch); }), "end.epoch is missing");
}

TEST(RecordingFields, NullLeavesADefaultAlone) {
  auto const object = Json::parse(R"({"value": null})");
  JsonFields fields(object, "");
  std::int64_t value = 7;
  fields.allow("value", value);
  fields.allow("absent", value);
  EXPECT_EQ(value, 7);
}

TEST(RecordingFields, NoValueIsConverted) {
  std::int64_t whole = 0;
  EXPECT_EQ(message_of([&] { read(Json(1.0), "epoch", whole); }),
            "epoch must be a whole number, but got 1.0");
  EXPECT_EQ(message_of([&] { read(Json(true), "epoch", whole); }),
            "epoch must be a whole number, but got true");
  bool truth = false;
  EXPECT_EQ(message_of([&] { read(Json(1), "save", truth); }),
            "save must be true or false, but got 1");
  std::vector<std::int64_t> list;
  EXPECT_EQ(message_of([&] { read(Json::parse("[1, \"2\"]"), "list", list); }),
            "list[1] must be a whole number, but got \"2\"");
}

TEST(RecordingFields, AWholeNumberIsACountAndAnotherAShare) {
  Limit limit = 0;
  read(Json::parse("1"), "limit", limit);
  EXPECT_FALSE(limit.is_share());
  read(Json::parse("1.0"), "limit", limit);
  EXPECT_TRUE(limit.is_share());
  read(Json::parse("2.0"), "limit", limit);
  EXPECT_FALSE(limit.is_share());
  EXPECT_EQ(limit.value(), 2);
  read(Json::parse("1.5"), "limit", limit);
  EXPECT_TRUE(limit.is_share());
}

TEST(RecordingFields, AnUnknownChoiceIsRefusedWithThoseThatThereAre) {
  EXPECT_EQ(message_of([] { one_of<int>(Json("c"), "choice", {{"a", 1}, {"b", 2}}); }),
            "choice must be a or b, but got \"c\"");
}

}  // namespace

}  // namespace sferic::conformance
