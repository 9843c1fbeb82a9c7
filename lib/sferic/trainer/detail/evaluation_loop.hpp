#pragma once

#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/loop_context.hpp>
#include <sferic/trainer/detail/pass.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace sferic::detail {

/// The events of one kind of evaluation.
template <class StartEvent, class EpochStartEvent, class BatchStartEvent, class BatchEndEvent,
          class EpochEndEvent, class EndEvent>
struct EvaluationEvents {
  using Start = StartEvent;
  using EpochStart = EpochStartEvent;
  using BatchStart = BatchStartEvent;
  using BatchEnd = BatchEndEvent;
  using EpochEnd = EpochEndEvent;
  using End = EndEvent;
};

using ValidationEvents = EvaluationEvents<event::ValidationStart, event::ValidationEpochStart,
                                          event::ValidationBatchStart, event::ValidationBatchEnd,
                                          event::ValidationEpochEnd, event::ValidationEnd>;
using TestEvents = EvaluationEvents<event::TestStart, event::TestEpochStart, event::TestBatchStart,
                                    event::TestBatchEnd, event::TestEpochEnd, event::TestEnd>;
using PredictEvents =
    EvaluationEvents<event::PredictStart, event::PredictEpochStart, event::PredictBatchStart,
                     event::PredictBatchEnd, event::PredictEpochEnd, event::PredictEnd>;

/// The number of batches to take of each loader, where it is known or limited.
using BatchCounts = std::vector<std::optional<std::int64_t>>;

/// Applies a limit to each loader's size. Throws std::invalid_argument, naming `option`, where a
/// share leaves nothing of a loader, or is asked of one whose length is unknown.
BatchCounts limited_counts(std::vector<Input> const& inputs, char const* option, Limit limit);

/// The same for one loader.
std::optional<std::int64_t> limited_count(Input const& input, char const* option, Limit limit);

/// The option that limits the batches, to tell in errors: `option`, if none overrules it.
char const* limiting_option(TrainerOptions const& options, char const* option);

/// The epoch that loaders are told.
std::int64_t loader_epoch(LoopContext const& context);

/// The last optimizer step done, counted from 0; 0 before it.
std::int64_t last_step(LoopContext const& context);

/// Whether there is nothing to do.
bool all_zero(BatchCounts const& counts);

/// How far an evaluation has come, such that another process can go on with it.
struct EvaluationPosition {
  bool begun = false;
  std::int64_t ends_told = 0;  ///< of the three events of its end
  std::size_t loader = 0;
  std::vector<PassPosition> passes = {};  ///< by loader
};

/// One pass over all loaders, in evaluation mode and without gradients; what is left of it, where
/// `position` says that it has begun. The progress is then what it was before.
template <class Events>
void run_evaluation(LoopContext const& context, Stage stage, std::vector<Input>& inputs,
                    BatchCounts const& counts, EvaluationPosition& position);

extern template void run_evaluation<ValidationEvents>(LoopContext const&, Stage,
                                                      std::vector<Input>&, BatchCounts const&,
                                                      EvaluationPosition&);
extern template void run_evaluation<TestEvents>(LoopContext const&, Stage, std::vector<Input>&,
                                                BatchCounts const&, EvaluationPosition&);
extern template void run_evaluation<PredictEvents>(LoopContext const&, Stage, std::vector<Input>&,
                                                   BatchCounts const&, EvaluationPosition&);

}  // namespace sferic::detail
