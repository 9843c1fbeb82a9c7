#include <sferic/callbacks/training_data_monitor.hpp>

#include <sferic/callbacks/detail/batch_tensors.hpp>

// Before torch/types.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <torch/types.h>

namespace sferic {

namespace {

constexpr char const* kTrainingDataMonitor = "TrainingDataMonitor";

NamedTensors usual_tensors(BatchRef batch) {
  if (auto found = detail::tensors_of(batch)) return *found;
  detail::refuse_batch(batch, kTrainingDataMonitor, "tensors");
  return {};
}

}  // namespace

TrainingDataMonitor::TrainingDataMonitor(TrainingDataMonitorOptions options)
    : options_(std::move(options)), outlet_(kTrainingDataMonitor, options_.log_every_n_steps) {
  if (!options_.tensors) options_.tensors = &usual_tensors;
}

void TrainingDataMonitor::on(event::TrainBatchStart const& e) {
  if (!outlet_.is_due(e)) return;
  for (auto const& [name, tensor] : options_.tensors(e.batch)) {
    outlet_.put(e.metrics, name.empty() ? "training_step" : "training_step/" + name, tensor);
  }
}

}  // namespace sferic
