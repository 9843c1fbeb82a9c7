#include "signal/model/program.hpp"

#include <algorithm>
#include <utility>

namespace sferic::test::model {

void Program::run() {
  choose_operations();
  make_signal();
  while (!decisions_.ended()) step();
  end_all();
}

/// Each program does without some of the operations, so that others come in longer rows.
void Program::choose_operations() {
  static constexpr Operation kOperations[] = {
      {10, &Program::connect, true},        {14, &Program::emit, true},
      {6, &Program::disconnect, true},      {4, &Program::block, true},
      {3, &Program::unblock, true},         {2, &Program::drop_owner, true},
      {2, &Program::count_slots, true},     {2, &Program::throw_error, true},
      {2, &Program::scope, false},          {1, &Program::move_scoped, false},
      {2, &Program::group, false},          {1, &Program::move_group, false},
      {1, &Program::end_group, false},      {1, &Program::disconnect_order, false},
      {1, &Program::disconnect_all, false}, {2, &Program::make_signal, false},
      {1, &Program::move_signal, false},    {1, &Program::end_signal, false},
  };
  int const left_out = (decisions_.below(256) & decisions_.below(256)) << 2 |
                       (decisions_.below(256) & decisions_.below(256)) << 10;
  for (int i = 0; Operation const& operation : kOperations) {
    bool const is_left_out = (left_out >> i++ & 1) != 0;
    choices_.insert(choices_.end(), at(is_left_out ? 0 : operation.weight), operation);
  }
}

void Program::step() {
  if (!failure_.empty()) return;
  ++operations_;
  Operation const& choice = choices_[at(decisions_.below(static_cast<int>(choices_.size())))];
  if (destructors_ > 0 && !choice.from_destructors) return;
  (this->*choice.run)();
  compare();
}

void Program::act() {
  static constexpr int kOperations[] = {0, 0, 0, 0, 1, 1, 2, 3};
  ++indent_;
  for (int i = kOperations[decisions_.below(8)]; i > 0; --i) step();
  --indent_;
}

void Program::act_in_destructor() noexcept {
  int const catchers = std::exchange(catchers_, 0);
  ++destructors_;
  act();
  --destructors_;
  catchers_ = catchers;
}

void Program::released(int slot) noexcept {
  if (--living_[at(slot)] > 0 || !failure_.empty()) return;
  note("the captures of #", slot, " end");
  expect(model_.begin_release(slot));
  if (acts_at_its_end_[at(slot)]) act_in_destructor();
}

void Program::owner_ends(int owner) noexcept {
  if (!failure_.empty()) return;
  note("owner ", owner, " ends");
  owner_ended_[at(owner)] = true;
  expect(model_.begin_owner_end(owner));
  act_in_destructor();
  model_.end_owner_end();
}

/// Ends what lives, also after a failure: all of it tells this program of its end.
void Program::end_all() {
  decisions_.end();
  for (auto& group : groups_) group.real.release();
  for (auto& scoped : scoped_) scoped.real.release();
  for (Place& place : places_) {
    disconnecting(model_.slots_of(place.number), [&] { place.signal.reset(); });
  }
  compare();
  if (failure_.empty() && !open_.empty()) expect("a slot outlives its signal");
  for (auto& owner : owners_) {
    if (owner) model_.drop_owner(owner->number);
    owner.reset();
  }
  compare();
}

void Program::expect(Model::Complaint const& complaint) {
  if (complaint.empty() || !failure_.empty()) return;
  failure_ = complaint;
  note("FAILED: ", complaint);
  decisions_.end();
}

void Program::compare() {
  if (!failure_.empty()) return;
  std::erase_if(open_, [&](int slot) { return !compare(slot); });
  for (int owner = 0; owner < static_cast<int>(owner_ended_.size()); ++owner) {
    if (owner_ended_[at(owner)] == model_.owner_lives(owner))
      expect("owner " + std::to_string(owner) + " lives too long");
  }
}

bool Program::compare(int slot) {
  auto const differs = [&](Answer expected, bool seen) {
    return expected != Answer::kEither && (expected == Answer::kYes) != seen;
  };
  auto const complain = [&](char const* what) { expect("#" + std::to_string(slot) + what); };

  Answer const connected = model_.connected(slot);
  Answer const captured = model_.captured(slot);
  if (differs(connected, connections_[at(slot)].connected()))
    complain(connected == Answer::kYes ? " should be connected" : " should not be connected");
  if (connected == Answer::kYes && connections_[at(slot)].blocked() != model_.blocked(slot))
    complain(model_.blocked(slot) ? " should be blocked" : " should not be blocked");
  if (differs(captured, living_[at(slot)] > 0))
    complain(captured == Answer::kYes ? ": its captures should live"
                                      : ": its captures should have ended");
  return connected != Answer::kNo || captured != Answer::kNo;
}

}  // namespace sferic::test::model
