// Nothing is wrong here: what the other files are made of compiles.
#include <sferic/trainer/trainer.hpp>

#include <optional>
#include <tuple>
#include <vector>

#include "fake_torch.hpp"

struct Net : torch::nn::Module {
  at::Tensor training_step(int const&) { return {}; }
  std::optional<at::Tensor> validation_step(int, sferic::Step&) { return {}; }
  void test_step(int) {}
  torch::optim::Optimizer configure_optimizers() { return {}; }
};

struct Scheduler {
  void step() {}
};

struct SchedulerByValue {
  void step(double) {}
};

struct ManualNet : torch::nn::Module {
  void training_step(int, sferic::ManualStep& step) { step.step(step.optimizer()); }
  sferic::Optimizers configure_optimizers() {
    sferic::Optimizers optimizers;
    auto& optimizer = optimizers.add(torch::optim::Optimizer());
    optimizers.schedule(optimizer, Scheduler());
    optimizers.schedule(optimizer, SchedulerByValue(), {.monitor = "loss"});
    return optimizers;
  }
  void on(sferic::event::TrainEpochEnd const&) {}
};

struct Callback {
  void on(sferic::event::TrainBatchEnd const&) {}
};

struct UsersEvent {};

void construct() { sferic::Trainer const trainer({.max_epochs = 1}, Callback(), Callback()); }

void train(sferic::Trainer& trainer, Net& net, std::vector<int>& loader) {
  Callback callback;
  auto const subscription = trainer.attach(callback);
  trainer.add(Callback());
  trainer.on<sferic::event::FitEnd>([](auto const&) {});
  trainer.bus().emit(UsersEvent());
  trainer.fit(net, loader);
  trainer.fit(&net, [] { return std::optional<int>(); }, std::tie(loader, loader));
  trainer.validate(net, loader);
  trainer.test(net, loader);
  ManualNet manual;
  trainer.fit(manual, loader);
}
