#include <sferic/trainer/detail/evaluation_loop.hpp>

#include <sferic/trainer/detail/autocast.hpp>
#include <sferic/trainer/detail/boundary.hpp>
#include <sferic/trainer/detail/evaluation_mode.hpp>
#include <sferic/trainer/detail/rank_sync.hpp>
#include <sferic/trainer/detail/signal_guard.hpp>

#include <fmt/format.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <stdexcept>

namespace sferic::detail {

namespace {

at::Tensor evaluation_step(LoopContext const& context, Input& input) {
  Autocast const autocast(context.device, context.options.precision);
  auto step = context.step();
  return input.step(context.module.object, input.source->address(), step);
}

template <class Events>
void evaluate_batch(LoopContext const& context, Input& input, PassPosition& position) {
  BatchSource& source = *input.source;
  source.move_batch_to(context.device);
  context.metrics.start_batch(source.samples());
  context.emit<typename Events::BatchStart>(source.batch());
  at::Tensor const output = evaluation_step(context, input);
  ++position.batches_done;
  context.emit<typename Events::BatchEnd>(source.batch(), output);
  context.metrics.end_batch();
  context.tell_logged(last_step(context));
  // Of several processes each is at another batch here: a checkpoint waits for the end of these.
  if (!context.ranks) at_boundary(context);
  throw_if_interrupted(context.options);
}

template <class Events>
void evaluate_loader(LoopContext const& context, Input& input, std::optional<std::int64_t> count,
                     PassPosition& position) {
  Pass pass(*input.source, loader_epoch(context), position, context.device);
  context.progress.batches = count;
  for (context.progress.batch = position.batches_done; !count || context.progress.batch < *count;
       ++context.progress.batch) {
    if (!pass.next()) break;
    evaluate_batch<Events>(context, input, position);
  }
  position.begun = false;
  position.batches_done = 0;
}

template <class Events>
void start_evaluation(LoopContext const& context, EvaluationPosition& position) {
  position.begun = true;
  position.loader = 0;
  context.metrics.start_epoch(Metrics::Scope::kEvaluation);
  context.emit<typename Events::Start>();
  context.emit<event::EpochStart>();
  context.emit<typename Events::EpochStart>();
}

/// Emits the n-th event of an evaluation's end, unless that was done before a checkpoint.
template <class Event>
void tell_end(LoopContext const& context, EvaluationPosition& position, std::int64_t nth) {
  if (position.ends_told >= nth) return;
  position.ends_told = nth;
  context.emit<Event>();
}

template <class Events>
void end_evaluation(LoopContext const& context, EvaluationPosition& position) {
  if (position.ends_told == 0) {
    reduce_metrics(context, Metrics::Sync::kEpoch);
    context.metrics.end_epoch();
  }
  tell_end<typename Events::EpochEnd>(context, position, 1);
  tell_end<event::EpochEnd>(context, position, 2);
  reduce_metrics(context, Metrics::Sync::kNew);
  context.tell_logged(last_step(context));
  tell_end<typename Events::End>(context, position, 3);
  context.tell_logged(last_step(context));
  position.begun = false;
  position.ends_told = 0;
  context.metrics.select(Metrics::Scope::kTraining);
}

}  // namespace

std::optional<std::int64_t> limited_count(Input const& input, char const* option, Limit limit) {
  auto const batches = input.source->size();
  auto const count = limit.of(batches);
  if (!limit.is_share() || limit.is_zero() || limit.value() == 1) return count;
  if (!batches) {
    throw std::invalid_argument(
        fmt::format("{} must be a count or 1.0 for a loader of unknown length, but got {}", option,
                    limit.value()));
  }
  if (count == 0 && *batches > 0) {
    throw std::invalid_argument(
        fmt::format("{} is {}, which of {} batches is not one; {:.3g} would be", option,
                    limit.value(), *batches, 1 / static_cast<double>(*batches)));
  }
  return count;
}

BatchCounts limited_counts(std::vector<Input> const& inputs, char const* option, Limit limit) {
  BatchCounts counts;
  for (auto const& input : inputs) counts.push_back(limited_count(input, option, limit));
  return counts;
}

char const* limiting_option(TrainerOptions const& options, char const* option) {
  return options.overfit_batches.is_zero() ? option : "overfit_batches";
}

std::int64_t loader_epoch(LoopContext const& context) {
  return context.options.overfit_batches.is_zero() ? context.progress.epoch : 0;
}

std::int64_t last_step(LoopContext const& context) {
  return std::max<std::int64_t>(context.progress.optimizer_steps - 1, 0);
}

bool all_zero(BatchCounts const& counts) {
  return std::all_of(counts.begin(), counts.end(), [](auto const& count) { return count == 0; });
}

template <class Events>
void run_evaluation(LoopContext const& context, Stage stage, std::vector<Input>& inputs,
                    BatchCounts const& counts, EvaluationPosition& position) {
  if (!on_any_rank(context, !all_zero(counts))) return;
  share_buffers(context);  // so that all evaluate the same module
  Progress const saved = context.progress;
  EvaluationMode const mode(*context.module.module);
  context.progress.stage = stage;
  context.progress.batch = 0;
  context.progress.loader = 0;
  context.progress.batches = counts.front();

  if (!position.begun) start_evaluation<Events>(context, position);
  position.passes.resize(inputs.size());
  context.metrics.select(Metrics::Scope::kEvaluation);
  for (auto& i = position.loader; i < inputs.size(); ++i) {
    context.progress.loader = static_cast<std::int64_t>(i);
    evaluate_loader<Events>(context, inputs[i], counts[i], position.passes[i]);
  }
  end_evaluation<Events>(context, position);
  context.progress = saved;  // not after an error, whose event tells where it happened
}

template void run_evaluation<ValidationEvents>(LoopContext const&, Stage, std::vector<Input>&,
                                               BatchCounts const&, EvaluationPosition&);
template void run_evaluation<TestEvents>(LoopContext const&, Stage, std::vector<Input>&,
                                         BatchCounts const&, EvaluationPosition&);
template void run_evaluation<PredictEvents>(LoopContext const&, Stage, std::vector<Input>&,
                                            BatchCounts const&, EvaluationPosition&);

}  // namespace sferic::detail
