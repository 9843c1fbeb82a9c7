#pragma once

#include <sferic/callbacks/progress_bar.hpp>
#include <sferic/events/catalogue.hpp>
#include <sferic/events/control.hpp>
#include <sferic/metrics/metrics.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

namespace sferic::test {

inline std::chrono::steady_clock::time_point test_time;

inline void pass_time(double seconds) {
  using Duration = std::chrono::steady_clock::duration;
  test_time += std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

struct EmptyModule : torch::nn::Module {};

/// Emits the events of a training to a bar, by hand.
class ProgressBarTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C", 1);
    progress_.max_epochs = 2;
    progress_.batches = 4;
  }

  /// A bar that is redrawn at every batch, and knows no time but the test's.
  ProgressBar make_bar(std::FILE* file, ProgressBarOptions options = {.refresh_seconds = 0}) {
    options.file = file;
    options.clock = [] { return test_time; };
    return ProgressBar(options);
  }

  template <class Event, class... Rest>
  void emit(ProgressBar& bar, Rest&&... rest) {
    bar.on(Event{{{progress_, control_, metrics_}, net_}, std::forward<Rest>(rest)...});
  }

  void start(ProgressBar& bar, Stage stage, std::optional<std::int64_t> batches) {
    progress_.stage = stage;
    progress_.batch = 0;
    progress_.batches = batches;
    std::int64_t accumulate_grad_batches = 1;
    if (stage == Stage::kTrain) return emit<event::TrainEpochStart>(bar, accumulate_grad_batches);
    if (stage == Stage::kTest) return emit<event::TestStart>(bar);
    if (stage == Stage::kPredict) return emit<event::PredictStart>(bar);
    emit<event::ValidationStart>(bar);
  }

  /// Runs batch number `batch`, which takes half a second.
  void train(ProgressBar& bar, std::int64_t batch) {
    progress_.stage = Stage::kTrain;
    progress_.batch = batch;
    emit<event::TrainBatchStart>(bar, BatchRef(net_));
    pass_time(0.5);
    emit<event::TrainBatchEnd>(bar, BatchRef(net_), tensor_);
  }

  template <class Start, class End>
  void evaluate(ProgressBar& bar, std::int64_t batch) {
    progress_.batch = batch;
    emit<Start>(bar, BatchRef(net_));
    pass_time(0.5);
    emit<End>(bar, BatchRef(net_), tensor_);
  }
  void validate(ProgressBar& bar, std::int64_t batch) {
    evaluate<event::ValidationBatchStart, event::ValidationBatchEnd>(bar, batch);
  }
  void test(ProgressBar& bar, std::int64_t batch) {
    evaluate<event::TestBatchStart, event::TestBatchEnd>(bar, batch);
  }

  void predict(ProgressBar& bar, std::int64_t batch) {
    evaluate<event::PredictBatchStart, event::PredictBatchEnd>(bar, batch);
  }

  void run_epoch(ProgressBar& bar, std::int64_t epoch) {
    progress_.epoch = epoch;
    start(bar, Stage::kTrain, 4);
    for (std::int64_t batch = 0; batch < 4; ++batch) train(bar, batch);
    emit<event::TrainEpochEnd>(bar);
  }

  void fail(ProgressBar& bar) {
    emit<event::Exception>(bar, std::make_exception_ptr(1), "an error");
    emit<event::Teardown>(bar);
  }

  void log(std::string_view name, double value) {
    metrics_.log(name, value, {.progress_bar = true});
  }

  /// Logs what cannot be read: it has no data.
  void log_unreadable() {
    metrics_.log("loss", torch::empty({}, torch::kMeta), {.on_step = true, .progress_bar = true});
  }

  Progress progress_;
  Control control_;
  Metrics metrics_;
  EmptyModule net_;
  at::Tensor tensor_;
};

}  // namespace sferic::test
