// What only one side can say at all, asked of both sides' own types.

#include <gtest/gtest.h>

#include <exception>
#include <type_traits>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

using Ours = sferic::Signal<Tick>;
using Theirs = boost::signals2::signal<void(Tick const&)>;
using Handler = void (*)(Tick const&);
using ExtendedHandler = void (*)(boost::signals2::connection const&, Tick const&);

template <class Connection>
concept WaitsForCalls = requires(Connection connection) { connection.disconnect_and_wait(); };
template <class Signal>
concept EmitsToAll = requires(Signal signal, void (*on_error)(std::exception_ptr const&)) {
  signal.emit_to_all(Tick{}, on_error);
};
template <class Signal>
concept Filters = requires(Signal signal, Handler handler) { signal.connect(once(), handler); };

TEST(OnlySferic, WaitsForCallsElsewhereWhenItDisconnects) {
  EXPECT_TRUE(WaitsForCalls<Sferic::Connection>);
  EXPECT_FALSE(WaitsForCalls<Boost::Connection>);
}

TEST(OnlySferic, EmitsToAllSlotsWhateverOthersThrow) {
  EXPECT_TRUE(EmitsToAll<Ours>);
  EXPECT_FALSE(EmitsToAll<Theirs>);
}

TEST(OnlySferic, FiltersEmissionsBeforeTheCall) {
  EXPECT_TRUE(Filters<Ours>);
  EXPECT_FALSE(Filters<Theirs>);
}

TEST(OnlySferic, KeepsAScopedConnectionFromTurningIntoAConnectionUnnoticed) {
  EXPECT_FALSE((std::is_convertible_v<Sferic::ScopedConnection, Sferic::Connection>));
  EXPECT_TRUE((std::is_convertible_v<Boost::ScopedConnection, Boost::Connection>));
}

template <class Signal>
concept ConnectsAtFront = requires(Signal signal, Handler handler) {
  signal.connect(handler, boost::signals2::at_front);
};
template <class Signal>
concept ConnectsIntoAnyGroup =
    requires(Signal signal, Handler handler) { signal.connect(42, handler); };
template <class Signal>
concept DisconnectsEqualHandlers =
    requires(Signal signal, Handler handler) { signal.disconnect(handler); };
template <class Signal>
concept ConnectsExtended =
    requires(Signal signal, ExtendedHandler handler) { signal.connect_extended(handler); };
template <class Signal>
concept Combines = requires(Signal signal) { signal.set_combiner(signal.combiner()); };
template <class Connection>
concept Sorts = requires(Connection connection) { connection < connection; };
template <class Blocker>
concept BlocksAgain = requires(Blocker blocker) { blocker.block(); };

TEST(OnlyBoost, ConnectsAtTheFrontAndIntoAnyNumberOfGroups) {
  EXPECT_TRUE(ConnectsAtFront<Theirs>);
  EXPECT_FALSE(ConnectsAtFront<Ours>);
  EXPECT_TRUE(ConnectsIntoAnyGroup<Theirs>);
  EXPECT_FALSE(ConnectsIntoAnyGroup<Ours>);
}

TEST(OnlyBoost, DisconnectsByAnEqualHandler) {
  EXPECT_TRUE(DisconnectsEqualHandlers<Theirs>);
  EXPECT_FALSE(DisconnectsEqualHandlers<Ours>);
}

TEST(OnlyBoost, HandsASlotItsConnection) {
  EXPECT_TRUE(ConnectsExtended<Theirs>);
  EXPECT_FALSE(ConnectsExtended<Ours>);
}

TEST(OnlyBoost, ReturnsWhatACombinerMakesOfTheSlotsResults) {
  EXPECT_TRUE(Combines<Theirs>);
  EXPECT_FALSE(Combines<Ours>);
  using Numbers = boost::signals2::signal<int(Tick const&)>;
  EXPECT_FALSE((std::is_void_v<std::invoke_result_t<Numbers&, Tick const&>>));
  EXPECT_TRUE(std::is_void_v<decltype(Ours().emit(Tick{}))>);
}

TEST(OnlyBoost, MakesASignalASlotByBeingCallable) {
  EXPECT_TRUE((std::is_invocable_v<Theirs&, Tick const&>));
  EXPECT_FALSE((std::is_invocable_v<Ours&, Tick const&>));
}

TEST(OnlyBoost, SortsConnections) {
  EXPECT_TRUE(Sorts<Boost::Connection>);
  EXPECT_FALSE(Sorts<Sferic::Connection>);
}

TEST(OnlyBoost, CopiesABlockerAndBlocksWithItAgain) {
  EXPECT_TRUE(BlocksAgain<Boost::Blocker> && std::is_copy_constructible_v<Boost::Blocker>);
  EXPECT_FALSE(BlocksAgain<Sferic::Blocker> || std::is_copy_constructible_v<Sferic::Blocker>);
}

}  // namespace
}  // namespace sferic::test
