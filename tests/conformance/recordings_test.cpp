#include "conformance/recordings.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/temporary_folder.hpp"

namespace sferic::conformance {

namespace {

TEST(Recordings, EachCaseHasItsLine) {
  auto const cases = Json::parse(R"([{"name": "good"}, {"differs": true}, {"name": "broken"}])");
  std::ostringstream out;
  auto const agreement =
      check_cases(cases, "traces", [](Json const& recorded) -> std::optional<std::string> {
    if (recorded.value("name", "") == "broken") throw NotUnderstood("unknown key: x");
    return recorded.contains("differs") ? std::optional("expected 1, got 2") : std::nullopt;
  }, out);
  EXPECT_EQ(out.str(),
            "ok   good\n"
            "FAIL case_1: expected 1, got 2\n"
            "FAIL broken: unknown key: x\n"
            "1 of 3 traces agree\n");
  EXPECT_EQ(agreement.cases, 3);
  EXPECT_EQ(agreement.agree, 1);
}

TEST(Recordings, AFolderHasRecordingsIfItHasOneOfTheFiles) {
  test::TemporaryFolder const folder;
  EXPECT_FALSE(has_recordings(folder.path()));
  EXPECT_FALSE(has_recordings(folder.path() / "absent"));
  std::ofstream(folder.path() / "training.json") << "{}";
  EXPECT_TRUE(has_recordings(folder.path()));
}

TEST(Recordings, AFileThatIsNoRecordingIsNamed) {
  test::TemporaryFolder const folder;
  auto const file = folder.path() / "training.json";
  for (auto const* const content :
       {"{", "[]", R"({"cases": []})", R"({"cases": [{}], "casess": []})"}) {
    std::ofstream(file) << content;
    try {
      cases_of(file);
      ADD_FAILURE() << content;
    } catch (NotUnderstood const& error) {
      EXPECT_TRUE(std::string_view(error.what()).starts_with(file.string())) << error.what();
    }
  }
}

}  // namespace

}  // namespace sferic::conformance
