// The operation that connects: random handlers with random filters, tracking random owners.

#include <cstdint>
#include <memory>
#include <utility>

#include "signal/model/program.hpp"

namespace sferic::test::model {

namespace {

/// Part of a handler; tells the program how many there are.
class Capture {
 public:
  Capture(Program& program, int slot) : program_(&program), slot_(slot) {
    program_->captured(slot_);
  }
  Capture(Capture const& other) : Capture(*other.program_, other.slot_) {}
  Capture(Capture&& other) noexcept
      : program_(std::exchange(other.program_, nullptr)), slot_(other.slot_) {}
  Capture& operator=(Capture const&) = delete;
  ~Capture() {
    if (program_ != nullptr) program_->released(slot_);
  }

  void called(Event const& event) const { program_->called(slot_, event); }

 private:
  Program* program_;
  int slot_;
};

struct Small {
  Capture capture;
  void operator()(Event const& event) const { capture.called(event); }
};

struct Large {
  Capture capture;
  std::int64_t calls[20] = {};
  void operator()(Event const& event) {
    capture.called(event);
    ++calls[19];  // the captures outlive the call
  }
};

struct MoveOnly {
  Capture capture;
  std::unique_ptr<int> calls = std::make_unique<int>(0);
  void operator()(auto const& event) {
    ++*calls;
    capture.called(event);
    ++*calls;
  }
};

/// Calls `work` with the filter that `steps` say, or without one.
template <class Work>
Connection with_filter(std::vector<FilterStep> const& steps, Work work) {
  auto const odd = [](Event const& event) { return event.value % 2 != 0; };
  if (steps.empty()) return work();
  int const n = steps[0].n;
  if (steps.size() == 1) {
    switch (steps[0].filter) {
      case Filter::kEvery:
        return work(every(n));
      case Filter::kAfter:
        return work(after(n));
      case Filter::kFirst:
        return n == 1 ? work(once()) : work(first(n));
      case Filter::kWhenOdd:
        return work(when(odd));
    }
  }
  int const next = steps[1].n;
  return steps[0].filter == Filter::kEvery ? work(every(n) | first(next))
                                           : work(when(odd) | after(next));
}

}  // namespace

void Program::connect() {
  Place const& place = a_place();
  // Whether a slot that is connected while all others are disconnected stays, nobody promises.
  if (!place.signal || place.is_disconnecting || open_.size() >= kMostSlots) return;
  std::shared_ptr<Owner> owner;
  Slot const as = choose_slot(place.number, owner);
  int const handler = decisions_.below(3);
  bool const acts_at_its_end = as.tracking == Tracking::kNone && decisions_.one_in(6);
  // Rarely so many that a plan becomes long.
  int const burst = decisions_.below(256);
  int const slots = burst < 190 ? 1 : burst < 250 ? burst % 10 : (burst - 249) * 25;
  for (int i = 0; i < slots; ++i) {
    int const slot = model_.connect(as);
    note("#", slot, ": ", as, " on signal ", place.number,
         acts_at_its_end ? ", acts at its end" : "");
    living_.push_back(0);
    acts_at_its_end_.push_back(acts_at_its_end);
    connections_.push_back(connect_as(*place.signal, slot, as, handler, owner));
    open_.push_back(slot);
  }
}

Connection Program::connect_as(Signal<Event>& signal, int slot, Slot const& as, int handler,
                               std::weak_ptr<Owner> const& owner) {
  auto const connect_filtered = [&](auto&& tracking) {
    return with_filter(as.filters, [&](auto&&... filter) {
      return signal.connect(std::move(filter)..., std::forward<decltype(tracking)>(tracking),
                            as.order);
    });
  };
  auto const connect_tracking = [&](auto&& handles) {
    using Handles = decltype(handles);
    switch (as.tracking) {
      case Tracking::kTrack:
        return connect_filtered(track(owner, std::forward<Handles>(handles)));
      case Tracking::kSameThread:
        return connect_filtered(track_same_thread(owner, std::forward<Handles>(handles)));
      case Tracking::kNone:
        break;
    }
    return connect_filtered(std::forward<Handles>(handles));
  };
  Capture capture(*this, slot);
  if (handler == 0) return connect_tracking(Large{std::move(capture)});
  if (handler == 1) return connect_tracking(MoveOnly{std::move(capture)});
  Small const copied{std::move(capture)};
  return connect_tracking(copied);
}

Slot Program::choose_slot(int signal, std::shared_ptr<Owner>& owner) {
  Slot slot;
  slot.signal = signal;
  int const order = decisions_.below(6);
  slot.order = order < 4 ? static_cast<Order>((order + 1) % 4) : Order::kNormal;
  switch (decisions_.below(16)) {
    case 1:
    case 2:
      slot.filters = {{Filter::kEvery, 1 + decisions_.below(3)}};
      break;
    case 3:
      slot.filters = {{Filter::kAfter, decisions_.below(3)}};
      break;
    case 4:
      slot.filters = {{Filter::kFirst, decisions_.below(3)}};
      break;
    case 5:
      slot.filters = {{Filter::kWhenOdd}};
      break;
    case 6:
      slot.filters = {{Filter::kEvery, 2}, {Filter::kFirst, 2}};
      break;
    case 7:
      slot.filters = {{Filter::kWhenOdd}, {Filter::kAfter, 1}};
      break;
    default:
      break;
  }
  int const tracking = decisions_.below(8);
  if (tracking < 6) return slot;
  slot.tracking = tracking == 6 ? Tracking::kTrack : Tracking::kSameThread;
  auto& kept = owners_[at(decisions_.below(kOwners))];
  if (!kept) {
    owner_ended_.push_back(false);
    kept = std::make_shared<Owner>(*this, model_.make_owner());
  }
  owner = kept;
  slot.owner = owner->number;
  return slot;
}

}  // namespace sferic::test::model
