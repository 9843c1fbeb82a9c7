#pragma once

#include <sferic/signal/order.hpp>

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace sferic::test::model {

struct Event {
  int value = 0;
};

/// What the contract says of something. kEither: nothing, e.g. while a change is under way.
enum class Answer { kNo, kEither, kYes };

enum class Filter { kEvery, kAfter, kFirst, kWhenOdd };
enum class Tracking { kNone, kTrack, kSameThread };

/// A filter that counts what it has seen, instead of what is left.
struct FilterStep {
  Filter filter;
  int n = 0;
  int seen = 0;
  bool passes(Event const& event);
};

struct Slot {
  int signal = 0;
  Order order = Order::kNormal;
  std::vector<FilterStep> filters;
  Tracking tracking = Tracking::kNone;
  int owner = 0;

  int blockers = 0;
  int calls = 0;       ///< under way
  int being_left = 0;  ///< operations under way that disconnect it
  bool connected = true;
};

std::ostream& operator<<(std::ostream& out, Slot const& slot);

/// The contract of sferic::Signal in its plainest form: all slots of all signals in one list, which
/// each emission walks through. Slots, signals, owners and errors are numbers. What is told here
/// has happened, or is about to; an answer that is not empty says what should not have happened.
class Model {
 public:
  using Complaint = std::string;
  using Slots = std::vector<int>;

  int connect(Slot slot);
  Slots slots_of(int signal) const;
  Slots slots_of(int signal, Order order) const;
  void begin_disconnect(Slots const& slots);
  void end_disconnect(Slots const& slots);
  void block(int slot) { ++slots_[at(slot)].blockers; }
  void unblock(int slot) { --slots_[at(slot)].blockers; }

  int make_owner();
  void drop_owner(int owner) { owners_[at(owner)].dropped = true; }
  bool owner_lives(int owner) const;
  bool is_watched_in_a_call(int owner) const;  ///< by a slot of track_same_thread()

  void begin_emission(int signal, Event const& event, bool to_all);
  Complaint begin_call(int slot, Event const& event);
  void end_call(int slot, std::optional<int> error);
  Complaint end_emission(std::optional<int> error);
  std::size_t depth() const { return emissions_.size(); }

  /// emit_to_all() hands `error` over, and then goes on or ends with another error.
  Complaint begin_error(int error);
  void end_error(std::optional<int> error);

  /// The destructor of an owner runs.
  Complaint begin_owner_end(int owner);
  void end_owner_end();

  /// The destructor of a slot's captures runs. If that is not the work of the user's code, it is
  /// that of an emission which has called all it had to, or which has found the slot's owner gone.
  Complaint begin_release(int slot);

  Answer connected(int slot) const;
  Answer captured(int slot) const;  ///< whether the captures live
  bool blocked(int slot) const { return slots_[at(slot)].blockers > 0; }
  std::pair<std::size_t, std::size_t> slot_count(int signal) const;  ///< least and most

 private:
  struct Owner {
    bool dropped = false;
    int calls = 0;  ///< that keep it alive
  };
  struct Emission {
    Event const* event;
    bool to_all;
    Slots slots;           ///< all that were connected when it began
    Slots in_doubt = {};   ///< those of them that were being disconnected then
    std::size_t next = 0;  ///< of them
    int busy = 0;          ///< code of the user's that it runs at this moment
    bool finished = false;
    std::optional<int> error = std::nullopt;          ///< that ends it
    std::optional<int> error_to_hand = std::nullopt;  ///< that it is to hand over next
  };

  static std::size_t at(int number) { return static_cast<std::size_t>(number); }
  bool owner_gone(Slot const& slot) const;
  Answer calls(Slot& slot, Event const& event);
  Complaint finish(Emission& emission);

  std::vector<Slot> slots_;
  std::vector<Owner> owners_;
  std::vector<Emission> emissions_;  ///< under way, the innermost last
};

}  // namespace sferic::test::model
