// Slots that end with an object.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

template <class Side>
class Tracking : public ::testing::Test {};
TYPED_TEST_SUITE(Tracking, Sides, SideNames);

TYPED_TEST(Tracking, EndsTheSlotWithItsOwner) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> connection;
  {
    auto const owner = std::make_shared<int>(1);
    connection = TypeParam::connect_tracked(signal, writes('a', log), owner);
    EXPECT_EQ(emitted(signal, log), "a");
    EXPECT_TRUE(connection.connected());
  }
  EXPECT_FALSE(connection.connected());
  EXPECT_TRUE(signal.empty());
  EXPECT_EQ(emitted(signal, log), "");
}

TYPED_TEST(Tracking, DoesNotOwnTheOwner) {
  SignalOf<TypeParam> signal;
  auto owner = std::make_shared<int>(1);
  std::weak_ptr<int> const watch = owner;
  TypeParam::connect_tracked(signal, [](Tick const&) {}, owner);
  signal.emit({});
  owner.reset();
  EXPECT_TRUE(watch.expired());
}

TYPED_TEST(Tracking, OfAnOwnerThatIsGoneConnectsNothing) {
  SignalOf<TypeParam> signal;
  std::string log;
  std::weak_ptr<int> const gone = std::make_shared<int>(1);
  ConnectionOf<TypeParam> const connection =
      TypeParam::connect_tracked(signal, writes('a', log), gone);
  EXPECT_FALSE(connection.connected());
  EXPECT_EQ(signal.slot_count(), 0u);
  EXPECT_EQ(emitted(signal, log), "");
}

TYPED_TEST(Tracking, OfSeveralOwnersEndsTheSlotWithTheFirstThatGoes) {
  for (bool const first_goes : {true, false}) {
    SignalOf<TypeParam> signal;
    std::string log;
    auto one = std::make_shared<int>(1);
    auto other = std::make_shared<int>(2);
    ConnectionOf<TypeParam> const connection =
        TypeParam::connect_tracked(signal, writes('a', log), one, other);
    EXPECT_EQ(emitted(signal, log), "a");
    (first_goes ? one : other).reset();
    EXPECT_FALSE(connection.connected());
    EXPECT_EQ(emitted(signal, log), "");
    EXPECT_TRUE(signal.empty());
  }
}

TYPED_TEST(Tracking, OfOneOwnerBySeveralSlotsEndsThemAllAndNoOther) {
  SignalOf<TypeParam> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  TypeParam::connect_tracked(signal, writes('a', log), owner);
  signal.connect(writes('b', log));
  TypeParam::connect_tracked(signal, writes('c', log), owner);
  EXPECT_EQ(emitted(signal, log), "abc");
  owner.reset();
  EXPECT_EQ(emitted(signal, log), "b");
  EXPECT_EQ(signal.slot_count(), 1u);
}

TYPED_TEST(Tracking, AllowsTheSlotToBeDisconnectedBefore) {
  SignalOf<TypeParam> signal;
  std::string log;
  auto const owner = std::make_shared<int>(1);
  TypeParam::connect_tracked(signal, writes('a', log), owner).disconnect();
  EXPECT_EQ(emitted(signal, log), "");
}

TYPED_TEST(Tracking, OfASignalEndsTheSlotThatEmitsIt) {
  SignalOf<TypeParam> outer;
  std::string log;
  auto inner = std::make_shared<SignalOf<TypeParam>>();
  inner->connect(writes('i', log));
  TypeParam::connect_tracked(outer, [&signal = *inner](Tick const& tick) { signal.emit(tick); },
                             inner);
  EXPECT_EQ(emitted(outer, log), "i");
  inner.reset();
  EXPECT_EQ(emitted(outer, log), "");
}

TYPED_TEST(Tracking, KeepsTheOwnerAliveDuringTheCallAndNoLonger) {
  SignalOf<TypeParam> signal;
  std::string log;
  auto owner = std::make_shared<AtEnd>([&] { log += '~'; });
  TypeParam::connect_tracked(signal, [&](Tick const&) {
    owner.reset();
    log += 'a';
  }, owner);
  signal.connect(writes('b', log));
  EXPECT_EQ(emitted(signal, log), "a~b");
  EXPECT_EQ(emitted(signal, log), "b");
}

TYPED_TEST(Tracking, EndsASlotWhoseOwnerEndsEarlierInTheEmission) {
  SignalOf<TypeParam> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  signal.connect([&](Tick const&) { owner.reset(); });
  TypeParam::connect_tracked(signal, writes('t', log), owner);
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "a");
  EXPECT_EQ(signal.slot_count(), 2u);
}

TYPED_TEST(Tracking, LetsAnOwnersDestructorAskAndCutConnectionsInsideTheEmission) {
  SignalOf<TypeParam> signal;
  std::string log;
  ConnectionOf<TypeParam> own;
  ConnectionOf<TypeParam> other;
  auto owner = std::make_shared<AtEnd>([&] {
    EXPECT_FALSE(own.connected());
    EXPECT_TRUE(other.connected());
    own.disconnect();
    other.disconnect();
    EXPECT_TRUE(signal.empty());
    log += '~';
  });
  own = TypeParam::connect_tracked(signal, [&](Tick const&) { owner.reset(); }, owner);
  other = signal.connect(writes('o', log));
  EXPECT_EQ(emitted(signal, log), "~");
}

TYPED_TEST(Tracking, LetsAnOwnersDestructorEmitAndConnect) {
  SignalOf<TypeParam> signal;
  std::string log;
  auto owner = std::make_shared<AtEnd>([&] {
    signal.connect(writes('n', log));
    signal.emit({});
    log += '~';
  });
  TypeParam::connect_tracked(signal, [&](Tick const&) { owner.reset(); }, owner);
  signal.connect(writes('b', log));
  EXPECT_EQ(emitted(signal, log), "bn~b");
}

TYPED_TEST(Tracking, LetsAnOwnersDestructorEndTheOwnerOfTheNextSlot) {
  SignalOf<TypeParam> signal;
  std::string log;
  auto next = std::make_shared<int>(1);
  auto owner = std::make_shared<AtEnd>([&] { next.reset(); });
  TypeParam::connect_tracked(signal, [&](Tick const&) { owner.reset(); }, owner);
  TypeParam::connect_tracked(signal, writes('n', log), next);
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "a");
}

}  // namespace
}  // namespace sferic::test
