#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sferic {

namespace detail {
struct Slot;
}

/// Keeps a slot from being called for as long as it lives; several at once count. What blocks and
/// unblocks during an emission takes effect in that emission.
class [[nodiscard("the slot is blocked only while the Blocker lives")]] Blocker {
 public:
  Blocker() = default;
  explicit Blocker(std::weak_ptr<detail::Slot> slot) noexcept;
  ~Blocker() { unblock(); }
  Blocker(Blocker&& other) noexcept : slot_(std::exchange(other.slot_, {})) {}
  Blocker& operator=(Blocker&& other) noexcept;

  /// Ends the blocking early.
  void unblock() noexcept;

 private:
  std::weak_ptr<detail::Slot> slot_;
};

/// Names one slot of one signal. Copyable; dropping it changes nothing: the signal owns the slot.
/// All members may be called from any thread, from inside slots, and after the signal's end.
class Connection {
 public:
  /// Names no slot.
  Connection() = default;
  explicit Connection(std::weak_ptr<detail::Slot> slot) noexcept : slot_(std::move(slot)) {}

  /// Ends the connection: the slot is not called again, not even by an emission that is under way.
  /// Its captures are released here, or when the last emission that could hold them returns. Does
  /// not wait for a call that runs at this moment.
  void disconnect() const noexcept;

  /// As disconnect(), and returns only when no other thread is inside an emission that could still
  /// be calling the slot. It waits for that whole emission, though not for the end of captures that
  /// the emission was the last to hold. Hold no mutex meanwhile that one of its slots may want, and
  /// let no two slots on two threads wait for each other.
  void disconnect_and_wait() const noexcept;

  /// False after disconnect(), after the signal's end, and once a tracked object is gone.
  [[nodiscard]] bool connected() const noexcept;

  /// Blocks the slot until the returned object is destroyed.
  Blocker block() const noexcept { return Blocker(slot_); }
  [[nodiscard]] bool blocked() const noexcept;

  /// Names the slot for those who look at the signal, as in a profile. Returns the connection:
  ///
  ///   trainer.on<event::TrainBatchEnd>(draw).set_name("loss curve");
  Connection const& set_name(std::string name) const;

  /// Names the callback that the handler belongs to, which is told where the slot has no name.
  void set_callback(std::string name) const;

  /// Lets `object` live as long as the slot's captures: until the slot is disconnected and no
  /// emission can be calling it.
  void keep(std::shared_ptr<void const> object) const noexcept;

  friend bool operator==(Connection const& left, Connection const& right) noexcept {
    return !left.slot_.owner_before(right.slot_) && !right.slot_.owner_before(left.slot_);
  }

 private:
  std::weak_ptr<detail::Slot> slot_;
};

/// Disconnects when it is destroyed.
class [[nodiscard(
    "the slot is disconnected when the ScopedConnection is destroyed")]] ScopedConnection {
 public:
  ScopedConnection() = default;
  ScopedConnection(Connection connection) noexcept  // NOLINT(google-explicit-constructor)
      : connection_(std::move(connection)) {}
  ~ScopedConnection() { connection_.disconnect(); }
  ScopedConnection(ScopedConnection&& other) noexcept : connection_(other.release()) {}
  ScopedConnection& operator=(ScopedConnection&& other) noexcept;

  void disconnect() const noexcept { connection_.disconnect(); }
  [[nodiscard]] bool connected() const noexcept { return connection_.connected(); }
  Connection const& get() const noexcept { return connection_; }

  /// Gives the connection up without ending it.
  Connection release() noexcept { return std::exchange(connection_, {}); }

 private:
  Connection connection_;
};

/// A group of connections that end together: all that one callback listens to.
class [[nodiscard("the connections end when the Subscription is destroyed")]] Subscription {
 public:
  Subscription() = default;
  ~Subscription() { disconnect(); }
  Subscription(Subscription&&) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept;

  Subscription& operator+=(Connection connection);

  /// Takes over all connections of `other`.
  Subscription& operator+=(Subscription&& other);

  /// Ends all connections, the last one first.
  void disconnect() noexcept;

  /// Lets `object` live as long as the captures of these slots.
  void keep(std::shared_ptr<void const> const& object) const noexcept;

  /// Gives the connections up without ending them.
  std::vector<Connection> release() noexcept { return std::exchange(connections_, {}); }

  std::vector<Connection> const& connections() const noexcept { return connections_; }

 private:
  std::vector<Connection> connections_;
};

}  // namespace sferic
