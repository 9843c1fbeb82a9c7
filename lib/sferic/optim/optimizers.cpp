#include <sferic/optim/optimizers.hpp>

#include <sferic/metrics/metrics.hpp>

#include <fmt/format.h>
#include <torch/optim/optimizer.h>

#include <algorithm>
#include <stdexcept>

namespace sferic {

namespace {

std::string names_in(Metrics const& metrics) {
  std::string names;
  for (auto const& value : metrics.all()) names += (names.empty() ? "`" : ", `") + value.name + "`";
  return names.empty() ? "nothing" : names;
}

}  // namespace

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
