// The loop by hand with a base class of virtual hooks, as callbacks are commonly written: each
// event calls a hook of each callback. Two hooks are overridden.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "training_step.hpp"

namespace sferic::bench {
namespace {

using torch::optim::SGD;

class Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_batch_start() {}
  virtual void on_train_batch_start(Batch const&) {}
  virtual void on_before_zero_grad(SGD&) {}
  virtual void on_before_backward(torch::Tensor const&) {}
  virtual void on_after_backward(torch::Tensor const&) {}
  virtual void on_before_optimizer_step(SGD&) {}
  virtual void on_after_optimizer_step(SGD&) {}
  virtual void on_train_batch_end(Batch const&, torch::Tensor const&) {}
  virtual void on_batch_end() {}
};

class Counting final : public Callback {
 public:
  void on_train_batch_start(Batch const&) override { ++calls_; }
  void on_train_batch_end(Batch const&, torch::Tensor const&) override { ++calls_; }

 private:
  std::int64_t calls_ = 0;
};

class Callbacks {
 public:
  explicit Callbacks(int count) {
    for (int i = 0; i < count; ++i) all_.push_back(std::make_unique<Counting>());
  }

  void batch_start() { tell(&Callback::on_batch_start); }
  void train_batch_start(Batch const& batch) { tell(&Callback::on_train_batch_start, batch); }
  void before_zero_grad(SGD& optimizer) { tell(&Callback::on_before_zero_grad, optimizer); }
  void before_backward(torch::Tensor const& loss) { tell(&Callback::on_before_backward, loss); }
  void after_backward(torch::Tensor const& loss) { tell(&Callback::on_after_backward, loss); }
  void before_optimizer_step(SGD& by) { tell(&Callback::on_before_optimizer_step, by); }
  void after_optimizer_step(SGD& by) { tell(&Callback::on_after_optimizer_step, by); }
  void train_batch_end(Batch const& batch, torch::Tensor const& loss) {
    tell(&Callback::on_train_batch_end, batch, loss);
  }
  void batch_end() { tell(&Callback::on_batch_end); }

 private:
  void tell(auto hook, auto&... what) {
    for (auto const& callback : all_) ((*callback).*hook)(what...);
  }

  std::vector<std::unique_ptr<Callback>> all_;
};

}  // namespace

void add_virtual_hooks(int callbacks) {
  auto const s = callbacks == 1 ? "" : "s";
  add_loop("virtual hooks, " + std::to_string(callbacks) + " callback" + s, [callbacks] {
    return [hooks = std::make_shared<Callbacks>(callbacks)](auto&... training) {
      train_with(*hooks, training...);
    };
  });
}

}  // namespace sferic::bench
