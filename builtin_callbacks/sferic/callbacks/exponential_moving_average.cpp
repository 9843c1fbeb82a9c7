#include <sferic/callbacks/exponential_moving_average.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/persistence/compiled_state.hpp>

#include <algorithm>
#include <utility>

namespace sferic {

namespace {

constexpr auto kExponentialMovingAverage = "ExponentialMovingAverage";

}  // namespace

ExponentialMovingAverage::ExponentialMovingAverage(ExponentialMovingAverageOptions options)
    : options_(std::move(options)) {
  auto const require_count = [](std::int64_t count, std::int64_t least, char const* option) {
    detail::require(count >= least, kExponentialMovingAverage, option, least == 0 ? ">= 0" : ">= 1",
                    count);
  };
  detail::require(options_.decay >= 0 && options_.decay < 1, kExponentialMovingAverage, "decay",
                  ">= 0 and < 1", options_.decay);
  require_count(options_.update_every_n_steps, 1, "update_every_n_steps");
  require_count(options_.update_starting_at_step, 0, "update_starting_at_step");
  require_count(options_.update_starting_at_epoch, 0, "update_starting_at_epoch");
  detail::require_device(kExponentialMovingAverage, options_.device);
}

void ExponentialMovingAverage::on(event::FitStart const& e) {
  fits_ = true;
  has_stepped_ = false;
  steps_ = e.progress.optimizer_steps;  // not 0 where a fit goes on from the last one
  updates_ = 0;
  average_.clear();
}

void ExponentialMovingAverage::on(event::TrainBatchEnd const& e) {
  if (has_stepped_) update(e);
}

void ExponentialMovingAverage::on(event::ValidationStart const&) {
  if (fits_) average_.start_validation();
}

void ExponentialMovingAverage::on(event::ValidationEnd const&) {
  if (fits_) average_.end_validation(kExponentialMovingAverage);
}

void ExponentialMovingAverage::on(event::SaveCheckpoint const& e) {
  average_.put(e.checkpoint, kStateKey, e.module, e.options.weights_only);
}

void ExponentialMovingAverage::on(event::LoadCheckpoint const& e) {
  if (!fits_) return average_.clear();  // the module has other weights now
  if (updates_ > 0) {
    average_.take(e.checkpoint, kStateKey, e.module, {options_.use_buffers, options_.device});
  }
  if (has_stepped_) update(e);  // as in a checkpoint that was saved within a batch
}

void ExponentialMovingAverage::on(event::Teardown const&) {
  if (std::exchange(fits_, false)) average_.end_task();
}

void ExponentialMovingAverage::update(event::Moment const& e) {
  has_stepped_ = false;
  auto const step = steps_++;
  if (step < options_.update_starting_at_step ||
      e.progress.epoch < options_.update_starting_at_epoch ||
      step % options_.update_every_n_steps != 0)
    return;
  if (updates_ == 0) {
    average_.begin(e.module, {options_.use_buffers, options_.device});
  } else {
    average_.update(1 - decay());
  }
  ++updates_;
}

double ExponentialMovingAverage::decay() const {
  auto const n = static_cast<double>(updates_);
  return options_.warm_up ? std::min(options_.decay, (1 + n) / (10 + n)) : options_.decay;
}

void ExponentialMovingAverage::finish() {
  if (options_.copy_at_end) average_.keep();
}

template <class Archive>
void ExponentialMovingAverage::serialize(Archive& archive, unsigned) {
  archive & has_stepped_ & steps_ & updates_;
  average_.serialize(archive);
}

template struct detail::CompiledState<ExponentialMovingAverage>;

}  // namespace sferic
