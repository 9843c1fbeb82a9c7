#pragma once

#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/registry/stateful.hpp>

#include <cstdint>
#include <map>
#include <string_view>

namespace sferic {

struct GradientAccumulationSchedulerOptions {
  /// From which epoch on, >= 0, how many batches make an optimizer step, >= 1. Before the first
  /// epoch given, each batch does.
  std::map<std::int64_t, std::int64_t> scheduling;
};

/// Changes the number of batches that make an optimizer step, at the epochs that are given:
///
///   trainer.add(sferic::GradientAccumulationScheduler(
///       {.scheduling = {{0, 8}, {4, 4}, {8, 1}}}));
///
/// accumulates over 8 batches in the epochs 0 to 3, over 4 in the epochs 4 to 7, and over none
/// afterwards. As Lightning's callback of this name.
class GradientAccumulationScheduler {
 public:
  static constexpr std::string_view kStateKey = "sferic::GradientAccumulationScheduler";

  /// Throws std::invalid_argument if the schedule is empty, or something in it out of its range.
  explicit GradientAccumulationScheduler(GradientAccumulationSchedulerOptions options);

  void on(event::FitStart const&) { batches_ = 1; }

  /// Throws std::invalid_argument if somebody else sets accumulate_grad_batches, too.
  void on(event::TrainEpochStart const& e);

  /// The number of batches for an optimizer step in this epoch.
  std::int64_t batches_in(std::int64_t epoch) const;

  template <class Archive>
  void serialize(Archive& archive, unsigned version);

 private:
  GradientAccumulationSchedulerOptions options_;
  std::int64_t batches_ = 1;  ///< as it was set last
};

template <>
struct detail::StateOf<GradientAccumulationScheduler>
    : detail::CompiledState<GradientAccumulationScheduler> {};

}  // namespace sferic
