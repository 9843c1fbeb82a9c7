#pragma once

#include <string>

namespace at {
class Tensor;
}

namespace sferic {
class Metrics;
}

namespace sferic::detail {

/// Tells whether loggers take histograms of a callback; warns once where they do not.
class HistogramOutlet {
 public:
  explicit HistogramOutlet(char const* callback) : callback_(callback) {}

  /// Nothing is to be kept of a trial run.
  void begin_fit(bool is_trial) { is_trial_ = is_trial; }

  [[nodiscard]] bool is_open(Metrics const& metrics);

  /// Logs the histogram of a tensor as `name`/[32, 1, 8, 8], with its shape.
  void put(Metrics& metrics, std::string const& name, at::Tensor const& values) const;

 private:
  char const* callback_;
  bool is_trial_ = false;
  bool warned_ = false;
};

}  // namespace sferic::detail
