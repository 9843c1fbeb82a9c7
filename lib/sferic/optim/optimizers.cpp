#include <sferic/optim/optimizers.hpp>

#include <sferic/metrics/metrics.hpp>

#include <fmt/format.h>
#include <torch/optim/optimizer.h>
#include <torch/optim/schedulers/lr_scheduler.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace sferic {

namespace {

std::string names_in(Metrics const& metrics) {
  std::string names;
  for (auto const& value : metrics.all()) names += (names.empty() ? "`" : ", `") + value.name + "`";
  return names.empty() ? "nothing" : names;
}

/// Reaches what LibTorch keeps from all but its schedulers.
struct StepCount : torch::optim::LRScheduler {
  static unsigned& of(void* scheduler) {
    return static_cast<torch::optim::LRScheduler*>(scheduler)->*&StepCount::step_count_;
  }
};

std::string save_step_count(void const* scheduler) {
  return std::to_string(StepCount::of(const_cast<void*>(scheduler)));
}

void load_step_count(void* scheduler, std::string_view text) {
  auto const* const end = text.data() + text.size();
  unsigned count = 0;
  if (auto const read = std::from_chars(text.data(), end, count);
      read.ec != std::errc() || read.ptr != end) {
    throw std::invalid_argument(fmt::format("`{}` is no count of steps", text));
  }
  StepCount::of(scheduler) = count;
}

}  // namespace

detail::StateRef detail::step_count_of(torch::optim::LRScheduler& scheduler) {
  return {"torch::optim::LRScheduler", &scheduler, save_step_count, load_step_count};
}

void Schedule::check() const {
  if (options_.frequency < 1) {
    throw std::invalid_argument(
        fmt::format("frequency of a scheduler must be >= 1, but got {}", options_.frequency));
  }
  if (takes_value_ && options_.monitor.empty()) {
    throw std::invalid_argument(
        "monitor must name a logged value for a scheduler with step(value), but is empty");
  }
  if (!takes_value_ && !options_.monitor.empty()) {
    throw std::invalid_argument(fmt::format(
        "monitor is `{}`, but the scheduler's step() takes no value", options_.monitor));
  }
}

void Schedule::step(std::int64_t count, Metrics const& metrics) const {
  if (count % options_.frequency != 0) return;
  if (!takes_value_) return step_(scheduler_.get(), 0);
  if (auto const value = metrics.get(options_.monitor)) return step_(scheduler_.get(), *value);
  std::string const message =
      fmt::format("a scheduler monitors `{}`, which has not been logged; there is {}",
                  options_.monitor, names_in(metrics));
  if (options_.strict) throw std::runtime_error(message);
  TORCH_WARN(message);
}

torch::optim::Optimizer& Optimizers::at(std::size_t index) const {
  if (index < optimizers_.size()) return *optimizers_[index];
  throw std::out_of_range(
      fmt::format("there is no optimizer {}; there are {}", index, optimizers_.size()));
}

void Optimizers::step_schedulers(Interval interval, std::int64_t count, bool by_value,
                                 Metrics const& metrics) const {
  for (auto const& schedule : schedules_) {
    if (schedule.options().interval != interval || schedule.takes_value() != by_value) continue;
    schedule.step(count, metrics);
  }
}

void Optimizers::add_pointer(std::shared_ptr<torch::optim::Optimizer> optimizer) {
  if (!optimizer)
    throw std::invalid_argument("an optimizer of configure_optimizers() is a null pointer");
  optimizers_.push_back(std::move(optimizer));
}

void Optimizers::check_known(torch::optim::Optimizer const& optimizer) const {
  bool const known = std::any_of(optimizers_.begin(), optimizers_.end(),
                                 [&](auto const& each) { return each.get() == &optimizer; });
  if (!known) {
    throw std::invalid_argument("schedule() must be given an optimizer that add() returned");
  }
}

}  // namespace sferic
