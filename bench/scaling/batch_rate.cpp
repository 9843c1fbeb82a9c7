// How many batches can go through a second? A loop of steps that do nothing, by hand and by
// sferic's trainer. batches/s are those of the time of the training's thread.

#include <sferic/trainer/trainer.hpp>

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/counting_handlers.hpp"
#include "trainer/idle.hpp"

namespace sferic::bench {
namespace {

constexpr std::int64_t kBatches = std::int64_t{1} << 16;

/// `make_epoch()` returns what goes through so many batches once.
template <class MakeEpoch>
void add_rate(std::string const& subject, MakeEpoch make_epoch) {
  auto const run = [make_epoch](benchmark::State& state) {
    torch::set_num_threads(1);
    auto epoch = make_epoch();
    std::vector<int> batches(kBatches);
    while (state.KeepRunningBatch(kBatches)) epoch(batches);
    state.counters["batches/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  };
  benchmark::RegisterBenchmark(("Steps that do nothing/" + subject + "/a batch").c_str(), run);
}

void add_trainer(std::string const& subject, int handlers) {
  add_rate(subject, [handlers] {
    auto trainer = std::make_shared<Trainer>(TrainerOptions{.max_epochs = 1});
    auto kept = connect_counting<event::TrainBatchStart, event::TrainBatchEnd>(*trainer, handlers);
    return [kept, trainer, module = std::make_shared<Idle>()](auto& batches) {
      trainer->fit(module, batches);
    };
  });
}

/// The compiler must not see that it does nothing.
[[gnu::noinline]] void empty_step(int& batch) { benchmark::DoNotOptimize(&batch); }

[[maybe_unused]] bool const registered = [] {
  add_rate("by hand, an empty loop", [] {
    return [](auto& batches) {
      for (auto& batch : batches) empty_step(batch);
    };
  });
  add_trainer("sferic", 0);
  add_trainer("sferic, 8 handlers on two events", 8);
  return true;
}();

}  // namespace
}  // namespace sferic::bench
