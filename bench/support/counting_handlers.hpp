#pragma once

#include <sferic/trainer/trainer.hpp>

#include <cstdint>
#include <memory>

namespace sferic::bench {

/// Connects `count` handlers that count to each of these events. What it returns is kept as long as
/// the trainer.
template <class... Events>
std::shared_ptr<void> connect_counting(sferic::Trainer& trainer, int count) {
  auto calls = std::make_shared<std::int64_t>(0);
  auto const counting = [calls = calls.get()](auto const&) { ++*calls; };
  for (int i = 0; i < count; ++i) (trainer.on<Events>(counting), ...);
  return calls;
}

}  // namespace sferic::bench
