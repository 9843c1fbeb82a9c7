// The loop by hand that emits a Boost.Signals2 signal at each event, with slots on two of them.

#include <boost/signals2/signal.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include "training_step.hpp"

namespace sferic::bench {
namespace {

using torch::optim::SGD;

template <class... What>
using Signal = boost::signals2::signal<void(What...)>;

struct Signals {
  explicit Signals(int slots) {
    for (int i = 0; i < slots; ++i) {
      train_batch_start.connect([this](Batch const&) { ++calls; });
      train_batch_end.connect([this](Batch const&, torch::Tensor const&) { ++calls; });
    }
  }

  std::int64_t calls = 0;
  Signal<> batch_start;
  Signal<Batch const&> train_batch_start;
  Signal<SGD&> before_zero_grad;
  Signal<torch::Tensor const&> before_backward;
  Signal<torch::Tensor const&> after_backward;
  Signal<SGD&> before_optimizer_step;
  Signal<SGD&> after_optimizer_step;
  Signal<Batch const&, torch::Tensor const&> train_batch_end;
  Signal<> batch_end;
};

}  // namespace

void add_signals2(int slots) {
  auto const s = slots == 1 ? "" : "s";
  auto const subject = "Boost.Signals2, " + std::to_string(slots) + " slot" + s + " on two events";
  add_loop(subject, [slots] {
    return [signals = std::make_shared<Signals>(slots)](auto&... training) {
      train_with(*signals, training...);
    };
  });
}

}  // namespace sferic::bench
