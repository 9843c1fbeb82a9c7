#pragma once

#include <sferic/signal/detail/plan.hpp>
#include <sferic/signal/detail/slot.hpp>
#include <sferic/signal/order.hpp>
#include <sferic/signal/slot_info.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sferic {
class EmissionObserver;
}

namespace sferic::detail {

class Probes;

/// An observer, and what it calls the signal.
struct ObserverOf {
  std::shared_ptr<EmissionObserver> observer;
  std::string signal;
};

/// Takes an error, and what was given along with this function.
using ErrorHandler = void (*)(void* context, std::exception_ptr const& error);

/// Who is connected to one signal. Boost.Signals2 keeps the connections, their order and what they
/// track; each change here takes the plan that the signal publishes away, and the next emission
/// compiles a new one. So connecting many slots costs one plan, and emissions never see Signals2.
///
/// No lock is held while a handler or a user's destructor runs.
class Topology : public std::enable_shared_from_this<Topology> {
 public:
  using Published = std::atomic<Entry const*>;

  /// A topology whose plans appear in `published`; it lives until close() and the last plan's end.
  static Topology* open(Published& published);
  ~Topology();

  /// Adds a slot, which its derived part has made ready to be called.
  std::weak_ptr<Slot> connect(std::shared_ptr<Slot> slot);

  void disconnect(Slot& slot) noexcept;
  void disconnect(Order order) noexcept;
  void disconnect_all() noexcept;

  /// Ends all connections and the use of `published`: the signal is being destroyed.
  void close() noexcept;

  /// Publishes in `published` from now on: the signal has moved there.
  void move_to(Published& published) noexcept;

  void add_blockers(Slot& slot, int count) noexcept;
  void keep(Slot& slot, std::shared_ptr<void const> object) noexcept;
  void set_name(Slot& slot, std::string name);
  void set_callback(Slot& slot, std::string name);
  std::vector<SlotInfo> describe() const;

  /// Tells the observer of emissions, with `name` as the signal's, until told not to. True if the
  /// caller is to free the retired plans.
  bool observe(std::shared_ptr<EmissionObserver> observer, std::string_view name);
  void stop_observing(EmissionObserver const& observer) noexcept;

  bool connected(Slot const& slot) const noexcept;
  bool blocked(Slot const& slot) const noexcept;
  std::size_t slot_count() const;

  /// Calls each slot by itself; see SignalBase::emit_to_all.
  void emit_to_all(void const* event, ErrorHandler on_error, void* context);

  /// Returns when no other thread is in an emission that could call `slot`.
  void wait_for_calls(Slot const& slot) const noexcept;

  /// Called by the registration when Signals2 drops it: `slot` is not to be called any more.
  void sever(Slot& slot) noexcept;

  /// Called by a plan's destructor.
  void forget(Plan const& plan) noexcept;

 private:
  struct Connections;

  /// A call by emit_to_all, which no plan tells of.
  struct Call {
    Slot const* slot;
    std::thread::id thread;
    bool operator==(Call const&) const = default;
  };

  Topology();
  static Entry const* compile_then_run(Entry const* entry, void const* event);
  std::vector<std::shared_ptr<Slot>> slots() const;
  std::vector<SlotInfo> describe(std::vector<std::shared_ptr<Slot>> const& slots) const;

  /// What tells the observers of an emission to these slots; null if there are none.
  std::unique_ptr<Probes> probes_for(std::vector<std::shared_ptr<Slot>> const& slots) const;
  void compile();
  void replace(std::string& name, std::string by);
  void count(Slot const& slot, int change) noexcept;
  bool begin_call(Slot const& slot);  ///< false if the slot is not to be called
  void end_call(Slot const& slot) noexcept;
  Published* published() const noexcept;
  Plan* unpublish(Entry const* replacement) noexcept;

  Entry stale_;  ///< published while there is no plan of the present slots; compiles one
  std::unique_ptr<Connections> connections_;
  mutable std::mutex mutex_;  ///< guards what follows, and the slots' `connected` and `blockers`
  Published* published_ = nullptr;
  Plan* current_ = nullptr;    ///< the published plan
  std::size_t connected_ = 0;  ///< slots
  std::size_t tracking_ = 0;   ///< those of them that end with an object, and nobody says when
  std::vector<ObserverOf> observers_;
  std::vector<Plan*> live_;         ///< all plans that an emission may be running
  std::vector<Call> calls_;         ///< those under way in emit_to_all
  std::uint64_t version_ = 0;       ///< counts the changes
  std::shared_ptr<Topology> self_;  ///< the signal's share
};

}  // namespace sferic::detail
