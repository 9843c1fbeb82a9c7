#include <sferic/trainer/detail/fit_position_state.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sferic::detail {

namespace {

constexpr char const* kLoop = "loop/";
constexpr char const* kTrain = "loop/train/";
constexpr char const* kNext = "loop/next";
constexpr char const* kStop = "loop/stop";
constexpr char const* kRandomBase = "loop/random_base";
constexpr char const* kEpoch = "progress/epoch";
constexpr char const* kEpochsDone = "progress/epochs_done";
constexpr char const* kOptimizerSteps = "progress/optimizer_steps";
constexpr char const* kLoader = "loop/validation/loader";
constexpr char const* kLoaders = "loop/validation/loaders";
constexpr char const* kBegun = "loop/validation/begun";
constexpr char const* kEndsTold = "loop/validation/ends_told";

std::string loader_path(std::size_t loader) { return fmt::format("loop/validation/{}/", loader); }

struct PutField {
  CheckpointContent& content;

  void operator()(char const* name, bool value) const {
    content.values[std::string(kLoop) + name] = std::int64_t{value};
  }
  void operator()(char const* name, std::int64_t value) const {
    content.values[std::string(kLoop) + name] = value;
  }
  void operator()(char const* name, double value) const {
    content.values[std::string(kLoop) + name] = value;
  }
};

/// No count of a loop is below 0.
std::int64_t take_count(CheckpointContent const& content, std::string const& path) {
  auto const count = content.at<std::int64_t>(path);
  if (count < 0) content.fail(path, fmt::format("is {}", count));
  return count;
}

struct TakeField {
  CheckpointContent const& content;

  void operator()(char const* name, bool& value) const {
    value = take_count(content, std::string(kLoop) + name) != 0;
  }
  void operator()(char const* name, std::int64_t& value) const {
    value = take_count(content, std::string(kLoop) + name);
  }
  void operator()(char const* name, double& value) const {
    value = content.at<double>(std::string(kLoop) + name);
  }
};

void put_pass(PassPosition const& pass, std::string const& path, CheckpointContent& content) {
  content.values[path + "batches_done"] = pass.batches_done;
  content.values[path + "calls"] = pass.calls;
  content.values[path + "begun"] = std::int64_t{pass.begun};
  if (!pass.begun) return;
  content.values[path + "random/cpu"] = pass.random.cpu;
  if (pass.random.device.defined()) content.values[path + "random/cuda"] = pass.random.device;
}

PassPosition take_pass(LoopContext const& context, CheckpointContent const& content,
                       std::string const& path) {
  PassPosition pass{.begun = take_count(content, path + "begun") != 0,
                    .batches_done = take_count(content, path + "batches_done"),
                    .calls = take_count(content, path + "calls")};
  if (!pass.begun) return pass;
  pass.random.cpu = content.at<at::Tensor>(path + "random/cpu");
  if (auto const* const cuda = content.find<at::Tensor>(path + "random/cuda")) {
    pass.random.device = *cuda;
  }
  if (!is_random_state(pass.random, context.device)) {
    content.fail(path + "random", "is no state of LibTorch's");
  }
  return pass;
}

void put_validation(EvaluationPosition const& validation, CheckpointContent& content) {
  content.values[kLoader] = static_cast<std::int64_t>(validation.loader);
  content.values[kLoaders] = static_cast<std::int64_t>(validation.passes.size());
  content.values[kBegun] = std::int64_t{validation.begun};
  content.values[kEndsTold] = validation.ends_told;
  for (std::size_t i = 0; i < validation.passes.size(); ++i) {
    put_pass(validation.passes[i], loader_path(i), content);
  }
}

EvaluationPosition take_validation(LoopContext const& context, CheckpointContent const& content) {
  EvaluationPosition validation{.begun = take_count(content, kBegun) != 0,
                                .ends_told = take_count(content, kEndsTold),
                                .loader = static_cast<std::size_t>(take_count(content, kLoader))};
  auto const loaders = take_count(content, kLoaders);
  for (std::size_t i = 0; std::cmp_less(i, loaders); ++i) {
    validation.passes.push_back(take_pass(context, content, loader_path(i)));
  }
  return validation;
}

/// Of the sanity check, which a fit that goes on doesn't make, only the calls count.
EvaluationPosition not_begun(EvaluationPosition validation) {
  validation.begun = false;
  validation.ends_told = 0;
  for (auto& pass : validation.passes) pass = {.calls = pass.calls};
  return validation;
}

StoredPosition present(LoopContext const& context) {
  auto const& progress = context.progress;
  auto const& run = context.run;
  StoredPosition stored{context.position, progress.epoch, progress.epochs_done,
                        progress.optimizer_steps};
  auto& at = stored.position;
  at.seconds += run.time().count();
  if (run.running) {
    auto const stop = context.control.lasting_stop_reason();
    at.stop_lasts = stop.has_value();
    at.stop = stop.value_or("");
    at.end_epoch = context.control.end_epoch_requested() || run.end_epoch;
  }
  at.stop_noticed = at.stop_noticed && at.stop_lasts;
  if (run.cut) {  // the epoch's end has been told, and yet there is more of it
    at.next = Next::kBatch;
    stored.epoch = run.epoch;
    stored.epochs_done = run.epochs_done;
  }
  if (progress.stage == Stage::kSanityCheck) at.validation = not_begun(at.validation);
  if (at.in_batch && progress.optimizer_steps > at.steps_before) {  // no step is made twice
    at.next = Next::kAfterBatch;
    at.stepped = true;
    at.accumulated = 0;
    ++at.train.batches_done;
    ++at.batches_in_all;
  }
  // An error may have come while the last batch was being trained: it is still to be done.
  at.last_batch = at.last_batch && at.next != Next::kBatch;
  return stored;
}

}  // namespace

void put_position(LoopContext const& context, CheckpointContent& content) {
  auto const stored = present(context);
  auto const& at = stored.position;
  content.values[kEpoch] = stored.epoch;
  content.values[kEpochsDone] = stored.epochs_done;
  content.values[kOptimizerSteps] = stored.optimizer_steps;
  content.values[kNext] = static_cast<std::int64_t>(at.next);
  for_each_field(at, PutField{content});
  if (at.stop_lasts) content.values[kStop] = at.stop;
  content.values[kRandomBase] = at.random_base;
  put_pass(at.train, kTrain, content);
  put_validation(at.validation, content);
}

StoredPosition take_position(LoopContext const& context, CheckpointContent const& content) {
  StoredPosition stored;
  auto& at = stored.position;
  stored.epoch = take_count(content, kEpoch);
  stored.epochs_done = take_count(content, kEpochsDone);
  stored.optimizer_steps = take_count(content, kOptimizerSteps);
  at.next = static_cast<Next>(take_count(content, kNext));
  if (at.next >= Next::kCount) content.fail(kNext, "is out of range");
  for_each_field(at, TakeField{content});
  if (auto const* const reason = content.find<std::string>(kStop)) {
    at.stop_lasts = true;
    at.stop = *reason;
  }
  at.random_base = context.position.random_base;  // as files have it that were written before this
  if (content.find<std::int64_t>(kRandomBase)) at.random_base = take_count(content, kRandomBase);
  at.train = take_pass(context, content, kTrain);
  at.validation = take_validation(context, content);
  return stored;
}

void restore_position(LoopContext const& context, StoredPosition const& stored) {
  auto& at = context.position;
  auto const option = context.options.accumulate_grad_batches;
  at = stored.position;
  at.in_batch = false;
  if (std::exchange(at.accumulate_option, option) != option) at.accumulate_grad_batches = option;
  if (at.end_epoch) context.control.end_epoch();
  if (at.stop_lasts) context.control.stop(at.stop);
  context.run.epoch = stored.epoch;
  context.run.epochs_done = stored.epochs_done;
  context.progress.epoch = stored.epoch;
  context.progress.epochs_done = stored.epochs_done;
  context.progress.optimizer_steps = stored.optimizer_steps;
  context.progress.batch = std::max<std::int64_t>(at.train.batches_done - 1, 0);
}

}  // namespace sferic::detail
