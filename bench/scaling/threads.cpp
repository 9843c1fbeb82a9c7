// Do trainers in several threads of one process hold each other up? Each thread has a trainer and a
// module of its own; the time is a batch's of each thread, by the clock on the wall, so that it
// grows where there are more threads than cores, by hand as well.

#include <sferic/trainer/trainer.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/counting_handlers.hpp"
#include "trainer/idle.hpp"
#include "trainer/perceptron.hpp"

namespace sferic::bench {
namespace {

constexpr std::int64_t kIdleBatches = std::int64_t{1} << 16;

using Epoch = std::function<void()>;

/// The time of a batch where each of so many threads trains an epoch of `steps` that is its own.
void add_threads(std::string const& group, std::string const& in_case, std::int64_t steps,
                 benchmark::TimeUnit unit, std::function<Epoch()> const& make_epoch) {
  for (int const count : {1, 2, 4}) {
    auto const run = [=](benchmark::State& state) {
      torch::set_num_threads(1);
      std::vector<Epoch> epochs;
      for (int i = 0; i < count; ++i) epochs.push_back(make_epoch());
      while (state.KeepRunningBatch(steps)) {
        std::vector<std::jthread> threads;
        for (auto const& epoch : epochs) {
          threads.emplace_back([&epoch] {
            torch::set_num_threads(1);
            epoch();
          });
        }
      }
    };
    auto const subject = std::to_string(count) + (count == 1 ? " thread" : " threads");
    benchmark::RegisterBenchmark((group + "/" + subject + "/" + in_case).c_str(), run)
        ->UseRealTime()
        ->Unit(unit);
  }
}

template <class Module, class Batches>
Epoch trainer_epoch(std::shared_ptr<Module> module, Batches batches) {
  auto trainer = std::make_shared<Trainer>(TrainerOptions{.max_epochs = 1});
  auto kept = connect_counting<event::TrainBatchStart, event::TrainBatchEnd>(*trainer, 8);
  return [kept, trainer, module, batches]() mutable { trainer->fit(module, batches); };
}

[[maybe_unused]] bool const registered = [] {
  auto const training = "Training steps in several threads";
  add_threads(training, "by hand", kPasses * kSteps, benchmark::kMicrosecond, [] {
    auto module = std::make_shared<Perceptron>();
    auto optimizer = std::make_shared<torch::optim::SGD>(module->configure_optimizers());
    return [=, batches = many_batches()] { train_by_hand(*module, *optimizer, batches); };
  });
  char const* const sferic = "sferic, 8 handlers on two events";
  add_threads(training, sferic, kPasses * kSteps, benchmark::kMicrosecond,
              [] { return trainer_epoch(std::make_shared<Perceptron>(), many_batches()); });
  add_threads(
      "Steps that do nothing in several threads", sferic, kIdleBatches, benchmark::kNanosecond,
      [] { return trainer_epoch(std::make_shared<Idle>(), std::vector<int>(kIdleBatches)); });
  return true;
}();

}  // namespace
}  // namespace sferic::bench
