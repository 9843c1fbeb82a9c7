#include <sferic/checkpoint/detail/random_state.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <mutex>

namespace sferic::detail {

namespace {

at::Generator generator_of(torch::Device const& device) {
  return at::globalContext().defaultGenerator(device);
}

at::Tensor state_of(torch::Device const& device) {
  auto generator = generator_of(device);
  std::lock_guard const lock(generator.mutex());
  return generator.get_state();
}

void set_state(torch::Device const& device, at::Tensor const& state) {
  auto generator = generator_of(device);
  std::lock_guard const lock(generator.mutex());
  generator.set_state(state);
}

}  // namespace

RandomState random_state(torch::Device const& device) {
  RandomState state{state_of(torch::kCPU)};
  if (device.is_cuda()) state.device = state_of(device);
  return state;
}

bool is_random_state(RandomState const& state, torch::Device const& device) {
  try {
    at::make_generator<at::CPUGeneratorImpl>().set_state(state.cpu);
  } catch (c10::Error const&) {
    return false;
  }
  if (!device.is_cuda() || !state.device.defined()) return true;
  auto const present = state_of(device);
  return state.device.scalar_type() == present.scalar_type() &&
         state.device.sizes() == present.sizes();
}

void set_random_state(RandomState const& state, torch::Device const& device) {
  set_state(torch::kCPU, state.cpu);
  if (device.is_cuda() && state.device.defined()) set_state(device, state.device);
}

}  // namespace sferic::detail
