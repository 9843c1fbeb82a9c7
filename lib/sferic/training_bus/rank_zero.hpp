#pragma once

#include <sferic/signal/filter.hpp>

namespace sferic {

namespace filters {

class RankZero {
 public:
  using IsFilter = void;
  template <class Event>
    requires requires(Event const& event) { event.progress.rank; }
  bool operator()(Event const& event) const {
    return event.progress.rank == 0;
  }
};

}  // namespace filters

/// Lets the events of rank zero through, of the processes that train together:
///
///   trainer.on<event::TrainEpochEnd>(rank_zero(), [](auto const& e) { std::puts("epoch"); });
///   trainer.on<event::TrainBatchEnd>(rank_zero() | every(100), handler);
inline auto rank_zero() { return filters::RankZero(); }

}  // namespace sferic
