#include <sferic/signal/connection.hpp>

#include <sferic/signal/detail/slot.hpp>
#include <sferic/signal/detail/topology.hpp>

namespace sferic {

namespace {

/// The topology that a slot belongs to, as long as both exist.
std::shared_ptr<detail::Topology> topology_of(std::shared_ptr<detail::Slot> const& slot) {
  return slot ? slot->topology.lock() : nullptr;
}

}  // namespace

Blocker::Blocker(std::weak_ptr<detail::Slot> slot) noexcept : slot_(std::move(slot)) {
  auto const locked = slot_.lock();
  if (auto const topology = topology_of(locked)) topology->add_blockers(*locked, +1);
}

Blocker& Blocker::operator=(Blocker&& other) noexcept {
  if (this != &other) {
    unblock();
    slot_ = std::exchange(other.slot_, {});
  }
  return *this;
}

void Blocker::unblock() noexcept {
  auto const slot = std::exchange(slot_, {}).lock();
  if (auto const topology = topology_of(slot)) topology->add_blockers(*slot, -1);
}

void Connection::disconnect() const noexcept {
  auto const slot = slot_.lock();
  if (auto const topology = topology_of(slot)) topology->disconnect(*slot);
}

void Connection::disconnect_and_wait() const noexcept {
  auto const slot = slot_.lock();
  if (auto const topology = topology_of(slot)) {
    topology->disconnect(*slot);
    topology->wait_for_calls(*slot);
  }
}

bool Connection::connected() const noexcept {
  auto const slot = slot_.lock();
  auto const topology = topology_of(slot);
  return topology && topology->connected(*slot);
}

bool Connection::blocked() const noexcept {
  auto const slot = slot_.lock();
  auto const topology = topology_of(slot);
  return topology && topology->blocked(*slot);
}

Connection const& Connection::set_name(std::string name) const {
  auto const slot = slot_.lock();
  if (auto const topology = topology_of(slot)) topology->set_name(*slot, std::move(name));
  return *this;
}

void Connection::set_callback(std::string name) const {
  auto const slot = slot_.lock();
  if (auto const topology = topology_of(slot)) topology->set_callback(*slot, std::move(name));
}

void Connection::keep(std::shared_ptr<void const> object) const noexcept {
  auto const slot = slot_.lock();
  if (auto const topology = topology_of(slot)) topology->keep(*slot, std::move(object));
}

ScopedConnection& ScopedConnection::operator=(ScopedConnection&& other) noexcept {
  if (this != &other) {
    connection_.disconnect();
    connection_ = other.release();
  }
  return *this;
}

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    disconnect();
    connections_ = other.release();
  }
  return *this;
}

Subscription& Subscription::operator+=(Connection connection) {
  ScopedConnection scoped(std::move(connection));  // ends it if there is no memory
  connections_.push_back(scoped.get());
  scoped.release();
  return *this;
}

Subscription& Subscription::operator+=(Subscription&& other) {
  connections_.reserve(connections_.size() + other.connections_.size());
  for (auto& connection : other.release()) connections_.push_back(std::move(connection));
  return *this;
}

void Subscription::keep(std::shared_ptr<void const> const& object) const noexcept {
  for (auto const& connection : connections_) connection.keep(object);
}

void Subscription::disconnect() noexcept {
  for (auto connections = release(); !connections.empty(); connections.pop_back()) {
    connections.back().disconnect();
  }
}

}  // namespace sferic
