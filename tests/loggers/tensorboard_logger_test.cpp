#include <sferic/loggers/tensorboard_logger.hpp>

#include <sferic/png/png.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

#include "loggers/event_reader.hpp"
#include "loggers/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;
namespace tensorboard = detail::tensorboard;

class TensorBoardLogger : public testing::Test {
 protected:
  std::vector<TensorBoardEvent> events() const {
    std::vector<TensorBoardEvent> all;
    for (auto const& file : files_in(run_)) {
      if (file.starts_with("hparams")) continue;
      for (auto const& event : events_of(run_ / file)) all.push_back(event);
    }
    return all;
  }

  /// The values of summaries as "step tag=value".
  std::vector<std::string> scalars() const {
    std::vector<std::string> scalars;
    for (auto const& event : events()) {
      for (auto const& value : event.summary().value()) {
        scalars.push_back(std::to_string(event.step()) + " " + value.tag() + "=" +
                          std::to_string(value.simple_value()));
      }
    }
    return scalars;
  }

  /// What the hparams plugin finds, by tag.
  std::map<std::string, HParamsPluginData> hparams() const {
    std::map<std::string, HParamsPluginData> found;
    for (auto const& event : events()) {
      for (auto const& value : event.summary().value()) {
        auto const& plugin = value.metadata().plugin_data();
        if (plugin.plugin_name() != "hparams") continue;
        EXPECT_EQ(value.metadata().data_class(), tensorboard::DATA_CLASS_TENSOR);
        EXPECT_TRUE(value.has_tensor());
        EXPECT_TRUE(found[value.tag()].ParseFromString(plugin.content()));
      }
    }
    return found;
  }

  TemporaryFolder const folder_;
  LoggerOptions options_{.folder = folder_.path(), .version = 0};
  fs::path const run_ = folder_.path() / "version_0";
};

TEST_F(TensorBoardLogger, NamesItsFileAsTensorFlowDoes) {
  sferic::TensorBoardLogger logger(options_);
  Training(logger).log(0, {{"a", 1}});
  logger.flush();
  auto const files = files_in(run_);
  ASSERT_EQ(files.size(), 1);
  std::string const begin = "events.out.tfevents.";
  ASSERT_TRUE(files[0].starts_with(begin)) << files[0];
  auto const after_time = files[0].find_first_not_of("0123456789", begin.size());
  EXPECT_EQ(after_time - begin.size(), 10) << files[0];
  EXPECT_EQ(files[0][after_time], '.') << files[0];
  EXPECT_NE(files[0].find("." + std::to_string(getpid()) + "."), std::string::npos) << files[0];
}

TEST_F(TensorBoardLogger, WritesValuesWithStepTimeAndEpoch) {
  sferic::TensorBoardLogger logger(options_);
  Training training(logger);
  training.log(3, {{"loss", 0.25}, {"accuracy", 1}});
  training.end_epoch();
  training.log(4, {{"loss", 2}});
  training.end();
  EXPECT_EQ(scalars(),
            (std::vector<std::string>{"3 loss=0.250000", "3 accuracy=1.000000", "3 epoch=0.000000",
                                      "4 loss=2.000000", "4 epoch=1.000000"}));
  EXPECT_GT(events()[0].wall_time(), 1.6e9);
}

TEST_F(TensorBoardLogger, LeavesTheNameEpochToTheUser) {
  sferic::TensorBoardLogger logger(options_);
  Training training(logger);
  training.log(0, {{"epoch", 0.5}});
  training.end();
  EXPECT_EQ(scalars(), std::vector<std::string>{"0 epoch=0.500000"});
}

TEST_F(TensorBoardLogger, WritesNumbersThatAreNotFinite) {
  sferic::TensorBoardLogger logger(options_);
  Training training(logger);
  training.log(0, {{"a", kNaN}, {"b", kInfinity}, {"c", -kInfinity}});
  training.end();
  auto const summary = events().at(0).summary();
  EXPECT_TRUE(std::isnan(summary.value(0).simple_value()));
  EXPECT_EQ(summary.value(1).simple_value(), std::numeric_limits<float>::infinity());
  EXPECT_EQ(summary.value(2).simple_value(), -std::numeric_limits<float>::infinity());
}

TEST_F(TensorBoardLogger, WritesPicturesHistogramsAndTexts) {
  sferic::TensorBoardLogger logger(options_);
  Training training(logger);
  training.log_media(5, {{"p", image()}, {"h", histogram()}, {"t", "*text*"}, {"e", Histogram{}}});
  training.end();
  auto const summary = events().at(0).summary();
  ASSERT_EQ(summary.value_size(), 4);

  auto const& picture = summary.value(0).image();
  EXPECT_EQ(picture.encoded_image_string(), encode_png(image()));
  EXPECT_EQ(picture.width(), 1);
  EXPECT_EQ(picture.height(), 2);
  EXPECT_EQ(picture.colorspace(), 3);

  auto const& spread = summary.value(1).histo();
  EXPECT_EQ(spread.num(), 3);
  EXPECT_EQ(spread.min(), -1);
  EXPECT_EQ(spread.max(), 3);
  EXPECT_EQ(spread.sum(), 4);
  EXPECT_EQ(spread.sum_squares(), 11);
  EXPECT_EQ(std::vector<double>(spread.bucket_limit().begin(), spread.bucket_limit().end()),
            (std::vector<double>{0, 3}));
  EXPECT_EQ(std::vector<double>(spread.bucket().begin(), spread.bucket().end()),
            (std::vector<double>{1, 2}));

  auto const& text = summary.value(2);
  EXPECT_EQ(text.metadata().plugin_data().plugin_name(), "text");
  EXPECT_EQ(text.tensor().dtype(), tensorboard::DT_STRING);
  EXPECT_EQ(text.tensor().string_val(0), "*text*");

  EXPECT_EQ(summary.value(3).histo().num(), 0);
}

TEST_F(TensorBoardLogger, LeavesOutAPictureThatIsNone) {
  sferic::TensorBoardLogger logger(options_);
  Training training(logger);
  testing::internal::CaptureStderr();
  training.log_media(5, {{"nothing", Image{}}, {"t", "text"}});
  training.end();
  EXPECT_NE(testing::internal::GetCapturedStderr().find("`nothing` is left out: the width"),
            std::string::npos);
  EXPECT_EQ(events().at(0).summary().value_size(), 1);
}

TEST_F(TensorBoardLogger, TellsItsHyperparameters) {
  options_.hparams = {{"lr", 1e-3}, {"layers", 4}, {"bias", true}, {"optimizer", "Adam"}};
  options_.hparam_metrics = {"val_loss"};
  {
    sferic::TensorBoardLogger logger(options_);
    Training training(logger);
    training.start();
    training.log(0, {{"val_loss", 1}});
    training.end();
  }
  auto const found = hparams();
  ASSERT_EQ(found.size(), 3);
  auto const& experiment = found.at("_hparams_/experiment").experiment();
  ASSERT_EQ(experiment.hparam_infos_size(), 4);
  EXPECT_EQ(experiment.hparam_infos(0).name(), "lr");
  EXPECT_EQ(experiment.hparam_infos(0).type(), tensorboard::DATA_TYPE_FLOAT64);
  EXPECT_EQ(experiment.hparam_infos(1).type(), tensorboard::DATA_TYPE_FLOAT64);
  EXPECT_EQ(experiment.hparam_infos(2).type(), tensorboard::DATA_TYPE_BOOL);
  EXPECT_EQ(experiment.hparam_infos(3).type(), tensorboard::DATA_TYPE_STRING);
  ASSERT_EQ(experiment.metric_infos_size(), 1);
  EXPECT_EQ(experiment.metric_infos(0).name().tag(), "val_loss");

  auto const& values = found.at("_hparams_/session_start_info").session_start_info().hparams();
  ASSERT_EQ(values.size(), 4);
  EXPECT_EQ(values.at("lr").number_value(), 1e-3);
  EXPECT_EQ(values.at("layers").number_value(), 4);
  EXPECT_TRUE(values.at("bias").bool_value());
  EXPECT_EQ(values.at("optimizer").string_value(), "Adam");

  auto const& end = found.at("_hparams_/session_end_info").session_end_info();
  EXPECT_EQ(end.status(), tensorboard::STATUS_SUCCESS);
  EXPECT_GT(end.end_time_secs(), 1.6e9);
}

TEST_F(TensorBoardLogger, TellsThatATrainingHasFailed) {
  options_.hparams = {{"lr", 1.0}};
  sferic::TensorBoardLogger logger(options_);
  Training training(logger);
  training.start();
  training.fail();
  training.end();
  auto const found = hparams();
  EXPECT_EQ(found.count("_hparams_/experiment"), 0);  // so that TensorBoard takes all metrics
  EXPECT_EQ(found.at("_hparams_/session_end_info").session_end_info().status(),
            tensorboard::STATUS_FAILURE);
}

TEST_F(TensorBoardLogger, TellsWhichStepsAResumedFitMakesAgain) {
  for (std::int64_t const resumed : {0, 2}) {
    sferic::TensorBoardLogger logger(options_);
    Training training(logger);
    training.start();
    if (resumed > 0) training.resume(resumed);
    training.log(resumed, {{"a", 1}});
    training.end();
  }
  EXPECT_EQ(files_in(run_).size(), 2);
  auto const all = events();
  ASSERT_EQ(all.size(), 3);
  EXPECT_EQ(all[1].session_log().status(), tensorboard::SessionLog::START);
  EXPECT_EQ(all[1].step(), 2);
  EXPECT_EQ(all[2].step(), 2);
}

TEST_F(TensorBoardLogger, ReplacesWhatIsNotUtf8) {
  sferic::TensorBoardLogger logger(options_);
  Training training(logger);
  training.log(0, {{"a\xFF", 1}});
  training.end();
  EXPECT_EQ(events().at(0).summary().value(0).tag(), "a\xEF\xBF\xBD");
}

}  // namespace
}  // namespace sferic::test
