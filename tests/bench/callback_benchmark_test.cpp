#include <sferic/bench/callback.hpp>
#include <sferic/callbacks/early_stopping.hpp>
#include <sferic/callbacks/model_checkpoint.hpp>
#include <sferic/loggers/csv_logger.hpp>

#include <benchmark/benchmark.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace event = sferic::event;
namespace fs = std::filesystem;

/// A row of the table.
struct Row {
  std::map<std::string, double> counters;
  std::string error;
};

/// Why a row has no numbers: a member that Google Benchmark 1.8 has renamed.
std::string error_of(auto const& run) {
  if constexpr (requires { run.skip_message; }) {
    return run.skip_message;
  } else {
    return run.error_message;
  }
}

class Rows : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(Context const&) override { return true; }
  void ReportRuns(std::vector<Run> const& runs) override {
    for (auto const& run : runs) {
      auto& row = rows[run.run_name.function_name];
      row.error = error_of(run);
      for (auto const& [name, counter] : run.counters) row.counters[name] = counter.value;
    }
  }

  std::map<std::string, Row> rows;
};

/// The rows of the callback that was registered by this name.
std::map<std::string, Row> rows_of(std::string const& name) {
  std::string program = "test";
  std::string min_time = "--benchmark_min_time=0.002";
  std::vector<char*> arguments = {program.data(), min_time.data()};
  int count = 2;
  benchmark::Initialize(&count, arguments.data());
  Rows reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter, "^" + name + "/");
  std::map<std::string, Row> rows;
  for (auto const& [row, counters] : reporter.rows) rows[row.substr(name.size() + 1)] = counters;
  return rows;
}

/// Short, for tests.
sferic::bench::CallbackOptions options() { return {.batches = 16}; }

void expect_no_error(std::map<std::string, Row> const& rows) {
  EXPECT_EQ(rows.size(), 7u);
  for (auto const& [name, row] : rows) EXPECT_EQ(row.error, "") << name;
}

std::vector<std::string> names_in(std::map<std::string, double> const& counters) {
  std::vector<std::string> names;
  for (auto const& [name, value] : counters) names.push_back(name);
  return names;
}

/// Keeps the compiler from leaving an allocation out.
void allocate() {
  auto const block = std::make_unique<int>(1);
  benchmark::DoNotOptimize(block.get());
}

struct AllocatesTwice {
  void on(event::TrainBatchStart const&) { allocate(); }
  void on(event::BatchEnd const&) { allocate(); }
};

TEST(CallbackBenchmark, ACallbackThatAllocatesTwiceABatchShowsTwo) {
  sferic::bench::add_callback("AllocatesTwice", [] { return AllocatesTwice(); }, options());
  auto rows = rows_of("AllocatesTwice");
  expect_no_error(rows);
  for (std::string const steps : {"step that does nothing/", "training step/"}) {
    EXPECT_EQ(rows[steps + "the callback"].counters["more_allocations"], 2) << steps;
    EXPECT_EQ(rows[steps + "empty handlers"].counters["more_allocations"], 0) << steps;
    EXPECT_TRUE(rows[steps + "the callback"].counters.contains("more_time")) << steps;
  }
  EXPECT_EQ(rows["step that does nothing/nothing connected"].counters["allocations"], 0);
  EXPECT_GT(rows["training step/nothing connected"].counters["allocations"], 10);
}

struct HearsThree {
  void on(event::TrainBatchEnd const&) {}
  void on(event::ValidationEnd const&) {}
  void on(event::TrainEpochEnd const&) {}
};

TEST(CallbackBenchmark, EachEventThatACallbackHearsIsShown) {
  sferic::bench::add_callback("HearsThree", [] { return HearsThree(); }, options());
  auto rows = rows_of("HearsThree");
  expect_no_error(rows);
  EXPECT_EQ(names_in(rows["fit with validation/each call"].counters),
            (std::vector<std::string>{"train_batch_end", "train_epoch_end", "validation_end"}));
}

struct Slow {
  void on(event::TrainEpochEnd const&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
};

TEST(CallbackBenchmark, ACallTakesAtLeastAsLongAsItSleeps) {
  sferic::bench::add_callback("Slow", [] { return Slow(); }, options());
  auto rows = rows_of("Slow");
  EXPECT_GE(rows["fit with validation/each call"].counters["train_epoch_end"], 1.5e-3);
}

TEST(CallbackBenchmark, LambdasAreMeasuredByWhatPreparesATrainer) {
  sferic::bench::add("lambda", [](sferic::Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>([](auto const&) { allocate(); });
    return std::string("kept");
  }, options());
  auto rows = rows_of("lambda");
  expect_no_error(rows);
  EXPECT_EQ(rows["training step/the callback"].counters["more_allocations"], 1);
}

struct HearsCheckpoints {
  void on(event::SaveCheckpoint const&) {}
  void on(event::CheckpointSaved const&) {}
  void on(event::LoadCheckpoint const&) {}
  void on(event::TestEnd const&) {}
  void on(event::PredictBatchEnd const&) {}
};

TEST(CallbackBenchmark, CheckpointsATestAndAPredictionAreHeard) {
  sferic::bench::add_callback("HearsCheckpoints", [] { return HearsCheckpoints(); }, options());
  auto rows = rows_of("HearsCheckpoints");
  expect_no_error(rows);
  EXPECT_EQ(names_in(rows["fit with validation/each call"].counters),
            (std::vector<std::string>{"checkpoint_saved", "load_checkpoint", "predict_batch_end",
                                      "save_checkpoint", "test_end"}));
}

TEST(CallbackBenchmark, CallbacksThatReadValuesAndWriteFilesRunAndLeaveNothingBehind) {
  auto const before = fs::current_path();
  sferic::bench::add("demanding", [](sferic::Trainer& trainer) {
    trainer.add(sferic::EarlyStopping({.monitor = "val_accuracy", .mode = "max"}));
    trainer.add(sferic::ModelCheckpoint({.monitor = "val_loss"}));
    trainer.add(sferic::CsvLogger({.folder = "written_by_the_benchmark"}));
    trainer.on<event::TrainBatchEnd>(
        [](auto const& e) { benchmark::DoNotOptimize(e.metrics.at("f1")); });
  }, {.metrics = {"loss", "f1", "val_loss", "val_accuracy"}, .batches = 16});
  auto rows = rows_of("demanding");
  expect_no_error(rows);
  EXPECT_TRUE(rows["fit with validation/each call"].counters.contains("validation_end"));
  EXPECT_EQ(fs::current_path(), before);
  EXPECT_FALSE(fs::exists("written_by_the_benchmark"));
}

using Batch = torch::data::Example<>;

/// A module that listens, too.
struct Own : torch::nn::Module {
  torch::nn::Linear line = register_module("line", torch::nn::Linear(2, 1));
  torch::Tensor training_step(Batch const& batch) {
    return torch::mse_loss(line(batch.data), batch.target);
  }
  auto configure_optimizers() { return torch::optim::SGD(parameters(), 0.1); }
  void on(event::TrainEpochStart const&) {}
};

struct WantsOwn {
  void on(event::TrainEpochEnd const& e) { dynamic_cast<Own&>(e.module).line->weight.sum(); }
};

TEST(CallbackBenchmark, AModuleOfTheUsersOwnIsTrained) {
  std::vector<Batch> const batches = {{torch::rand({8, 2}), torch::rand({8, 1})}};
  auto const training = sferic::bench::training([] { return Own(); }, batches);
  sferic::bench::add_callback("WantsOwn", [] { return WantsOwn(); },
                              {.training = training, .batches = 16});
  auto rows = rows_of("WantsOwn");
  expect_no_error(rows);
  EXPECT_EQ(names_in(rows["fit with validation/each call"].counters),
            std::vector<std::string>{"train_epoch_end"});
}

TEST(CallbackBenchmark, ACallbackThatThrowsSaysSoInItsRows) {
  sferic::bench::add("throwing", [](sferic::Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>([](auto const&) { throw std::runtime_error("no luck"); });
  }, options());
  auto rows = rows_of("throwing");
  EXPECT_EQ(rows["training step/nothing connected"].error, "");
  EXPECT_EQ(rows["training step/empty handlers"].error, "");
  EXPECT_EQ(rows["training step/the callback"].error, "no luck");
  EXPECT_EQ(rows["fit with validation/each call"].error, "no luck");
}

TEST(CallbackBenchmark, ACallbackThatEndsTheEpochSaysSoInItsRows) {
  sferic::bench::add("ending", [](sferic::Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>(sferic::after(9) | sferic::first(1),
                                     [](auto const& e) { e.control.end_epoch(); });
  }, options());
  auto rows = rows_of("ending");
  EXPECT_EQ(rows["training step/the callback"].error, "the epoch was left after 10 of 24 batches");
  EXPECT_EQ(rows["fit with validation/each call"].error, "");
}

TEST(CallbackBenchmark, OptionsOutOfTheirRangeAreRefused) {
  try {
    sferic::bench::add_callback("none", [] { return Slow(); }, {.batches = 0});
    FAIL() << "was registered";
  } catch (std::invalid_argument const& error) {
    EXPECT_STREQ(error.what(), "batches of a callback's benchmark must be >= 1, but got 0");
  }
  EXPECT_THROW(sferic::bench::training([] { return Own(); }, std::vector<Batch>()),
               std::invalid_argument);
}

}  // namespace
