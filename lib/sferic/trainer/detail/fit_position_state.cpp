#include <sferic/trainer/detail/fit_position_state.hpp>

#include <sferic/trainer/detail/fit_position.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace sferic::detail {

namespace {

std::string validation_path(std::size_t loader) {
  return fmt::format("loop/validation/{}/", loader);
}

void put_random(RandomState const& state, std::string const& path, CheckpointContent& content) {
  if (state.cpu.defined()) content.values[path + "random/cpu"] = state.cpu;
  if (state.device.defined()) content.values[path + "random/cuda"] = state.device;
}

RandomState take_random(CheckpointContent const& content, std::string const& path) {
  RandomState state;
  if (auto const* const cpu = content.find<at::Tensor>(path + "random/cpu")) state.cpu = *cpu;
  if (auto const* const cuda = content.find<at::Tensor>(path + "random/cuda")) state.device = *cuda;
  return state;
}

void put_pass(PassPosition const& pass, std::string const& path, CheckpointContent& content) {
  content.values[path + "batches_done"] = pass.batches_done;
  content.values[path + "calls"] = pass.calls;
  content.values[path + "begun"] = std::int64_t{pass.begun};
  if (pass.begun) put_random(pass.random, path, content);
}

PassPosition take_pass(CheckpointContent const& content, std::string const& path) {
  return {content.at<std::int64_t>(path + "begun") != 0,
          content.at<std::int64_t>(path + "batches_done"), content.at<std::int64_t>(path + "calls"),
          take_random(content, path)};
}

Next next_of(FitPosition const& position) { return position.cut ? Next::kBatch : position.next; }

void put_flags(FitPosition const& position, CheckpointContent& content) {
  auto const put = [&](char const* name, bool value) {
    content.values[std::string("loop/") + name] = std::int64_t{value};
  };
  put("is_training", position.running && position.is_training);
  put("last_batch", position.last_batch);
  put("stepped", position.stepped);
  put("told", position.told);
  put("stop_noticed", position.running && position.stop_noticed);
}

}  // namespace

void put_position(LoopContext const& context, CheckpointContent& content) {
  auto const& position = context.position;
  auto& values = content.values;
  bool const in_epoch = position.cut;  // whose end was told, but which is not through
  values["progress/epoch"] = in_epoch ? position.epoch : context.progress.epoch;
  values["progress/epochs_done"] = in_epoch ? position.epochs_done : context.progress.epochs_done;
  values["progress/optimizer_steps"] = context.progress.optimizer_steps;

  values["loop/next"] = static_cast<std::int64_t>(next_of(position));
  values["loop/batches_in_all"] = position.batches_in_all;
  values["loop/accumulate_grad_batches"] = position.accumulate_grad_batches;
  values["loop/accumulated"] = position.accumulated;
  values["loop/steps_before"] = position.steps_before;
  values["loop/seconds"] = position.time_trained().count();
  put_flags(position, content);
  put_pass(position.train, "loop/train/", content);
  auto const& validation = position.validation;
  values["loop/validation_loader"] = static_cast<std::int64_t>(validation.loader);
  values["loop/validation_begun"] = std::int64_t{validation.begun};
  values["loop/validation_finished"] = std::int64_t{validation.finished};
  values["loop/validation_loaders"] = static_cast<std::int64_t>(validation.passes.size());
  for (std::size_t i = 0; i < validation.passes.size(); ++i) {
    put_pass(validation.passes[i], validation_path(i), content);
  }

  if (!position.running) return;
  values["control/end_epoch"] = std::int64_t{context.control.end_epoch_requested()};
  if (auto const reason = context.control.lasting_stop_reason()) values["control/stop"] = *reason;
}

StoredPosition::StoredPosition(CheckpointContent const& from) : content(from) {
  auto const count = [&](char const* path) { return content.at<std::int64_t>(path); };
  auto const flag = [&](char const* path) { return count(path) != 0; };
  progress.epoch = count("progress/epoch");
  progress.epochs_done = count("progress/epochs_done");
  progress.optimizer_steps = count("progress/optimizer_steps");

  position.next = static_cast<Next>(count("loop/next"));
  if (position.next < Next::kEpoch || position.next >= Next::kCount) {
    content.fail("loop/next", "is out of range");
  }
  position.epoch = progress.epoch;
  position.epochs_done = progress.epochs_done;
  position.batches_in_all = count("loop/batches_in_all");
  position.accumulate_grad_batches = count("loop/accumulate_grad_batches");
  position.accumulated = count("loop/accumulated");
  position.is_training = flag("loop/is_training");
  position.last_batch = flag("loop/last_batch");
  position.stepped = flag("loop/stepped");
  position.told = flag("loop/told");
  position.steps_before = count("loop/steps_before");
  position.stop_noticed = flag("loop/stop_noticed");
  position.trained = std::chrono::duration<double>(content.at<double>("loop/seconds"));
  position.train = take_pass(content, "loop/train/");
  position.validation.begun = flag("loop/validation_begun");
  position.validation.finished = flag("loop/validation_finished");
  position.validation.loader = static_cast<std::size_t>(count("loop/validation_loader"));
  auto const loaders = count("loop/validation_loaders");
  for (std::size_t i = 0; std::cmp_less(i, loaders); ++i) {
    position.validation.passes.push_back(take_pass(content, validation_path(i)));
  }
  progress.batch = std::max<std::int64_t>(position.train.batches_done - 1, 0);
}

void StoredPosition::restore(LoopContext const& context) const {
  context.position = position;
  context.progress.epoch = progress.epoch;
  context.progress.epochs_done = progress.epochs_done;
  context.progress.batch = progress.batch;
  context.progress.optimizer_steps = progress.optimizer_steps;
  if (auto const* const wished = content.find<std::int64_t>("control/end_epoch")) {
    if (*wished != 0) context.control.end_epoch();
  }
  if (auto const* const reason = content.find<std::string>("control/stop")) {
    context.control.stop(*reason);
  }
}

}  // namespace sferic::detail
