#include <sferic/trainer/detail/autocast.hpp>

#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace sferic::detail {

namespace {

// LibTorch 2.4 replaced a function for each device by one for all.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)

bool is_enabled(torch::DeviceType device) { return at::autocast::is_autocast_enabled(device); }
torch::ScalarType type(torch::DeviceType device) {
  return at::autocast::get_autocast_dtype(device);
}
void set(torch::DeviceType device, bool enabled, torch::ScalarType type) {
  at::autocast::set_autocast_enabled(device, enabled);
  at::autocast::set_autocast_dtype(device, type);
}

#else

bool is_enabled(torch::DeviceType device) {
  return device == torch::kCPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
}
torch::ScalarType type(torch::DeviceType device) {
  return device == torch::kCPU ? at::autocast::get_autocast_cpu_dtype()
                               : at::autocast::get_autocast_gpu_dtype();
}
void set(torch::DeviceType device, bool enabled, torch::ScalarType type) {
  if (device == torch::kCPU) {
    at::autocast::set_cpu_enabled(enabled);
    at::autocast::set_autocast_cpu_dtype(type);
  } else {
    at::autocast::set_enabled(enabled);
    at::autocast::set_autocast_gpu_dtype(type);
  }
}

#endif

}  // namespace

Autocast::Autocast(torch::Device const& device, Precision precision)
    : active_(precision != Precision::kFull), device_(device.type()) {
  if (!active_) return;
  was_enabled_ = is_enabled(device_);
  was_type_ = type(device_);
  set(device_, true, precision == Precision::kBFloat16Mixed ? torch::kBFloat16 : torch::kHalf);
  // A cached cast of a parameter would outlive an optimizer step within a training step, and one
  // made without gradients would be used where there are some.
  was_cached_ = at::autocast::is_autocast_cache_enabled();
  at::autocast::set_autocast_cache_enabled(false);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (!active_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_cache_enabled(was_cached_);
  set(device_, was_enabled_, was_type_);
}

}  // namespace sferic::detail
