#pragma once

#include <sferic/events/fit_plan.hpp>
#include <sferic/events/moment.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace sferic::detail {

/// When a callback logs histograms: in every n-th batch of an epoch, where loggers take them.
class HistogramOutlet {
 public:
  /// Throws std::invalid_argument if `log_every_n_steps` is < 1. Default: the trainer's.
  HistogramOutlet(char const* callback, std::optional<std::int64_t> log_every_n_steps);

  void begin_fit(FitPlan const& plan);

  /// Whether histograms of this batch are wanted. Warns, once, where no logger takes them; nothing
  /// is to be kept of a trial run.
  [[nodiscard]] bool is_due(event::Moment const& e);

  /// Logs the histogram of a tensor as `name`/[32, 1, 8, 8], with its shape.
  void put(Metrics& metrics, std::string const& name, at::Tensor const& values) const;

 private:
  char const* callback_;
  std::optional<std::int64_t> log_every_n_steps_;
  std::int64_t interval_ = 0;  ///< of this fit; 0: never
  bool warned_ = false;
};

}  // namespace sferic::detail
