#pragma once

#include <sferic/trainer/step.hpp>

#include <string>
#include <utility>
#include <vector>

namespace sferic::bench::detail {

/// A metric that validations log, not training steps.
inline bool is_of_validation(std::string const& metric) { return metric.starts_with("val_"); }

/// A module whose steps do nothing, so that only the loop and its events are left. They log in the
/// first batch, for those who want to read a value.
template <class Module>
class Idle : public Module {
 public:
  Idle(Module module, std::vector<std::string> const& metrics)
      : Module(std::move(module)), metrics_(metrics) {}

  void training_step(auto const&, ManualStep& step) {
    if (step.progress.batch == 0) log(step, /*validation=*/false);
  }
  void validation_step(auto const&, Step& step) { log(step, /*validation=*/true); }

 private:
  void log(Step& step, bool validation) const {
    for (auto const& metric : metrics_) {
      if (is_of_validation(metric) == validation) step.log(metric, 0.5);
    }
  }

  std::vector<std::string> const& metrics_;
};

}  // namespace sferic::bench::detail
