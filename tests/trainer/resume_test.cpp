#include <gtest/gtest.h>

#include <optional>

#include "support/temporary_folder.hpp"
#include "trainer/resume_support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

/// Saves a checkpoint at the n-th event of a name, and ends the run there.
struct SaveAndStop {
  Trainer& trainer;
  fs::path path;
  std::string event;
  std::int64_t nth;
  bool by_request;
  std::int64_t seen = 0;

  struct Killed {};

  template <class Event>
  void on(Event const& e) {
    if constexpr (requires { e.module; }) {
      if (by_request && Event::kName == "checkpoint_saved") throw Killed();
      if (e.progress.stage == Stage::kSanityCheck || Event::kName != event || ++seen != nth) return;
      if (by_request) {
        e.control.request_checkpoint(path);
      } else {
        trainer.save_checkpoint(path);
        throw Killed();
      }
    }
  }

  static constexpr Order kOrder = Order::kLast;
};

struct Point {
  char const* event;
  std::int64_t nth;
  bool by_request;

  friend void PrintTo(Point const& point, std::ostream* out) {
    *out << (point.by_request ? "requested at " : "saved at ") << point.event << " " << point.nth;
  }
};

class ResumedAt : public testing::TestWithParam<Point> {
 protected:
  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "at.ckpt";
};

void expect_same(Outcome const& resumed, Outcome const& whole, bool by_request) {
  ASSERT_EQ(resumed.tensors.size(), whole.tensors.size());
  for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
    EXPECT_TRUE(torch::equal(resumed.tensors[i], whole.tensors[i])) << "tensor " << i;
  }
  EXPECT_EQ(resumed.values, whole.values);
  EXPECT_EQ(resumed.rows, whole.rows);
  // Callbacks of one that was saved at once, in a handler, are not told what was about to come
  // before the next batch.
  if (by_request) {
    EXPECT_EQ(resumed.counts, whole.counts);
    EXPECT_EQ(resumed.best, whole.best);
    EXPECT_EQ(resumed.waited, whole.waited);
  }
}

Outcome run_without_a_break() {
  Session run;
  run.fit();
  return run.outcome();
}

TEST_P(ResumedAt, ATrainingEndsAsTheOneThatWasNeverStopped) {
  auto const whole = run_without_a_break();
  std::string rows_before;
  {
    Session run;
    auto const [event, nth, by_request] = GetParam();
    SaveAndStop saving{run.trainer, path_, event, nth, by_request};
    auto const connected = run.trainer.attach(saving);
    EXPECT_THROW(run.fit(), SaveAndStop::Killed);
    rows_before = run.rows;
  }
  ASSERT_TRUE(fs::exists(path_));
  Session run;
  run.rows = rows_before;
  run.fit(path_);
  expect_same(run.outcome(), whole, GetParam().by_request);
}

std::vector<Point> all_points() {
  std::vector<Point> points;
  for (bool const by_request : {false, true}) {
    auto const add = [&](char const* event, std::vector<std::int64_t> const& numbers) {
      for (auto const nth : numbers) points.push_back({event, nth, by_request});
    };
    add("train_start", {1});
    add("epoch_start", {1, 2, 4});
    add("train_epoch_start", {1, 3});
    add("train_batch_end", {1, 2, 3, 4, 6, 7, 8, 9, 14, 20, 21});
    add("batch_end", {1, 5, 7, 21});
    add("validation_start", {1, 2, 6});
    add("validation_epoch_start", {1, 4});
    add("validation_batch_end", {1, 2, 3, 4, 5, 6, 11, 29, 30});
    add("validation_epoch_end", {1, 2, 6});
    add("validation_end", {1, 2, 5, 6});
    add("train_epoch_end", {1, 2, 3});
    add("epoch_end", {1, 2, 3, 6, 9});
    add("train_end", {1});
  }
  return points;
}

INSTANTIATE_TEST_SUITE_P(Everywhere, ResumedAt, testing::ValuesIn(all_points()),
                         [](auto const& tested) {
                           return std::string(tested.param.by_request ? "Requested_" : "Saved_") +
                                  tested.param.event + "_" + std::to_string(tested.param.nth);
                         });

}  // namespace
}  // namespace sferic::test
