#include <sferic/callbacks/detail/checkpoint_name.hpp>

#include <gtest/gtest.h>

#include <map>

#include "support/message_of.hpp"

namespace sferic::test {
namespace {

using detail::CheckpointName;

std::string formatted(std::string const& text, bool insert_names = true) {
  std::map<std::string, CheckpointName::Value> const values{{"epoch", std::int64_t{2}},
                                                            {"step", std::int64_t{10}},
                                                            {"loss", 0.123456},
                                                            {"val/loss", 0.5},
                                                            {"nan", std::nan("")},
                                                            {"one", 1.0},
                                                            {"val", 7.25}};
  return CheckpointName(text, insert_names, "filename")
      .format([&](auto const& name) -> std::optional<CheckpointName::Value> {
    auto const found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  });
}

TEST(CheckpointName, InsertsNamesAndValues) {
  EXPECT_EQ(formatted("{epoch}-{step}"), "epoch=2-step=10");
  EXPECT_EQ(formatted("{epoch:03d}-{loss:.2f}"), "epoch=002-loss=0.12");
  EXPECT_EQ(formatted("best"), "best");
}

TEST(CheckpointName, LeavesNamesOutIfItIsTold) {
  EXPECT_EQ(formatted("epoch={epoch}-loss={loss:.2f}", false), "epoch=2-loss=0.12");
  EXPECT_EQ(formatted("{epoch}", false), "2");
}

TEST(CheckpointName, TakesWhatIsUnknownForAWholeZero) {
  EXPECT_EQ(formatted("{other}"), "other=0");
  EXPECT_EQ(formatted("{other:d}"), "other=0");
  EXPECT_EQ(formatted("{other:.2f}"), "other=0.00");
}

TEST(CheckpointName, WritesNumbersAsPythonDoes) {
  EXPECT_EQ(formatted("{one}-{loss}", false), "1.0-0.123456");
  EXPECT_EQ(formatted("{nan:.3f}-{nan}-{nan:d}", false), "nan-nan-nan");
  EXPECT_EQ(formatted("{epoch:.1f}", false), "2.0");
  EXPECT_EQ(formatted("{loss:.1e}", false), "1.2e-01");
}

TEST(CheckpointName, TellsANameFromALongerOne) {
  EXPECT_EQ(formatted("{val}-{val/loss:.1f}"), "val=7.25-val/loss=0.5");
}

TEST(CheckpointName, RefusesWhatIsNoTemplate) {
  auto const message = [](std::string const& text) {
    return message_of<std::invalid_argument>([&] { CheckpointName(text, true, "filename"); });
  };
  EXPECT_EQ(message("a{epoch"),
            "filename of ModelCheckpoint must be a file name with {name} or {name:format} in it, "
            "but got \"a{epoch\": a { has no }");
  for (auto const* const text :
       {"epoch}", "{}", "{:d}", "{epoch}}", "{{epoch}}", "", "folder/", "{epoch:q}"}) {
    EXPECT_NE(message(text).find('"' + std::string(text) + '"'), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace sferic::test
