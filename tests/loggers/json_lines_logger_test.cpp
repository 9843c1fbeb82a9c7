#include <sferic/loggers/json_lines_logger.hpp>

#include <sferic/png/png.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "loggers/support.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

using Json = nlohmann::ordered_json;

class JsonLinesLogger : public testing::Test {
 protected:
  LoggerOptions first_version() const { return {.folder = folder_.path(), .version = 0}; }

  /// The lines without their times, which must be later than this test was written.
  std::vector<std::string> lines() const {
    std::istringstream text(read(run_ / "metrics.jsonl"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
      auto object = Json::parse(line);
      EXPECT_GT(object.at("time").get<double>(), 1.6e9) << line;
      object.erase("time");
      lines.push_back(object.dump());
    }
    return lines;
  }

  TemporaryFolder const folder_;
  std::filesystem::path const run_ = folder_.path() / "version_0";
  sferic::JsonLinesLogger logger_{first_version()};
  Training<sferic::JsonLinesLogger> training_{logger_};
};

using Lines = std::vector<std::string>;

TEST_F(JsonLinesLogger, WritesALineForValuesThatBelongTogether) {
  training_.log(4, {{"loss", 0.25}, {"accuracy", 1}});
  training_.end_epoch();
  training_.log(5, {{"val \"loss\"", 1e300}});
  training_.end();
  EXPECT_EQ(lines(), (Lines{R"({"step":4,"epoch":0,"loss":0.25,"accuracy":1.0})",
                            R"({"step":5,"epoch":1,"val \"loss\"":1e+300})"}));
}

TEST_F(JsonLinesLogger, WritesNumbersThatAreNotFiniteAsStrings) {
  training_.log(0, {{"a", kNaN}, {"b", kInfinity}, {"c", -kInfinity}});
  training_.end();
  EXPECT_EQ(lines(), Lines{R"({"step":0,"epoch":0,"a":"NaN","b":"Infinity","c":"-Infinity"})"});
}

TEST_F(JsonLinesLogger, HasItsOwnFieldsForValuesOfThoseNames) {
  training_.log(3, {{"step", 1}, {"epoch", 2}, {"time", 3}});
  training_.end();
  EXPECT_EQ(lines(), Lines{R"({"step":3,"epoch":0,"step_":1.0,"epoch_":2.0,"time_":3.0})"});
}

TEST_F(JsonLinesLogger, HasAFieldForEachOfTwoNamesOfThose) {
  training_.log(3, {{"time_", 1}, {"time", 2}});
  training_.end();
  EXPECT_EQ(lines(), Lines{R"({"step":3,"epoch":0,"time__":1.0,"time_":2.0})"});
}

TEST_F(JsonLinesLogger, WritesTextsAndHistograms) {
  training_.log_media(2, {{"answer", "two\nlines"}, {"weights", histogram()}});
  training_.end();
  EXPECT_EQ(lines(), (Lines{R"({"step":2,"epoch":0,"answer":"two\nlines"})",
                            R"({"step":2,"epoch":0,"weights":{"histogram":{"min":-1.0,"max":3.0,)"
                            R"("sum":4.0,"sum_of_squares":11.0,"limits":[0.0,3.0],)"
                            R"("counts":[1,2]}}})"}));
}

TEST_F(JsonLinesLogger, WritesPicturesBesideTheLines) {
  training_.log_media(7, {{"val/a net", image()}, {"val/a net", image()}, {"../../x", image()}});
  training_.end();
  EXPECT_EQ(lines(),
            (Lines{R"({"step":7,"epoch":0,"val/a net":{"image":"images/val/a net/7.png"}})",
                   R"({"step":7,"epoch":0,"val/a net":{"image":"images/val/a net/7-1.png"}})",
                   R"({"step":7,"epoch":0,"../../x":{"image":"images/_/_/x/7.png"}})"}));
  EXPECT_EQ(read(run_ / "images/val/a net/7.png"), encode_png(image()));
  EXPECT_EQ(files_in(folder_.path()),
            (Lines{"version_0/images/_/_/x/7.png", "version_0/images/val/a net/7-1.png",
                   "version_0/images/val/a net/7.png", "version_0/metrics.jsonl"}));
}

TEST_F(JsonLinesLogger, LeavesOutAPictureThatIsNone) {
  testing::internal::CaptureStderr();
  training_.log_media(1, {{"nothing", Image{}}, {"text", "stays"}});
  training_.end();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Warning: JsonLinesLogger: `nothing` is left out: the width of an image must be from 1 "
            "to 536870911, but is 0\n");
  EXPECT_EQ(lines(), Lines{R"({"step":1,"epoch":0,"text":"stays"})"});
}

TEST_F(JsonLinesLogger, ReplacesWhatIsNotUtf8) {
  training_.log_media(1, {{"text", "a\xFFz"}});
  training_.log(1, {{"\xC3", 1}});
  training_.end();
  EXPECT_EQ(lines(), (Lines{"{\"step\":1,\"epoch\":0,\"text\":\"a\xEF\xBF\xBDz\"}",
                            "{\"step\":1,\"epoch\":0,\"\xEF\xBF\xBD\":1.0}"}));
}

TEST_F(JsonLinesLogger, RemovesWhatAResumedFitLogsAgain) {
  for (std::int64_t step = 0; step < 4; ++step) {
    training_.log(step, {{"a", 1}});
    training_.log_media(step, {{"p", image()}, {"p", image()}});
  }
  training_.end();
  sferic::JsonLinesLogger resumed(first_version());
  Training training(resumed);
  training.start();
  training.resume(1);
  training.log(1, {{"a", 2}});
  training.log_media(1, {{"p", image()}});
  training.end();
  EXPECT_EQ(lines(), (Lines{R"({"step":0,"epoch":0,"a":1.0})",
                            R"({"step":0,"epoch":0,"p":{"image":"images/p/0.png"}})",
                            R"({"step":0,"epoch":0,"p":{"image":"images/p/0-1.png"}})",
                            R"({"step":1,"epoch":0,"a":2.0})",
                            R"({"step":1,"epoch":0,"p":{"image":"images/p/1.png"}})"}));
  EXPECT_EQ(files_in(run_ / "images"), (Lines{"p/0-1.png", "p/0.png", "p/1.png"}));
}

TEST_F(JsonLinesLogger, RemovesPicturesThatAResumedFitMakesAgainFromAFullDisk) {
  training_.start();
  for (std::int64_t step = 0; step < 3; ++step) training_.log_media(step, {{"p", image()}});
  logger_.flush();
  testing::internal::CaptureStderr();
  {
    FullDisk const full(read(run_ / "metrics.jsonl").size() / 4);
    training_.resume(1);
    logger_.flush();
  }
  EXPECT_EQ(files_in(run_ / "images"), Lines{"p/0.png"});
  training_.log_media(1, {{"p", image()}});
  training_.end();
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines(), (Lines{R"({"step":0,"epoch":0,"p":{"image":"images/p/0.png"}})",
                            R"({"step":1,"epoch":0,"p":{"image":"images/p/1.png"}})"}));
}

TEST_F(JsonLinesLogger, HasTheLinesOfAValidationOnceThatAResumedFitMakesAgain) {
  training_.log(0, {{"a", 1}});
  training_.log(0, {{"v", 2}});
  training_.log_media(0, {{"t", "former"}});
  training_.end();
  training_.start();
  training_.resume(1);
  training_.log(0, {{"v", 3}});
  training_.log_media(0, {{"t", "new"}});
  training_.end();
  EXPECT_EQ(lines(), (Lines{R"({"step":0,"epoch":0,"a":1.0})", R"({"step":0,"epoch":0,"v":3.0})",
                            R"({"step":0,"epoch":0,"t":"new"})"}));
}

TEST_F(JsonLinesLogger, KeepsForeignLines) {
  write(run_ / "metrics.jsonl", "a note\n{\"time\":2e9}\n{\"step\":9,\"time\":2e9}\n");
  training_.start();
  training_.resume(1);
  training_.end();
  EXPECT_EQ(read(run_ / "metrics.jsonl"), "a note\n{\"time\":2e9}\n");
}

}  // namespace
}  // namespace sferic::test
