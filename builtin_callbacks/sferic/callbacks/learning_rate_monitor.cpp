#include <sferic/callbacks/learning_rate_monitor.hpp>

#include <sferic/metrics/metrics.hpp>

// Before torch/optim.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <c10/util/Type.h>
#include <fmt/format.h>
#include <torch/optim.h>

#include <algorithm>
#include <typeinfo>

namespace sferic {

namespace {

/// The type of an optimizer as one calls it: "Adam".
std::string type_name(torch::optim::Optimizer const& optimizer) {
  std::string const full = c10::demangle(typeid(optimizer).name());
  return full.substr(full.rfind(':') + 1);
}

/// A learning rate is not logged twice under one name: optimizers of one type are numbered.
class Names {
 public:
  std::string of(torch::optim::Optimizer const& optimizer, std::string const& given) {
    if (!given.empty()) return given;
    std::string const type = type_name(optimizer);
    auto const same = std::count(types_.begin(), types_.end(), type);
    types_.push_back(type);
    return same > 0 ? fmt::format("lr-{}-{}", type, same) : fmt::format("lr-{}", type);
  }

 private:
  std::vector<std::string> types_;
};

std::vector<std::string> names_of_groups(std::string const& name, std::size_t groups) {
  if (groups == 1) return {name};
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= groups; ++i) names.push_back(fmt::format("{}/pg{}", name, i));
  return names;
}

double momentum_of(torch::optim::OptimizerOptions const& options) {
  using namespace torch::optim;
  if (auto const* const sgd = dynamic_cast<SGDOptions const*>(&options)) return sgd->momentum();
  if (auto const* const prop = dynamic_cast<RMSpropOptions const*>(&options))
    return prop->momentum();
  if (auto const* const adam = dynamic_cast<AdamOptions const*>(&options))
    return std::get<0>(adam->betas());
  if (auto const* const adamw = dynamic_cast<AdamWOptions const*>(&options))
    return std::get<0>(adamw->betas());
  return 0;
}

double weight_decay_of(torch::optim::OptimizerOptions const& options) {
  using namespace torch::optim;
  if (auto const* const sgd = dynamic_cast<SGDOptions const*>(&options)) return sgd->weight_decay();
  if (auto const* const prop = dynamic_cast<RMSpropOptions const*>(&options))
    return prop->weight_decay();
  if (auto const* const adam = dynamic_cast<AdamOptions const*>(&options))
    return adam->weight_decay();
  if (auto const* const adamw = dynamic_cast<AdamWOptions const*>(&options))
    return adamw->weight_decay();
  if (auto const* const adagrad = dynamic_cast<AdagradOptions const*>(&options))
    return adagrad->weight_decay();
  return 0;
}

void log_now(Metrics& metrics, std::string const& name, double value) {
  metrics.log(name, value, {.on_step = true, .on_epoch = false});
}

}  // namespace

void LearningRateMonitor::on(event::TrainStart const& e) {
  watched_.clear();
  Names names;
  for (auto const& schedule : e.optimizers.schedules()) {
    watched_.push_back({&schedule.optimizer(),
                        schedule.options().interval,
                        names.of(schedule.optimizer(), schedule.options().name),
                        {}});
  }
  auto const scheduled = static_cast<std::ptrdiff_t>(watched_.size());
  for (std::size_t i = 0; i < e.optimizers.size(); ++i) {
    auto& optimizer = e.optimizers.at(i);
    auto const end = watched_.begin() + scheduled;
    if (std::any_of(watched_.begin(), end,
                    [&](auto const& w) { return w.optimizer == &optimizer; }))
      continue;
    watched_.push_back({&optimizer, {}, names.of(optimizer, ""), {}});
  }
}

void LearningRateMonitor::on(event::TrainEpochStart const& e) {
  if (options_.logging_interval != Interval::kStep) log(e, Interval::kEpoch);
}

void LearningRateMonitor::on(event::TrainBatchStart const& e) {
  if (options_.logging_interval != Interval::kEpoch) log(e, Interval::kStep);
}

void LearningRateMonitor::log(event::Moment const& e, Interval interval) {
  for (auto& watched : watched_) {
    if (!options_.logging_interval && watched.interval.value_or(interval) != interval) continue;
    auto const& groups = watched.optimizer->param_groups();
    if (watched.names.size() != groups.size())
      watched.names = names_of_groups(watched.name, groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
      auto const& name = watched.names[i];
      auto const& options = groups[i].options();
      log_now(e.metrics, name, options.get_lr());
      if (options_.log_momentum) log_now(e.metrics, name + "-momentum", momentum_of(options));
      if (options_.log_weight_decay)
        log_now(e.metrics, name + "-weight_decay", weight_decay_of(options));
    }
  }
}

}  // namespace sferic
