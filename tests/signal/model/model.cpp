#include "signal/model/model.hpp"

#include <algorithm>
#include <iterator>

namespace sferic::test::model {

namespace {

std::string name(int slot) { return "#" + std::to_string(slot); }

bool has(Model::Slots const& slots, int slot) {
  return std::find(slots.begin(), slots.end(), slot) != slots.end();
}

}  // namespace

bool FilterStep::passes(Event const& event) {
  ++seen;
  switch (filter) {
    case Filter::kEvery:
      return seen % n == 0;
    case Filter::kAfter:
      return seen > n;
    case Filter::kFirst:
      return seen <= n;
    case Filter::kWhenOdd:
      return event.value % 2 != 0;
  }
  return false;
}

std::ostream& operator<<(std::ostream& out, Slot const& slot) {
  static constexpr char const* kOrders[] = {"kEarly", "kNormal", "kLate", "kLast"};
  static constexpr char const* kFilters[] = {"every", "after", "first", "when odd"};
  out << kOrders[static_cast<int>(slot.order)];
  for (FilterStep const& step : slot.filters) {
    out << " | " << kFilters[static_cast<int>(step.filter)] << '(' << step.n << ')';
  }
  if (slot.tracking == Tracking::kTrack) out << ", tracks owner " << slot.owner;
  if (slot.tracking == Tracking::kSameThread) out << ", watches owner " << slot.owner;
  return out;
}

int Model::connect(Slot slot) {
  slots_.push_back(std::move(slot));
  return static_cast<int>(slots_.size()) - 1;
}

Model::Slots Model::slots_of(int signal) const {
  Slots found;
  for (Order const order : {Order::kEarly, Order::kNormal, Order::kLate, Order::kLast}) {
    for (int const slot : slots_of(signal, order)) found.push_back(slot);
  }
  return found;
}

Model::Slots Model::slots_of(int signal, Order order) const {
  Slots found;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot const& slot = slots_[i];
    if (slot.connected && slot.signal == signal && slot.order == order)
      found.push_back(static_cast<int>(i));
  }
  return found;
}

void Model::begin_disconnect(Slots const& slots) {
  for (int const slot : slots) ++slots_[at(slot)].being_left;
}

void Model::end_disconnect(Slots const& slots) {
  for (int const slot : slots) {
    --slots_[at(slot)].being_left;
    slots_[at(slot)].connected = false;
  }
}

int Model::make_owner() {
  owners_.emplace_back();
  return static_cast<int>(owners_.size()) - 1;
}

bool Model::owner_lives(int owner) const {
  return !owners_[at(owner)].dropped || owners_[at(owner)].calls > 0;
}

bool Model::owner_gone(Slot const& slot) const {
  return slot.tracking != Tracking::kNone && !owner_lives(slot.owner);
}

bool Model::is_watched_in_a_call(int owner) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](Slot const& slot) {
    return slot.tracking == Tracking::kSameThread && slot.owner == owner && slot.calls > 0;
  });
}

void Model::begin_emission(int signal, Event const& event, bool to_all) {
  Emission emission{.event = &event, .to_all = to_all, .slots = slots_of(signal)};
  std::copy_if(emission.slots.begin(), emission.slots.end(), std::back_inserter(emission.in_doubt),
               [&](int slot) { return slots_[at(slot)].being_left > 0; });
  emissions_.push_back(std::move(emission));
}

/// Whether an emission that has come to this slot calls it.
Answer Model::calls(Slot& slot, Event const& event) {
  if (!slot.connected || slot.blockers > 0) return Answer::kNo;
  if (slot.being_left > 0) return Answer::kEither;
  for (FilterStep& step : slot.filters) {
    if (!step.passes(event)) return Answer::kNo;
  }
  if (owner_gone(slot)) slot.connected = false;
  return slot.connected ? Answer::kYes : Answer::kNo;
}

Model::Complaint Model::begin_call(int slot, Event const& event) {
  if (emissions_.empty()) return name(slot) + " is called though no emission runs";
  Emission& emission = emissions_.back();
  if (&event != emission.event) return name(slot) + " is called with another event";
  if (emission.busy > 0) return name(slot) + " is called while the user's code runs";
  if (emission.finished) return name(slot) + " is called by an emission that is at its end";
  if (emission.error_to_hand) return "an error is not handed over";
  while (emission.next < emission.slots.size()) {
    int const candidate = emission.slots[emission.next++];
    Answer const answer = calls(slots_[at(candidate)], event);
    if (candidate == slot && answer != Answer::kNo) {
      Slot& called = slots_[at(slot)];
      ++called.calls;
      ++emission.busy;
      if (called.tracking == Tracking::kTrack) ++owners_[at(called.owner)].calls;
      return {};
    }
    if (answer == Answer::kYes) return name(slot) + " is called instead of " + name(candidate);
  }
  return name(slot) + " is called though no slot is to be called any more";
}

void Model::end_call(int slot, std::optional<int> error) {
  Slot& called = slots_[at(slot)];
  Emission& emission = emissions_.back();
  --called.calls;
  --emission.busy;
  if (called.tracking == Tracking::kTrack) --owners_[at(called.owner)].calls;
  if (!error) return;
  if (emission.to_all) {
    emission.error_to_hand = error;
  } else {
    emission.error = error;
    emission.finished = true;
  }
}

Model::Complaint Model::begin_error(int error) {
  Emission& emission = emissions_.back();
  ++emission.busy;
  if (std::exchange(emission.error_to_hand, std::nullopt) == error) return {};
  return "error " + std::to_string(error) + " is handed over, which no slot has just thrown";
}

void Model::end_error(std::optional<int> error) {
  Emission& emission = emissions_.back();
  --emission.busy;
  emission.error = error;
  emission.finished = error.has_value();
}

Model::Complaint Model::finish(Emission& emission) {
  if (std::exchange(emission.finished, true)) return {};
  if (emission.error_to_hand) return "an error is not handed over";
  while (emission.next < emission.slots.size()) {
    int const candidate = emission.slots[emission.next++];
    if (calls(slots_[at(candidate)], *emission.event) == Answer::kYes)
      return "the emission ends without a call of " + name(candidate);
  }
  return {};
}

Model::Complaint Model::end_emission(std::optional<int> error) {
  Complaint complaint = finish(emissions_.back());
  if (complaint.empty() && error != emissions_.back().error) {
    complaint = error ? "an emission is left by an error that no slot has thrown"
                      : "an error does not leave its emission";
  }
  emissions_.pop_back();
  return complaint;
}

Model::Complaint Model::begin_owner_end(int owner) {
  if (!emissions_.empty()) ++emissions_.back().busy;
  return owner_lives(owner) ? "owner " + std::to_string(owner) + " ends too early" : Complaint();
}

void Model::end_owner_end() {
  if (!emissions_.empty()) --emissions_.back().busy;
}

Model::Complaint Model::begin_release(int slot) {
  bool const by_emission = !emissions_.empty() && emissions_.back().busy == 0;
  if (by_emission && !owner_gone(slots_[at(slot)])) {
    Complaint const complaint = finish(emissions_.back());
    if (!complaint.empty()) return complaint;
  }
  return captured(slot) == Answer::kYes ? "the captures of " + name(slot) + " end too early"
                                        : Complaint();
}

Answer Model::connected(int slot) const {
  Slot const& asked = slots_[at(slot)];
  if (!asked.connected || owner_gone(asked)) return Answer::kNo;
  return asked.being_left > 0 ? Answer::kEither : Answer::kYes;
}

Answer Model::captured(int slot) const {
  Slot const& asked = slots_[at(slot)];
  if (asked.calls > 0) return Answer::kYes;
  Answer held = asked.being_left > 0 ? Answer::kEither : Answer::kNo;
  for (Emission const& emission : emissions_) {
    if (!has(emission.slots, slot)) continue;
    bool const surely = !emission.finished && !has(emission.in_doubt, slot);
    held = std::max(held, surely ? Answer::kYes : Answer::kEither);
  }
  if (asked.connected && asked.being_left == 0) held = Answer::kYes;
  // An emission that finds the owner gone ends the slot; when others notice it is up to them.
  return owner_gone(asked) ? std::min(held, Answer::kEither) : held;
}

std::pair<std::size_t, std::size_t> Model::slot_count(int signal) const {
  std::pair<std::size_t, std::size_t> count{0, 0};
  for (int const slot : slots_of(signal)) {
    count.first += connected(slot) == Answer::kYes ? 1 : 0;
    count.second += connected(slot) != Answer::kNo ? 1 : 0;
  }
  return count;
}

}  // namespace sferic::test::model
