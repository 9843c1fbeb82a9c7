#pragma once

#include <sferic/signal/signal.hpp>

#include <boost/signals2/connection.hpp>
#include <boost/signals2/shared_connection_block.hpp>
#include <boost/signals2/signal.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "signal/support.hpp"

namespace sferic::test {

/// sferic as the conformance tests use it.
struct Sferic {
  static constexpr char const* kName = "Sferic";

  using Connection = sferic::Connection;
  using ScopedConnection = sferic::ScopedConnection;
  using Blocker = sferic::Blocker;
  template <class Event>
  using Signal = sferic::Signal<Event>;

  static Blocker block(Connection const& connection) { return connection.block(); }

  /// A slot that ends with the first of its owners.
  template <class Event, class Handler, class Owner, class... Owners>
  static Connection connect_tracked(Signal<Event>& signal, Handler handler, Owner const& owner,
                                    Owners const&... owners) {
    if constexpr (sizeof...(owners) == 0) {
      return signal.connect(track(owner, std::move(handler)));
    } else {
      return connect_tracked(signal, track(owner, std::move(handler)), owners...);
    }
  }
};

/// Boost.Signals2 under sferic's names. An Order is a group of its own.
struct Boost {
  static constexpr char const* kName = "Boost";

  using Connection = boost::signals2::connection;
  using ScopedConnection = boost::signals2::scoped_connection;
  using Blocker = boost::signals2::shared_connection_block;

  template <class Event>
  class Signal {
   public:
    using Native = boost::signals2::signal<void(Event const&)>;
    using Slot = typename Native::slot_type;

    Connection connect(Slot const& slot, Order order = Order::kNormal) {
      return native_.connect(static_cast<int>(order), slot);
    }
    void emit(Event const& event) const { native_(event); }
    void disconnect(Order order) { native_.disconnect(static_cast<int>(order)); }
    void disconnect_all() { native_.disconnect_all_slots(); }
    std::size_t slot_count() const { return native_.num_slots(); }
    bool empty() const { return native_.empty(); }

   private:
    Native native_;
  };

  static Blocker block(Connection const& connection) { return Blocker(connection); }

  template <class Event, class Handler, class... Owners>
  static Connection connect_tracked(Signal<Event>& signal, Handler const& handler,
                                    Owners const&... owners) {
    typename Signal<Event>::Slot slot(handler);
    (slot.track_foreign(std::weak_ptr<void>(owners)), ...);
    return signal.connect(slot);
  }
};

template <class Side, class Event = Tick>
using SignalOf = typename Side::template Signal<Event>;
template <class Side>
using ConnectionOf = typename Side::Connection;
template <class Side>
using ScopedConnectionOf = typename Side::ScopedConnection;
template <class Side>
using BlockerOf = typename Side::Blocker;

/// As for a sferic::Signal.
inline std::string emitted(Boost::Signal<Tick> const& signal, std::string& log) {
  log.clear();
  signal.emit({});
  return log;
}

/// What each conformance test runs over.
using Sides = ::testing::Types<Sferic, Boost>;

/// Names the instances: Ordering/Sferic.<test> and Ordering/Boost.<test>.
struct SideNames {
  template <class Side>
  static std::string GetName(int /*index*/) {
    return Side::kName;
  }
};

}  // namespace sferic::test
