// How does the cost grow with the number of events that are heard, up to all nine of a batch? The
// step is the smallest that has them all: one parameter, which is its own loss.

#include <sferic/trainer/trainer.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/epochs.hpp"
#include "trainer/perceptron.hpp"

namespace sferic::bench {
namespace {

constexpr char const* kGroup = "A step of one parameter by the number of events that are heard";

class OneParameter : public torch::nn::Module {
 public:
  torch::Tensor training_step(int) { return weight_; }
  auto configure_optimizers() { return torch::optim::SGD(parameters(), /*learning rate=*/0.01); }

 private:
  torch::Tensor weight_ = register_parameter("weight", torch::ones({}));
};

template <class... Events>
struct List {};

template <int kCount, class First, class... Rest>
void connect(Trainer& trainer, std::int64_t* calls, List<First, Rest...>) {
  trainer.on<First>([calls](auto const&) { ++*calls; });
  if constexpr (kCount > 1) connect<kCount - 1>(trainer, calls, List<Rest...>());
}

/// The ends and the middle of a batch first.
using EventsOfABatch =
    List<event::TrainBatchEnd, event::TrainBatchStart, event::AfterBackward, event::BatchEnd,
         event::BatchStart, event::BeforeZeroGrad, event::BeforeBackward,
         event::BeforeOptimizerStep, event::AfterOptimizerStep>;

template <bool kByHand, int kEvents>
auto make_epoch() {
  auto module = std::make_shared<OneParameter>();
  std::vector<int> batches(kSteps);
  if constexpr (kByHand) {
    auto optimizer = std::make_shared<torch::optim::SGD>(module->configure_optimizers());
    return [=] {
      for (int const batch : batches) {
        auto const loss = module->training_step(batch);
        optimizer->zero_grad();
        loss.backward();
        optimizer->step();
      }
    };
  } else {
    auto trainer = std::make_shared<Trainer>(TrainerOptions{.max_epochs = 16});
    auto calls = std::make_shared<std::int64_t>(0);
    if constexpr (kEvents > 0) connect<kEvents>(*trainer, calls.get(), EventsOfABatch());
    return [calls, trainer, module, batches]() mutable { trainer->fit(module, batches); };
  }
}

template <int kEvents>
void add_case() {
  auto const in_case = std::to_string(kEvents) + (kEvents == 1 ? " event" : " events");
  add_epochs(kGroup, "by hand", in_case, &make_epoch<true, kEvents>, kSteps);
  add_epochs(kGroup, "sferic, nobody listens", in_case, &make_epoch<false, 0>, 16 * kSteps);
  add_epochs(kGroup, "sferic, a handler on each", in_case, &make_epoch<false, kEvents>,
             16 * kSteps);
}

[[maybe_unused]] bool const registered = [] {
  add_case<1>();
  add_case<2>();
  add_case<4>();
  add_case<9>();
  return true;
}();

}  // namespace
}  // namespace sferic::bench
