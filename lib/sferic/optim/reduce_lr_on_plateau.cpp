#include <sferic/optim/reduce_lr_on_plateau.hpp>

#include <sferic/persistence/compiled_state.hpp>

#include <fmt/format.h>
#include <torch/optim/optimizer.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

void require(bool fits, char const* option, char const* range, auto const& value) {
  if (fits) return;
  throw std::invalid_argument(
      fmt::format("{} of ReduceLROnPlateau must be {}, but got {}", option, range, value));
}

void check(ReduceLROnPlateauOptions const& options) {
  require(options.mode == "min" || options.mode == "max", "mode", "\"min\" or \"max\"",
          options.mode);
  require(options.factor > 0 && options.factor < 1, "factor", "in (0, 1)", options.factor);
  require(options.patience >= 0, "patience", ">= 0", options.patience);
  require(options.threshold >= 0, "threshold", ">= 0", options.threshold);
  require(options.threshold_mode == "rel" || options.threshold_mode == "abs", "threshold_mode",
          "\"rel\" or \"abs\"", options.threshold_mode);
  require(options.cooldown >= 0, "cooldown", ">= 0", options.cooldown);
  require(options.min_lr >= 0, "min_lr", ">= 0", options.min_lr);
  require(options.eps >= 0, "eps", ">= 0", options.eps);
}

}  // namespace

ReduceLROnPlateau::ReduceLROnPlateau(torch::optim::Optimizer& optimizer,
                                     ReduceLROnPlateauOptions options)
    : optimizer_(&optimizer), options_(std::move(options)) {
  check(options_);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  best_ = options_.mode == "min" ? kInfinity : -kInfinity;
}

void ReduceLROnPlateau::step(double value) {
  if (improves(value)) {
    best_ = value;
    bad_steps_ = 0;
  } else {
    ++bad_steps_;
  }
  if (cooldown_left_ > 0) {
    --cooldown_left_;
    bad_steps_ = 0;
  }
  if (bad_steps_ > options_.patience) {
    reduce();
    cooldown_left_ = options_.cooldown;
    bad_steps_ = 0;
  }
}

template <class Archive>
void ReduceLROnPlateau::serialize(Archive& archive, unsigned) {
  archive & best_ & bad_steps_ & cooldown_left_;
}

template struct detail::CompiledState<ReduceLROnPlateau>;

bool ReduceLROnPlateau::improves(double value) const {
  bool const smaller_is_better = options_.mode == "min";
  if (options_.threshold_mode == "rel") {
    return smaller_is_better ? value < best_ * (1 - options_.threshold)
                             : value > best_ * (1 + options_.threshold);
  }
  return smaller_is_better ? value < best_ - options_.threshold
                           : value > best_ + options_.threshold;
}

void ReduceLROnPlateau::reduce() const {
  for (auto& group : optimizer_->param_groups()) {
    double const old = group.options().get_lr();
    double const reduced = std::max(old * options_.factor, options_.min_lr);
    if (old - reduced > options_.eps) group.options().set_lr(reduced);
  }
}

}  // namespace sferic
