// Trainings that are too long for the recorder's memory.

#include <sferic/profile/trace_recorder.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "profile/trace_support.hpp"

namespace sferic::test {
namespace {

constexpr std::int64_t kMaxSpans = 1000;

/// Emits a training's events, in which each batch has five events with two handlers each.
class LongTraining : public testing::Test {
 protected:
  LongTraining() {
    for (auto const* event : kBatch) {
      signals_.at(event).connect([](Empty const&) {}).set_name("first");
      signals_.at(event).connect([](Empty const&) {}).set_name("second");
    }
    number("batch_start", batch_);
    number("train_epoch_start", epoch_);
  }

  void number(std::string const& event, std::int64_t& next) {
    signals_.at(event).connect([&](Empty const&) {
      signals_.recorder->tell_number(next++);
    }).set_name("number");
  }

  void train_batch() {
    for (auto* const signal : batch_signals_) signal->emit({});
  }

  void train_epoch(int batches) {
    signals_.emit("epoch_start train_epoch_start");
    for (int i = 0; i < batches; ++i) train_batch();
    signals_.emit("train_epoch_end epoch_end");
  }

  static std::size_t size_of(Trace const& trace) {
    std::size_t size = 0;
    for (auto const& track : trace.tracks) size += track.spans.size();
    return size;
  }

  static std::set<std::int64_t> numbers(Trace const& trace, std::string const& name) {
    std::set<std::int64_t> numbers;
    for (auto const& span : trace.tracks[0].spans) {
      if (trace.names[span.name] == name) numbers.insert(span.number);
    }
    return numbers;
  }

  static constexpr char const* kBatch[] = {"batch_start", "train_batch_start", "before_backward",
                                           "after_backward", "batch_end"};

  ObservedSignals signals_{kMaxSpans};
  std::int64_t batch_ = 0;
  std::int64_t epoch_ = 0;
  std::vector<Signal<Empty>*> const batch_signals_ = [this] {
    std::vector<Signal<Empty>*> all;
    for (auto const* event : kBatch) all.push_back(&signals_.at(event));
    return all;
  }();
};

TEST_F(LongTraining, KeepsTheFirstBatchesAndThenOneOfTwoFourEight) {
  signals_.emit("setup fit_start train_start");
  train_epoch(1000);
  signals_.emit("train_end fit_end teardown");
  auto const trace = signals_.recorder->trace();
  ASSERT_EQ(trace.samples.size(), 1);
  EXPECT_EQ(trace.samples[0].what, "batches");
  EXPECT_EQ(trace.samples[0].seen, 1000);
  auto const one_of = trace.samples[0].one_of;
  std::set<std::int64_t> expected = {0, 1, 2, 3};
  for (std::int64_t i = 0; i < 1000; i += one_of) expected.insert(i);
  EXPECT_EQ(numbers(trace, "batch"), expected);
  EXPECT_EQ(trace.lost, 0);
  expect_nested(trace);
}

TEST_F(LongTraining, KeepsBatchesAsAWhole) {
  train_epoch(3333);
  auto const trace = signals_.recorder->trace();
  std::vector<std::string> batch;
  std::set<std::vector<std::string>> kinds;
  int batches = 0;
  for (auto line : outline(trace)) {
    if (line.starts_with("  data") || line.starts_with("  train_epoch_end")) {
      if (!batch.empty()) kinds.insert(batch);
      batch.clear();
    } else if (line.starts_with("  batch ")) {
      ++batches;
      batch.push_back("batch");
    } else if (line.starts_with("    ") && !batch.empty()) {
      batch.push_back(line);
    }
  }
  EXPECT_GT(batches, 10);
  EXPECT_EQ(kinds.size(), 1) << "batches of different contents";
  EXPECT_EQ(kinds.begin()->size(), 1 + 5 * 3 + 1 + 2);  // events, calls, a number, and two phases
}

TEST_F(LongTraining, StaysWithinItsBoundForAnyNumberOfEpochs) {
  signals_.emit("setup fit_start train_start");
  for (int i = 0; i < 2000; ++i) {
    train_epoch(i % 4);
    if (i % 100 != 0) continue;
    auto const trace = signals_.recorder->trace();
    // Beside emissions and calls: tasks, epochs, batches and phases.
    EXPECT_LT(size_of(trace), kMaxSpans * 2);
    ASSERT_NO_FATAL_FAILURE(expect_nested(trace));
  }
  signals_.emit("train_end fit_end teardown");
  auto const trace = signals_.recorder->trace();
  EXPECT_EQ(outline(trace).front(), "fit");
  EXPECT_EQ(trace.lost, 0);
  EXPECT_GT(size_of(trace), kMaxSpans / 4);
  EXPECT_EQ(trace.samples.size(), 2) << "of epochs and of batches";
}

TEST_F(LongTraining, DropsBatchesButNoEpochWhereBatchesAreMost) {
  signals_.emit("setup fit_start train_start");
  for (int i = 0; i < 10; ++i) train_epoch(200);
  signals_.emit("train_end fit_end teardown");
  auto const trace = signals_.recorder->trace();
  EXPECT_EQ(numbers(trace, "epoch"), (std::set<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(count(trace, "epoch_end"), 10);
}

TEST_F(LongTraining, KeepsCheckpointsOfBatchesThatAreDropped) {
  for (int i = 0; i < 500; ++i) {
    train_batch();
    if (i % 50 == 0) signals_.emit("save_checkpoint checkpoint_saved");
  }
  EXPECT_EQ(count(signals_.recorder->trace(), "checkpoint"), 10);
}

TEST_F(LongTraining, IsTheSameSampleEachTime) {
  ObservedSignals others(kMaxSpans);
  auto const train = [](ObservedSignals& signals) {
    for (int i = 0; i < 777; ++i) signals.emit("batch_start train_batch_start batch_end");
    return text_of(outline(signals.recorder->trace()));
  };
  ObservedSignals again(kMaxSpans);
  EXPECT_EQ(train(others), train(again));
}

TEST_F(LongTraining, LosesABatchThatIsLargerThanTheMemoryAndKeepsTheOthers) {
  train_batch();
  train_batch();
  signals_.emit("batch_start");
  for (int i = 0; i < 5000; ++i) signals_.emit("mine");
  signals_.emit("batch_end");
  for (int i = 0; i < 6; ++i) train_batch();
  auto const trace = signals_.recorder->trace();
  EXPECT_GT(trace.lost, 0);
  EXPECT_LT(size_of(trace), kMaxSpans * 2);
  EXPECT_EQ(numbers(trace, "batch"), (std::set<std::int64_t>{0, 1, 3, 4, 5, 6, 7, 8}));
  expect_nested(trace);
}

TEST_F(LongTraining, LeavesMemoryForOtherThreads) {
  train_epoch(2000);
  std::thread([&] { signals_.emit("tick"); }).join();
  auto const trace = signals_.recorder->trace();
  ASSERT_EQ(trace.tracks.size(), 2);
  EXPECT_EQ(count(trace, "tick", 1), 1);
}

TEST_F(LongTraining, MayBeReadByAnotherThreadMeanwhile) {
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) expect_nested(signals_.recorder->trace());
  });
  train_epoch(20'000);
  done = true;
  reader.join();
}

TEST_F(LongTraining, KeepsAPartOfTheEmissionsThatAreOfNoTask) {
  auto& mine = signals_.at("mine");
  for (int i = 0; i < 200'000; ++i) mine.emit({});
  auto const trace = signals_.recorder->trace();
  EXPECT_GT(size_of(trace), kMaxSpans / 8);
  EXPECT_LT(size_of(trace), kMaxSpans);
  EXPECT_EQ(trace.samples.at(0).what, "other emissions");
  EXPECT_EQ(trace.samples.at(0).seen, 200'000);
}

}  // namespace
}  // namespace sferic::test
