#include <sferic/callbacks/gradient_accumulation_scheduler.hpp>

#include <sferic/persistence/compiled_state.hpp>

#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace sferic {

GradientAccumulationScheduler::GradientAccumulationScheduler(
    GradientAccumulationSchedulerOptions options)
    : options_(std::move(options)) {
  if (options_.scheduling.empty()) {
    throw std::invalid_argument("scheduling of GradientAccumulationScheduler must not be empty");
  }
  for (auto const& [epoch, batches] : options_.scheduling) {
    if (epoch >= 0 && batches >= 1) continue;
    throw std::invalid_argument(
        "scheduling of GradientAccumulationScheduler must map epochs >= 0 to numbers of batches "
        ">= 1, but got {" +
        std::to_string(epoch) + ", " + std::to_string(batches) + "}");
  }
}

void GradientAccumulationScheduler::on(event::TrainEpochStart const& e) {
  if (e.accumulate_grad_batches != batches_) {
    throw std::invalid_argument("accumulate_grad_batches is " +
                                std::to_string(e.accumulate_grad_batches) +
                                ", but must be left alone beside a GradientAccumulationScheduler");
  }
  batches_ = batches_in(e.progress.epoch);
  e.accumulate_grad_batches = batches_;
}

template <class Archive>
void GradientAccumulationScheduler::serialize(Archive& archive, unsigned) {
  archive & batches_;
}

template struct detail::CompiledState<GradientAccumulationScheduler>;

std::int64_t GradientAccumulationScheduler::batches_in(std::int64_t epoch) const {
  auto const next = options_.scheduling.upper_bound(epoch);
  return next == options_.scheduling.begin() ? 1 : std::prev(next)->second;
}

}  // namespace sferic
