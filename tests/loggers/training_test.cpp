// Loggers as they are used: in a trainer.

#include <sferic/loggers/csv_logger.hpp>
#include <sferic/loggers/json_lines_logger.hpp>
#include <sferic/loggers/log_error.hpp>
#include <sferic/loggers/tensorboard_logger.hpp>
#include <sferic/trainer/interrupted.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "loggers/event_reader.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

class LoggersInTraining : public testing::Test {
 protected:
  LoggersInTraining() {
    net_.while_training = [](Step& step) {
      step.log("loss", static_cast<double>(step.progress.optimizer_steps));
    };
    net_.while_validating = [](Step& step) {
      step.log("val", 10.0 + static_cast<double>(step.progress.batch));
    };
  }

  LoggerOptions first_version() const { return {.folder = folder_.path(), .version = 0}; }
  static TrainerOptions options(int max_epochs = 2) {
    return {.max_epochs = max_epochs, .num_sanity_val_steps = 1, .log_every_n_steps = 1};
  }

  void fit(Trainer& trainer, FitOptions const& fit_options = {}) {
    trainer.fit(net_, batches(2), batches(2), fit_options);
  }

  std::string text(std::string const& file) const {
    std::ifstream stream(run_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  TemporaryFolder const folder_;
  fs::path const run_ = folder_.path() / "version_0";
  Net net_;
};

std::string const kTwoEpochs =
    "step,epoch,loss,val\n"
    "0,0,0,\n1,0,1,\n1,0,,10.5\n"
    "2,1,2,\n3,1,3,\n3,1,,10.5\n";

TEST_F(LoggersInTraining, WriteValuesWithTheirSteps) {
  Trainer trainer(options());
  trainer.add(CsvLogger(first_version()));
  fit(trainer);
  EXPECT_EQ(text("metrics.csv"), kTwoEpochs);
}

TEST_F(LoggersInTraining, MayBeSeveral) {
  Trainer trainer(options(), CsvLogger(first_version()), TensorBoardLogger(first_version()));
  auto& lines = trainer.add(JsonLinesLogger(first_version()));
  auto second = first_version();
  second.version = 1;
  CsvLogger borrowed(second);
  auto const attached = trainer.attach(borrowed);
  fit(trainer);

  EXPECT_EQ(lines.log_dir(), run_);
  EXPECT_EQ(text("metrics.csv"), kTwoEpochs);
  EXPECT_EQ(text("../version_1/metrics.csv"), kTwoEpochs);
  std::string from_lines = "step,epoch,loss,val\n";
  std::istringstream json(text("metrics.jsonl"));
  for (std::string line; std::getline(json, line);) {
    auto const object = nlohmann::json::parse(line);
    auto const field = [&](char const* name) {
      return object.contains(name) ? "," + std::to_string(object[name].get<double>()).substr(0, 4)
                                   : ",";
    };
    from_lines += std::to_string(object["step"].get<int>()) + field("loss") + field("val") + "\n";
  }
  EXPECT_EQ(from_lines,
            "step,epoch,loss,val\n0,0.00,\n1,1.00,\n1,,10.5\n2,2.00,\n3,3.00,\n3,,10.5\n");
  for (auto const& entry : fs::directory_iterator(run_)) {
    if (!entry.path().filename().string().starts_with("events")) continue;
    EXPECT_EQ(events_of(entry).size(), 6);
  }
}

TEST_F(LoggersInTraining, HaveWrittenAllWhenAnErrorEndsTheFit) {
  Trainer trainer(options());
  trainer.add(CsvLogger(first_version()));
  std::string at_teardown;
  trainer.on<event::BeforeBackward>(after(3), [](auto const&) { throw std::runtime_error("no"); });
  trainer.on<event::Exception>([&](auto const&) { at_teardown = text("metrics.csv"); },
                               Order::kLast);
  EXPECT_THROW(fit(trainer), std::runtime_error);
  EXPECT_EQ(at_teardown, "step,epoch,loss,val\n0,0,0,\n1,0,1,\n1,0,,10.5\n2,1,2,\n");
  EXPECT_EQ(text("metrics.csv"), at_teardown);
}

TEST_F(LoggersInTraining, HaveWrittenAllWhenASignalEndsTheFit) {
  for (int const signal : {SIGINT, SIGTERM}) {
    std::signal(signal, SIG_DFL);  // SIGINT may be ignored in the background
    fs::remove_all(run_);
    Trainer trainer(options());
    trainer.add(CsvLogger(first_version()));
    trainer.on<event::TrainBatchStart>(after(2) | once(),
                                       [signal](auto const&) { std::raise(signal); });
    EXPECT_THROW(fit(trainer), Interrupted);
    EXPECT_EQ(text("metrics.csv"), "step,epoch,loss,val\n0,0,0,\n1,0,1,\n1,0,,10.5\n2,1,2,\n");
  }
}

/// Saves a checkpoint at the n-th Event, after which the training goes on, as if it were killed
/// later; and goes on from there.
template <class Event>
void save_at(Trainer& trainer, int n, fs::path const& path) {
  trainer.on<Event>(after(n - 1) | once(),
                    [path](auto const& e) { e.control.request_checkpoint(path); });
}

TEST_F(LoggersInTraining, HaveWrittenAllThatACheckpointIsAfter) {
  Trainer trainer(options());
  trainer.add(CsvLogger(first_version()));
  std::string then;
  trainer.on<event::TrainBatchEnd>([&](auto const& e) {
    if (e.progress.epoch == 1 && e.progress.batch == 0) {
      e.control.request_checkpoint(folder_.path() / "middle.ckpt");
    }
  });
  trainer.on<event::CheckpointSaved>([&](auto const&) { then = text("metrics.csv"); });
  fit(trainer);
  EXPECT_EQ(then, "step,epoch,loss,val\n0,0,0,\n1,0,1,\n1,0,,10.5\n2,1,2,\n");
}

TEST_F(LoggersInTraining, EndWithTheSameRowsWhereAFitWentOn) {
  auto const path = folder_.path() / "middle.ckpt";
  for (auto const& save : {&save_at<event::TrainBatchEnd>, &save_at<event::ValidationBatchEnd>,
                           &save_at<event::ValidationEnd>, &save_at<event::TrainEpochEnd>}) {
    for (int const n : {1, 2}) {
      fs::remove_all(run_);
      auto without_check = options();
      without_check.num_sanity_val_steps = 0;
      Trainer trainer(without_check, CsvLogger(first_version()));
      save(trainer, n, path);
      fit(trainer);
      EXPECT_EQ(text("metrics.csv"), kTwoEpochs);
      Trainer resumed(without_check, CsvLogger(first_version()));
      fit(resumed, {.resume_from = path});
      EXPECT_EQ(text("metrics.csv"), kTwoEpochs) << n;
    }
  }
}

TEST_F(LoggersInTraining, BeginAnotherVersionWhereNoneIsNamed) {
  auto const path = folder_.path() / "end.ckpt";
  for (int const epochs : {1, 2}) {
    Trainer trainer(options(epochs));
    trainer.add(CsvLogger({.folder = folder_.path()}));
    fit(trainer, epochs == 1 ? FitOptions{} : FitOptions{.resume_from = path});
    trainer.save_checkpoint(path);
  }
  EXPECT_EQ(text("metrics.csv"), "step,epoch,loss,val\n0,0,0,\n1,0,1,\n1,0,,10.5\n");
  EXPECT_EQ(text("../version_1/metrics.csv"), "step,epoch,loss,val\n2,1,2,\n3,1,3,\n3,1,,10.5\n");
}

TEST_F(LoggersInTraining, LoseNothingWhenACheckpointIsEvaluated) {
  auto const path = folder_.path() / "start.ckpt";
  Trainer trainer(options());
  trainer.add(CsvLogger(first_version()));
  trainer.on<event::TrainBatchEnd>(once(),
                                   [&](auto const& e) { e.control.request_checkpoint(path); });
  fit(trainer);
  trainer.load_checkpoint(net_, path);
  trainer.validate(net_, batches(2));
  EXPECT_TRUE(text("metrics.csv").starts_with(kTwoEpochs)) << text("metrics.csv");
}

TEST_F(LoggersInTraining, WriteNothingOfATrialRun) {
  auto trial = options();
  trial.fast_dev_run = 1;
  Trainer trainer(trial, CsvLogger(first_version()), TensorBoardLogger(first_version()));
  fit(trainer);
  EXPECT_FALSE(fs::exists(run_));
}

TEST_F(LoggersInTraining, GetPicturesHistogramsAndTexts) {
  net_.while_training = [this](Step& step) {
    step.log_image("picture", torch::rand({3, 2, 2}));
    step.log_histogram("weights", net_.linear->weight);
    step.log_text("text", "hello");
  };
  Trainer trainer(options(1), JsonLinesLogger(first_version()));
  fit(trainer);
  for (auto const* const words : {R"("picture":{"image":"images/picture/0.png"})",
                                  R"("weights":{"histogram":{"min":-1)", R"("text":"hello")"}) {
    EXPECT_NE(text("metrics.jsonl").find(words), std::string::npos) << words;
  }
  EXPECT_TRUE(fs::exists(run_ / "images/picture/1.png"));
}

TEST_F(LoggersInTraining, EndAFitThatCannotBeLoggedOnlyIfTheyAreAskedTo) {
  std::ofstream(folder_.path() / "version_0") << "a file";
  auto strict = first_version();
  strict.on_error = LogErrors::kThrow;
  Trainer stopped(options());
  stopped.add(CsvLogger(strict));
  auto const message = message_of<LogError>([&] { fit(stopped); });
  EXPECT_NE(message.find("cannot make the folder"), std::string::npos) << message;

  Trainer trainer(options());
  trainer.add(CsvLogger(first_version()));
  testing::internal::CaptureStderr();
  fit(trainer);
  auto const warnings = testing::internal::GetCapturedStderr();
  EXPECT_NE(warnings.find("Warning: CsvLogger: cannot make the folder"), std::string::npos);
  EXPECT_EQ(trainer.progress().epochs_done, 2);
}

}  // namespace
}  // namespace sferic::test
