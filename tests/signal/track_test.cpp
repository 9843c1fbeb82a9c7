// Contract 5: slots that track an object.

#include <sferic/signal/track.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

TEST(Track, TheSlotIsCalledWhileTheOwnerLives) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  Connection const connection = signal.connect(track(owner, writes('a', log)));
  EXPECT_EQ(emitted(signal, log), "a");
  EXPECT_TRUE(connection.connected());
  owner.reset();
  EXPECT_FALSE(connection.connected());
  EXPECT_EQ(emitted(signal, log), "");
  EXPECT_TRUE(signal.empty());
}

TEST(Track, OfSeveralOwnersTheFirstThatGoesEndsTheSlot) {
  for (int const gone : {0, 1, 2}) {
    Signal<Tick> signal;
    std::string log;
    std::shared_ptr<int> owners[] = {std::make_shared<int>(), std::make_shared<int>(),
                                     std::make_shared<int>()};
    Connection const connection = signal.connect(
        track(owners[0], track_same_thread(owners[1], track(owners[2], writes('a', log)))));
    EXPECT_EQ(emitted(signal, log), "a");
    owners[gone].reset();
    EXPECT_FALSE(connection.connected());
    EXPECT_EQ(emitted(signal, log), "");
    EXPECT_TRUE(signal.empty());
  }
}

TEST(Track, AnOwnerMayBeConst) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<int const>(1);
  signal.connect(track(owner, writes('a', log)));
  EXPECT_EQ(emitted(signal, log), "a");
  owner.reset();
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(Track, ACaptureThatEndsWithItsOwnerMayDestroyTheSignal) {
  struct Object {
    Signal<Tick> signal;
  };
  using Use = void (*)(Signal<Tick>&);
  for (Use const use : {Use([](Signal<Tick>& signal) { signal.connect([](Tick const&) {}); }),
                        Use([](Signal<Tick>& signal) { static_cast<void>(signal.slot_count()); }),
                        Use([](Signal<Tick>& signal) { signal.emit({}); }),
                        Use([](Signal<Tick>& signal) { signal.disconnect_all(); }),
                        Use([](Signal<Tick>& signal) { signal.disconnect(Order::kNormal); })}) {
    auto object = std::make_shared<Object>();
    std::weak_ptr<Object> const watch = object;
    auto owner = std::make_shared<int>(1);
    object->signal.connect(track(owner, [object](Tick const&) {}));
    owner.reset();
    auto& signal = object->signal;
    object.reset();  // the slot is the last to hold it
    use(signal);
    EXPECT_TRUE(watch.expired());
  }
}

TEST(Track, AnEmptyFunctionIsRefused) {
  auto const owner = std::make_shared<int>(1);
  EXPECT_THROW(track(owner, std::function<void(Tick const&)>()), std::invalid_argument);
}

TEST(Track, TheSlotDoesNotOwnTheOwner) {
  Signal<Tick> signal;
  auto owner = std::make_shared<int>(1);
  std::weak_ptr<int> const watch = owner;
  signal.connect(track(owner, [](Tick const&) {}));
  signal.emit({});
  owner.reset();
  EXPECT_TRUE(watch.expired());
}

TEST(Track, AnOwnerThatIsGoneAlreadyIsNeverCalledFor) {
  Signal<Tick> signal;
  std::string log;
  Connection const connection =
      signal.connect(track(std::weak_ptr<int>(std::make_shared<int>(1)), writes('a', log)));
  EXPECT_FALSE(connection.connected());
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(Track, TheOwnerOutlivesACallThatDropsItsLastReference) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<AtEnd>([&] { log += '~'; });
  signal.connect(track(owner, [&](Tick const&) {
    owner.reset();
    log += 'a';
  }));
  signal.connect(writes('b', log));
  EXPECT_EQ(emitted(signal, log), "a~b");
  EXPECT_EQ(emitted(signal, log), "b");
}

TEST(Track, ASlotIsNotCalledInAnEmissionInWhichItsOwnerEndsBefore) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  signal.connect([&](Tick const&) { owner.reset(); });
  signal.connect(track(owner, writes('t', log)));
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "a");
  EXPECT_EQ(signal.slot_count(), 2u);
}

TEST(Track, SlotsAreCountedUntilTheyEndInAnyWay) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  Connection const first = signal.connect(writes('a', log));
  signal.connect(writes('b', log), Order::kLate);
  signal.connect(track(owner, writes('t', log)));
  EXPECT_EQ(signal.slot_count(), 3u);
  owner.reset();
  EXPECT_EQ(signal.slot_count(), 2u);
  first.disconnect();
  first.disconnect();
  EXPECT_EQ(signal.slot_count(), 1u);
  signal.disconnect(Order::kLate);
  EXPECT_TRUE(signal.empty());
  signal.connect(writes('c', log));
  EXPECT_EQ(signal.slot_count(), 1u);
  signal.disconnect_all();
  EXPECT_TRUE(signal.empty());
}

TEST(Track, AnOwnersDestructorSeesAndCutsConnectionsInTheEmission) {
  Signal<Tick> signal;
  std::string log;
  Connection own;
  Connection other;
  auto owner = std::make_shared<AtEnd>([&] {
    EXPECT_FALSE(own.connected());
    EXPECT_TRUE(other.connected());
    own.disconnect();
    other.disconnect();
    EXPECT_EQ(signal.slot_count(), 1u);
    log += '~';
  });
  own = signal.connect(track(owner, [&](Tick const&) {
    owner.reset();
    log += 'a';
  }));
  other = signal.connect(writes('o', log));
  signal.connect(writes('z', log));
  EXPECT_EQ(emitted(signal, log), "a~z");
}

TEST(Track, AnOwnersDestructorMayEmitAndConnect) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<AtEnd>([&] {
    signal.connect(writes('n', log));
    signal.emit({});
    log += '~';
  });
  signal.connect(track(owner, [&](Tick const&) { owner.reset(); }));
  signal.connect(writes('b', log));
  EXPECT_EQ(emitted(signal, log), "bn~b");
}

TEST(Track, ADisconnectedSlotIsNotCalledThoughItsOwnerLives) {
  Signal<Tick> signal;
  std::string log;
  auto const owner = std::make_shared<int>(1);
  Connection const connection = signal.connect(track(owner, writes('a', log)));
  connection.disconnect();
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(Track, SeveralSlotsMayTrackOneOwner) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  signal.connect(track(owner, writes('a', log)));
  signal.connect(track(owner, writes('b', log)));
  signal.connect(writes('c', log));
  EXPECT_EQ(emitted(signal, log), "abc");
  owner.reset();
  EXPECT_EQ(emitted(signal, log), "c");
}

TEST(Track, ATrackedHandlerMayBeMoveOnlyAndFiltered) {
  Signal<Tick> signal;
  int sum = 0;
  auto owner = std::make_shared<int>(1);
  auto handler = [&sum, one = std::make_unique<int>(1)](Tick const&) { sum += *one; };
  Connection const connection = signal.connect(every(2), track(owner, std::move(handler)));
  for (int i = 0; i < 4; ++i) signal.emit({});
  EXPECT_EQ(sum, 2);
  owner.reset();
  EXPECT_FALSE(connection.connected());
  for (int i = 0; i < 4; ++i) signal.emit({});
  EXPECT_EQ(sum, 2);
}

TEST(Track, TheCapturesOfASlotWhoseOwnerIsGoneAreReleasedByTheNextEmission) {
  for (bool const warm : {false, true}) {
    std::atomic<int> living{0};
    Signal<Tick> signal;
    auto owner = std::make_shared<int>(1);
    signal.connect(track(owner, Counted::held(living)));
    if (warm) signal.emit({});
    owner.reset();
    signal.emit({});
    EXPECT_EQ(living, 0);
  }
}

TEST(TrackSameThread, TheSlotEndsWithTheOwner) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  std::weak_ptr<int> const weak = owner;
  Connection const connection = signal.connect(track_same_thread(owner, writes('a', log)));
  signal.connect(track_same_thread(weak, writes('b', log)));
  EXPECT_EQ(emitted(signal, log), "ab");
  owner.reset();
  EXPECT_FALSE(connection.connected());
  EXPECT_EQ(emitted(signal, log), "");
}

TEST(TrackSameThread, ASlotIsNotCalledInAnEmissionInWhichItsOwnerEndsBefore) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  signal.connect([&](Tick const&) { owner.reset(); });
  signal.connect(track_same_thread(owner, writes('t', log)));
  signal.connect(writes('a', log));
  EXPECT_EQ(emitted(signal, log), "a");
}

}  // namespace
}  // namespace sferic::test
