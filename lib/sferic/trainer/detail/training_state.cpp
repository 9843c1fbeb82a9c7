#include <sferic/trainer/detail/training_state.hpp>

#include <sferic/checkpoint/detail/module_state.hpp>
#include <sferic/checkpoint/detail/optimizer_state.hpp>
#include <sferic/checkpoint/detail/random_state.hpp>
#include <sferic/trainer/detail/fit_position_state.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace sferic::detail {

namespace {

constexpr char const* kCallbacks = "callbacks/";
constexpr char const* kMetrics = "metrics";
constexpr char const* kOptimizers = "optimizers/count";
constexpr char const* kSchedulers = "schedulers/count";
constexpr char const* kRandomOfCpu = "random/cpu";
constexpr char const* kRandomOfCuda = "random/cuda";
constexpr char const* kScale = "scaler/scale";
constexpr char const* kGoodSteps = "scaler/good_steps";

std::vector<StateEntry> callback_states(LoopContext const& context) {
  std::vector<StateEntry> entries;
  for (auto const& state : context.registry.states()) {
    entries.push_back({kCallbacks + std::string(state.key), state});
  }
  return entries;
}

/// Logged values, schedulers, and optimizers of unknown types.
std::vector<StateEntry> loop_states(LoopContext const& context) {
  std::vector<StateEntry> entries = {{kMetrics, state_ref(context.metrics)}};
  auto const& schedules = context.optimizers.schedules();
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    auto const& state = schedules[i].state();
    if (state) entries.push_back({fmt::format("schedulers/{}/{}", i, state->key), *state});
  }
  for (std::size_t i = 0; i < context.optimizers.size(); ++i) {
    if (auto entry = archive_entry(context.optimizers.at(i), i)) entries.push_back(*entry);
  }
  return entries;
}

void check_count(CheckpointContent const& content, char const* path, std::size_t here) {
  auto const stored = content.at<std::int64_t>(path);
  if (std::cmp_equal(stored, here)) return;
  content.fail(path, fmt::format("is {}, but configure_optimizers() made {}", stored, here));
}

void check_epochs(LoopContext const& context, CheckpointContent const& content, std::int64_t done) {
  auto const max_epochs = context.progress.max_epochs;
  if (!max_epochs || done <= *max_epochs) return;
  throw std::invalid_argument(fmt::format("max_epochs is {}, but `{}` has done {} epochs",
                                          *max_epochs, content.file, done));
}

/// What the loop keeps itself, as steps that cannot fail.
std::vector<Restore> restore_loop(LoopContext const& context, CheckpointContent const& content) {
  if (!content.values.contains(kOptimizers)) {
    content.fail(kOptimizers, "is missing: the file holds weights only; see load_checkpoint()");
  }
  check_count(content, kOptimizers, context.optimizers.size());
  check_count(content, kSchedulers, context.optimizers.schedules().size());
  std::vector<Restore> steps;
  for (std::size_t i = 0; i < context.optimizers.size(); ++i) {
    steps.push_back(
        restore_optimizer(context.optimizers.at(i), i, *context.module.module, content));
  }
  steps.push_back(restore_gradients(*context.module.module, content));

  RandomState random{content.at<at::Tensor>(kRandomOfCpu)};
  if (auto const* const cuda = content.find<at::Tensor>(kRandomOfCuda)) random.device = *cuda;
  if (!is_random_state(random, context.device)) content.fail("random", "is no state of LibTorch's");
  steps.push_back([=, &context] { set_random_state(random, context.device); });
  if (context.scaler && content.values.contains(kScale)) {
    GradScaler::State const state{content.at<double>(kScale), content.at<std::int64_t>(kGoodSteps)};
    steps.push_back([=, &context] { context.scaler->set_state(state); });
  }
  auto const position = take_position(context, content);
  check_epochs(context, content, position.epochs_done);
  if (position.position.in_batch) {
    TORCH_WARN("`", content.file,
               "` was saved within a batch, which is trained anew: the training "
               "may not end as if it had never been stopped");
  }
  steps.push_back([=, &context] { restore_position(context, position); });
  return steps;
}

/// Which of the callbacks' states are in the file; those that are not are taken out of `entries`.
LoadReport match(std::vector<StateEntry>& entries, CheckpointContent const& content) {
  LoadReport report;
  auto const names = content.names_under(kCallbacks);
  std::set<std::string> left(names.begin(), names.end());
  std::erase_if(entries, [&](StateEntry const& entry) {
    std::string const key(entry.state.key);
    bool const is_stored = left.erase(key) > 0;
    (is_stored ? report.restored : report.fresh).push_back(key);
    return !is_stored;
  });
  report.missing.assign(left.begin(), left.end());
  return report;
}

void warn_of_lost_states(LoopContext const& context, LoadReport const& report,
                         CheckpointContent const& content, bool whole) {
  for (auto const& key : report.missing) {
    TORCH_WARN("`", content.file, "` holds the state of a callback `", key,
               "`, which the trainer does not have: it is lost");
  }
  auto const& schedules = context.optimizers.schedules();
  for (std::size_t i = 0; whole && i < schedules.size(); ++i) {
    if (schedules[i].state()) continue;
    TORCH_WARN("scheduler ", i, " has no serialize() and begins anew");
  }
}

}  // namespace

void put_training(LoopContext const& context, CheckpointContent& content) {
  auto const& optimizers = context.optimizers;
  content.values[kOptimizers] = static_cast<std::int64_t>(optimizers.size());
  content.values[kSchedulers] = static_cast<std::int64_t>(optimizers.schedules().size());
  for (std::size_t i = 0; i < optimizers.size(); ++i) {
    put_optimizer(optimizers.at(i), i, *context.module.module, content);
  }
  bool const gradients_wait = context.position.accumulated > 0 || context.run.optimizes_itself;
  put_gradients(*context.module.module, gradients_wait, content);
  put_states(loop_states(context), content);
  if (context.progress.stage == Stage::kSanityCheck) {  // whose values are forgotten
    content.values[kMetrics] = StateOf<Metrics>::save(Metrics());
  }
  put_states(callback_states(context), content);
  put_position(context, content);
  if (context.scaler) {
    content.values[kScale] = context.scaler->state().scale;
    content.values[kGoodSteps] = context.scaler->state().good_steps;
  }
  auto const random = random_state(context.device);
  content.values[kRandomOfCpu] = random.cpu;
  if (random.device.defined()) content.values[kRandomOfCuda] = random.device;
}

LoadReport restore(LoopContext const& context, CheckpointContent const& content, bool whole) {
  std::vector<Restore> steps = {restore_module(*context.module.module, content)};
  auto entries = callback_states(context);
  auto report = match(entries, content);
  if (whole) {
    auto const loop_steps = restore_loop(context, content);
    steps.insert(steps.end(), loop_steps.begin(), loop_steps.end());
    auto const states = loop_states(context);
    entries.insert(entries.end(), states.begin(), states.end());
  }
  load_states(entries, content);  // the last that may fail
  for (auto const& step : steps) step();
  if (context.progress.rank != 0) context.metrics.drop_totals();  // they are rank zero's
  warn_of_lost_states(context, report, content, whole);
  return report;
}

}  // namespace sferic::detail
