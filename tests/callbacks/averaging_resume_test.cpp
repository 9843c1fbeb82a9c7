#include <sferic/callbacks/backbone_finetuning.hpp>
#include <sferic/callbacks/exponential_moving_average.hpp>
#include <sferic/callbacks/stochastic_weight_averaging.hpp>

#include <gtest/gtest.h>

#include <functional>

#include "../trainer/resume_support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

enum class Kind { kEMA, kSparseEMA, kSWA, kFinetuning };

struct Point {
  Kind kind;
  char const* event;
  std::int64_t nth;
  bool by_request;

  friend void PrintTo(Point const& point, std::ostream* out) { *out << point.event << point.nth; }
};

/// A process in which the training begins or goes on.
class Part {
 public:
  explicit Part(Kind kind, std::string rows = {}) {
    session.rows = std::move(rows);
    auto& trainer = session.trainer;
    if (kind == Kind::kSWA) {
      average_ =
          &trainer.add(StochasticWeightAveraging({.swa_lrs = {0.05, 0.02}, .swa_epoch_start = 2}));
    } else if (kind == Kind::kFinetuning) {
      trainer.add(BackboneFinetuning({.backbone = "first", .unfreeze_backbone_at_epoch = 1}));
    } else if (kind == Kind::kEMA) {
      ema_ = &trainer.add(ExponentialMovingAverage({.decay = 0.9}));
    } else {
      ema_ = &trainer.add(ExponentialMovingAverage({.decay = 0.9,
                                                    .warm_up = true,
                                                    .update_every_n_steps = 2,
                                                    .update_starting_at_step = 2,
                                                    .use_buffers = false,
                                                    .copy_at_end = false}));
    }
  }

  /// Whether it came to its end.
  bool fit(fs::path const& from) {
    try {
      session.fit(from);
      return true;
    } catch (SaveAndStop::Killed const&) {
      return false;
    }
  }

  /// With the averages, and the learning rates that were seen.
  Outcome outcome() {
    auto outcome = session.outcome();
    Dropping averaged;
    if (average_) average_->copy_to(averaged);
    if (ema_) ema_->copy_to(averaged);
    if (!average_ && !ema_) return outcome;
    for (auto const& parameter : averaged.parameters()) outcome.tensors.push_back(parameter);
    outcome.counts["averaged"] = average_ ? average_->averaged() : ema_->updates();
    return outcome;
  }

  Session session;

 private:
  StochasticWeightAveraging* average_ = nullptr;
  ExponentialMovingAverage* ema_ = nullptr;
};

class AveragingResumedAt : public testing::TestWithParam<Point> {
 protected:
  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "at.ckpt";
};

/// Ended once where the case says, and once again two batches later.
TEST_P(AveragingResumedAt, ATrainingEndsAsTheOneThatWasNeverStopped) {
  auto const [kind, event, nth, by_request] = GetParam();
  Part never_stopped(kind);
  ASSERT_TRUE(never_stopped.fit({}));
  auto const whole = never_stopped.outcome();
  Part first(kind);
  {
    SaveAndStop saving{first.session.trainer, path_, event, nth, by_request};
    auto const connected = first.session.trainer.attach(saving);
    ASSERT_FALSE(first.fit({}));
  }
  Part second(kind, first.session.rows);
  {
    SaveAndStop saving{second.session.trainer, path_, "batch_end", 2, true};
    auto const connected = second.session.trainer.attach(saving);
    if (second.fit(path_)) return expect_same(second.outcome(), whole, by_request);
  }
  Part third(kind, second.session.rows);
  ASSERT_TRUE(third.fit(path_));
  expect_same(third.outcome(), whole, by_request);
}

std::vector<Point> all_points() {
  std::vector<Point> points;
  auto const add_all = [&](Kind kind, bool by_request) {
    auto const add = [&](char const* event, std::vector<std::int64_t> const& numbers) {
      for (auto const nth : numbers) points.push_back({kind, event, nth, by_request});
    };
    add("sanity_check_start", {1});
    add("train_start", {1});
    add("epoch_start", {1, 4});
    add("train_epoch_start", {2, 3});
    add("train_batch_end", {1, 3, 6, 7, 8, 14, 20, 21});
    add("batch_end", {5, 7, 21});
    add("validation_start", {1, 2, 4, 6});
    add("validation_epoch_start", {4});
    add("validation_batch_end", {1, 4, 5, 11, 22, 29, 30});
    add("validation_epoch_end", {1, 6});
    add("validation_end", {1, 5, 6});
    add("train_epoch_end", {1, 2, 3});
    add("epoch_end", {1, 6, 9});
    add("train_end", {1});
    if (kind != Kind::kSWA) return;
    add("train_epoch_start", {4});  // which computes the statistics of BatchNorm
    add("train_batch_end", {22, 25, 28});
    add("validation_start", {7});
    add("validation_batch_end", {31, 34, 40});
    add("validation_end", {7, 8});
    add("train_epoch_end", {4});
    add("epoch_end", {12});
  };
  for (auto const kind : {Kind::kEMA, Kind::kSparseEMA, Kind::kSWA, Kind::kFinetuning}) {
    add_all(kind, false);
    add_all(kind, true);
  }
  return points;
}

std::string name_of(testing::TestParamInfo<Point> const& tested) {
  constexpr char const* kKinds[] = {"EMA_", "SparseEMA_", "SWA_", "Finetuning_"};
  auto const& point = tested.param;
  return kKinds[static_cast<int>(point.kind)] +
         std::string(point.by_request ? "Requested_" : "Saved_") + point.event + "_" +
         std::to_string(point.nth);
}

INSTANTIATE_TEST_SUITE_P(Everywhere, AveragingResumedAt, testing::ValuesIn(all_points()), name_of);

}  // namespace
}  // namespace sferic::test
