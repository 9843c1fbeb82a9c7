#pragma once

#include <sferic/signal/signal.hpp>

#include <memory>
#include <mutex>
#include <typeindex>
#include <unordered_map>

namespace sferic::detail {

/// The signals of events that a bus does not list, found by the event's type.
class ExtraSignals {
 public:
  template <class Event>
  Signal<Event>& get() {
    std::lock_guard const lock(mutex_);
    auto& signal = signals_[typeid(Event)];
    if (!signal) signal = std::make_shared<Signal<Event>>();
    return *static_cast<Signal<Event>*>(signal.get());
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::type_index, std::shared_ptr<void>> signals_;
};

}  // namespace sferic::detail
