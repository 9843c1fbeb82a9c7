// What does each of many handlers of train_batch_end cost in a step that does nothing, beside a
// vector of std::function in a loop by hand? The batch itself is shared by them all.

#include <sferic/trainer/trainer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/counting_handlers.hpp"
#include "support/epochs.hpp"
#include "trainer/idle.hpp"

namespace sferic::bench {
namespace {

constexpr std::int64_t kBatches = 4096;
constexpr char const* kGroup = "A handler among many in a batch that does nothing";

std::string handlers(int count) {
  return std::to_string(count) + (count == 1 ? " handler" : " handlers");
}

void add_functions(int count) {
  add_epochs(kGroup, "std::function, by hand", handlers(count),
             [count] {
    auto calls = std::make_shared<std::int64_t>(0);
    std::vector<std::function<void(int const&)>> functions(
        static_cast<std::size_t>(count), [calls = calls.get()](int const&) { ++*calls; });
    return [calls, functions] {
      for (int batch = 0; batch < kBatches; ++batch) {
        for (auto const& function : functions) function(batch);
        benchmark::ClobberMemory();
      }
    };
  }, kBatches * count)
      ->Unit(benchmark::kNanosecond);
}

void add_trainer(int count) {
  add_epochs(kGroup, "sferic", handlers(count),
             [count] {
    auto trainer = std::make_shared<Trainer>(TrainerOptions{.max_epochs = 1});
    auto kept = connect_counting<event::TrainBatchEnd>(*trainer, count);
    return [kept, trainer, module = std::make_shared<Idle>(),
            batches = std::vector<int>(kBatches)]() mutable { trainer->fit(module, batches); };
  }, kBatches * count)
      ->Unit(benchmark::kNanosecond);
}

[[maybe_unused]] bool const registered = [] {
  for (int const count : {1, 3, 10, 30, 100, 300, 1000}) {
    add_functions(count);
    add_trainer(count);
  }
  return true;
}();

}  // namespace
}  // namespace sferic::bench
