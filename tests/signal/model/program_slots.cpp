// The operations on single slots: by connections, blockers, scopes, groups and tracked owners.

#include <utility>

#include "signal/model/program.hpp"

namespace sferic::test::model {

std::optional<int> Program::a_slot() {
  if (connections_.empty()) return std::nullopt;
  bool const any = open_.empty() || decisions_.one_in(16);
  int const choices = static_cast<int>(any ? connections_.size() : open_.size());
  int const choice = choices - 1 - decisions_.below(choices);
  return any ? choice : open_[at(choice)];
}

void Program::disconnect() {
  std::optional<int> const slot = a_slot();
  if (!slot) return;
  note("disconnect #", *slot);
  Connection const connection = connections_[at(*slot)];
  disconnecting({*slot}, [&] {
    if (decisions_.one_in(4)) {
      connection.disconnect_and_wait();
    } else {
      connection.disconnect();
    }
  });
}

void Program::block() {
  auto& blocker = blockers_[a_holder()];
  std::optional<int> const slot = a_slot();
  if (!slot) return;
  note("block #", *slot);
  blocker.real = connections_[at(*slot)].block();
  model_.block(*slot);
  for (int const old : std::exchange(blocker.slots, {*slot})) model_.unblock(old);
}

void Program::unblock() {
  auto& blocker = blockers_[a_holder()];
  auto& target = blockers_[a_holder()];
  if (&blocker == &target) {
    blocker.real.unblock();
  } else {
    note("move a blocker");
    target.real = std::move(blocker.real);
  }
  for (int const old : std::exchange(target.slots, {})) {
    note("unblock #", old);
    model_.unblock(old);
  }
  if (&blocker != &target) target.slots = std::exchange(blocker.slots, {});
}

void Program::drop_owner() {
  auto& owner = owners_[at(decisions_.below(kOwners))];
  if (!owner || model_.is_watched_in_a_call(owner->number)) return;
  note("drop owner ", owner->number);
  model_.drop_owner(owner->number);
  owner.reset();
}

void Program::scope() {
  auto& scoped = scoped_[a_holder()];
  std::optional<int> const slot = a_slot();
  int const choice = decisions_.below(8);
  if (!slot) return;
  if (choice == 1) {
    note("release a scoped connection");
    Connection const held = scoped.slots.empty() ? Connection() : connections_[at(scoped.slots[0])];
    if (scoped.real.release() != held) expect("a scoped connection releases another connection");
    scoped.slots.clear();
  } else if (choice == 2) {
    note("disconnect a scoped connection");
    disconnecting(scoped.slots, [&] { scoped.real.disconnect(); });
  } else {
    note("#", *slot, " into a scoped connection");
    disconnecting(scoped.slots, [&] { scoped.real = ScopedConnection(connections_[at(*slot)]); });
    scoped.slots = {*slot};
  }
}

void Program::move_scoped() {
  auto& from = scoped_[a_holder()];
  auto& to = scoped_[a_holder()];
  if (&from == &to) return;
  note("move a scoped connection");
  disconnecting(to.slots, [&] { to.real = std::move(from.real); });
  to.slots = std::exchange(from.slots, {});
}

void Program::group() {
  auto& group = groups_[a_holder()];
  std::optional<int> const slot = a_slot();
  if (!slot) return;
  note("#", *slot, " into a group");
  group.real += connections_[at(*slot)];
  group.slots.push_back(*slot);
}

void Program::move_group() {
  auto& from = groups_[a_holder()];
  auto& to = groups_[a_holder()];
  if (&from == &to) return;
  if (decisions_.one_in(2)) {
    note("move a group");
    disconnecting(to.slots, [&] { to.real = std::move(from.real); });
    to.slots = std::exchange(from.slots, {});
  } else {
    note("a group into a group");
    to.real += std::move(from.real);
    to.slots.insert(to.slots.end(), from.slots.begin(), from.slots.end());
    from.slots.clear();
  }
}

void Program::end_group() {
  auto& group = groups_[a_holder()];
  if (decisions_.one_in(4)) {
    note("release a group");
    if (group.real.release().size() != group.slots.size()) expect("a group has lost a connection");
  } else {
    note("disconnect a group");
    disconnecting(group.slots, [&] { group.real.disconnect(); });
  }
  group.slots.clear();
}

}  // namespace sferic::test::model
