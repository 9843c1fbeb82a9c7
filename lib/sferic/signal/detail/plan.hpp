#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

// GCC makes a jump of a call in return position whenever it optimises (-O2), Clang where it is
// told.
#if defined(__clang__)
#define SFERIC_TAIL_CALL [[clang::musttail]]
#else
#define SFERIC_TAIL_CALL
#endif

namespace sferic::detail {

struct Entry;
struct Slot;
class Probes;
class Topology;

/// Runs one entry of a plan and those behind it, to the end of the chain that it is in; returns
/// where the next chain begins, or null at the plan's end.
using Thunk = Entry const* (*)(Entry const* entry, void const* event);

/// One slot in a plan, or the end of a chain of slots; without a thunk, the plan's end.
/// Disconnecting and blocking exchange the thunk for `skip`, in place, so that an emission that is
/// under way passes the slot by.
struct Entry {
  std::atomic<Thunk> thunk{nullptr};
  void* context = nullptr;  ///< the handler; at a chain's end, where the next chain begins
};

/// Goes on with the entry behind this one.
inline Entry const* go_on(Entry const* entry, void const* event) {
  ++entry;
  Thunk const next = entry->thunk.load(std::memory_order_relaxed);
  if (next == nullptr) return nullptr;
  SFERIC_TAIL_CALL return next(entry, event);
}

/// A handler that says whether its slot has come to its end. What that entails is kept out of
/// call_then_next, for which it would have to save registers.
template <class Handler>
concept CanExpire = requires(Handler& handler) {
  typename Handler::IsBound;
  handler.expired();
  handler.drop();
  handler.while_alive();
};

template <CanExpire Handler>
[[gnu::noinline, gnu::cold]] Entry const* drop_then_next(Entry const* entry, void const* event) {
  static_cast<Handler*>(entry->context)->drop();
  SFERIC_TAIL_CALL return go_on(entry, event);
}

/// Calls the handlers of this entry and of those behind it that have the same thunk, then goes on
/// with the next one by a jump.
///
/// In a chain of jumps, each slot's branch always goes to the same next slot and is predicted,
/// where a loop that calls the slots has one branch for all of them, and pays a call and a return
/// as well. Slots of one type in a row would make their branch go two ways; they are a loop with
/// the handler inlined instead. In one run of bench/signal/emission.cpp (GCC 12, AMD EPYC), a loop
/// over the same pairs took 16 ns for 8 slots of different types and 346 ns for 64, the chain with
/// all of an emission's bookkeeping 6.3 ns and 44 ns; for slots of one type 11 and 90 ns, and 6.4
/// and 45 ns.
template <class Handler, class Event>
Entry const* call_then_next(Entry const* entry, void const* event) {
  Thunk next;
  do {
    auto& handler = *static_cast<Handler*>(entry->context);
    if constexpr (CanExpire<Handler>) {
      if (handler.expired()) [[unlikely]] {
        SFERIC_TAIL_CALL return drop_then_next<Handler>(entry, event);
      }
      handler.while_alive()(*static_cast<Event const*>(event));
    } else {
      handler(*static_cast<Event const*>(event));
    }
    ++entry;
    next = entry->thunk.load(std::memory_order_relaxed);
  } while (next == &call_then_next<Handler, Event>);
  if (next == nullptr) return nullptr;
  SFERIC_TAIL_CALL return next(entry, event);
}

/// Passes by the slots that are blocked or disconnected.
Entry const* skip(Entry const* entry, void const* event);

/// Runs the plan that begins at `entry`.
inline void run(Entry const* entry, void const* event) {
  entry->thunk.load(std::memory_order_relaxed)(entry, event);
}

/// The flat form of who is to be called, in order. Its entries never move and are never added to;
/// emitters know a plan by the address of its first entry.
class Plan {
 public:
  /// Compiles the slots, in this order, to be refreshed before the plan runs; with an entry before
  /// each and one before all, if somebody observes (`probes` is not null). `topology` is told when
  /// the plan is deleted.
  Plan(std::vector<std::shared_ptr<Slot>> slots, std::unique_ptr<Probes> probes,
       std::shared_ptr<Topology> topology);
  ~Plan();
  Plan(Plan const&) = delete;
  Plan& operator=(Plan const&) = delete;

  Entry const* first() const noexcept { return entries_.get(); }
  bool contains(Slot const& slot) const noexcept;

  /// Stores each slot's present thunk (its own, or `skip`) in its entry. The topology's mutex
  /// guards this and the following.
  void refresh() noexcept;

  /// Refreshes the entry of one slot, if it has one here.
  void refresh(Slot const& slot) noexcept;

  Plan* next_retired = nullptr;  ///< the reclaimer's list

 private:
  std::size_t position(Slot const& slot) const noexcept;
  Entry& entry_of_slot(std::size_t index) const noexcept;
  void end_chains(std::size_t items) noexcept;
  void place_probes() noexcept;

  std::vector<std::shared_ptr<Slot>> slots_;
  std::unique_ptr<Probes> probes_;
  std::unique_ptr<Entry[]> entries_;
  std::shared_ptr<Topology> topology_;
};

}  // namespace sferic::detail
