#pragma once

#include <functional>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "../slots.hpp"

namespace sferic::bench {

/// What is written where the listeners are known: the compiler inlines all of it.
struct DirectCalls {};

template <int kSlots, Types kTypes>
class Wired<DirectCalls, kSlots, kTypes> {
 public:
  void emit(Tick const& tick) {
    std::apply([&](auto const&... slot) { (slot(tick), ...); }, slots_);
  }

 private:
  template <int... kSlot>
  auto slots(std::integer_sequence<int, kSlot...>) {
    return std::tuple(SlotType<kSlot, kTypes>{&sums_[kSlot]}...);
  }

  std::array<std::int64_t, kSlots + 1> sums_{};
  decltype(std::declval<Wired&>().slots(std::make_integer_sequence<int, kSlots>())) slots_ =
      slots(std::make_integer_sequence<int, kSlots>());
};

/// A loop over pairs of a function and its context: the least that a list of listeners needs.
class PlainLoop {
 public:
  template <class Handler>
  void connect(Handler handler) {
    auto owner = std::make_shared<Handler>(std::move(handler));
    slots_.push_back({&call<Handler>, owner.get()});
    owners_.push_back(std::move(owner));
  }
  void emit(Tick const& tick) const {
    for (Slot const& slot : slots_) slot.function(slot.context, tick);
  }

 private:
  struct Slot {
    void (*function)(void*, Tick const&);
    void* context;
  };

  template <class Handler>
  static void call(void* context, Tick const& tick) {
    (*static_cast<Handler*>(context))(tick);
  }

  std::vector<Slot> slots_;
  std::vector<std::shared_ptr<void>> owners_;
};

class StdFunctions {
 public:
  template <class Handler>
  void connect(Handler handler) {
    slots_.emplace_back(std::move(handler));
  }
  void emit(Tick const& tick) const {
    for (auto const& slot : slots_) slot(tick);
  }

 private:
  std::vector<std::function<void(Tick const&)>> slots_;
};

/// A base class of callbacks, as in Lightning, of which each overrides this hook.
class VirtualHooks {
 public:
  template <class Handler>
  void connect(Handler handler) {
    callbacks_.push_back(std::make_unique<Overriding<Handler>>(std::move(handler)));
  }

  /// Adds a callback that overrides another hook only.
  template <class Handler>
  void add_idle(Handler handler) {
    callbacks_.push_back(std::make_unique<Idle<Handler>>(std::move(handler)));
  }

  void emit(Tick const& tick) const {
    for (auto const& callback : callbacks_) callback->on_batch_end(tick);
  }

 private:
  struct Callback {
    virtual ~Callback() = default;
    virtual void on_batch_end(Tick const&) {}
    virtual void on_epoch_end(Tick const&) {}
  };

  template <class Handler>
  struct Overriding final : Callback {
    explicit Overriding(Handler given) : handler(std::move(given)) {}
    void on_batch_end(Tick const& tick) override { handler(tick); }
    Handler handler;
  };

  template <class Handler>
  struct Idle final : Callback {
    explicit Idle(Handler given) : handler(std::move(given)) {}
    void on_epoch_end(Tick const& tick) override { handler(tick); }
    Handler handler;
  };

  std::vector<std::unique_ptr<Callback>> callbacks_;
};

}  // namespace sferic::bench
