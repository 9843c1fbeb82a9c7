// emit_to_all(): the contract of emit(), but that no error keeps the event from a slot.

#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

std::string message_of(std::exception_ptr const& error) {
  try {
    std::rethrow_exception(error);
  } catch (std::exception const& caught) {
    return caught.what();
  }
}

/// Expects no error.
constexpr auto kNoError = [](std::exception_ptr const& error) { FAIL() << message_of(error); };

auto fails(char const* message) {
  return [message](Tick const&) { throw std::runtime_error(message); };
}

TEST(EmitToAll, CallsAllSlotsInOrder) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(writes('d', log), Order::kLast);
  signal.connect(writes('b', log));
  signal.connect(writes('c', log));
  signal.connect(writes('a', log), Order::kEarly);
  signal.emit_to_all({}, kNoError);
  EXPECT_EQ(log, "abcd");
}

TEST(EmitToAll, HandsEachErrorOverAndGoesOn) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(fails("first"));
  signal.connect(writes('a', log));
  signal.connect(fails("second"));
  signal.connect(writes('b', log));
  std::vector<std::string> errors;
  signal.emit_to_all({},
                     [&](std::exception_ptr const& error) { errors.push_back(message_of(error)); });
  EXPECT_EQ(log, "ab");
  EXPECT_EQ(errors, (std::vector<std::string>{"first", "second"}));
}

TEST(EmitToAll, OfASignalWithoutSlotsDoesNothing) {
  Signal<Tick> signal;
  signal.emit_to_all({}, kNoError);
  signal.connect([](Tick const&) {}).disconnect();
  signal.emit_to_all({}, kNoError);
}

TEST(EmitToAll, PassesDisconnectedAndBlockedSlotsBy) {
  Signal<Tick> signal;
  std::string log;
  Connection gone;
  Connection blocked;
  Blocker blocker;
  signal.connect([&](Tick const&) {
    gone.disconnect();
    blocker = blocked.block();
    signal.connect(writes('n', log));
  });
  gone = signal.connect(writes('g', log));
  blocked = signal.connect(writes('b', log));
  signal.connect(writes('a', log));
  signal.emit_to_all({}, kNoError);
  EXPECT_EQ(log, "a");
}

TEST(EmitToAll, AppliesFiltersAndTracking) {
  Signal<Tick> signal;
  std::string log;
  auto owner = std::make_shared<int>(1);
  signal.connect(every(2), writes('e', log));
  signal.connect(track(owner, writes('t', log)));
  signal.emit_to_all({}, kNoError);
  signal.connect([&](Tick const&) { owner.reset(); }, Order::kEarly);
  signal.emit_to_all({}, kNoError);
  EXPECT_EQ(log, "te");
}

TEST(EmitToAll, ASlotMayDestroyTheSignal) {
  std::atomic<int> living{0};
  auto signal = std::make_unique<Signal<Tick>>();
  std::string log;
  signal->connect([&, counted = Counted(living)](Tick const&) {
    signal.reset();
    EXPECT_EQ(living, 1);
  });
  signal->connect(writes('z', log));
  signal->emit_to_all({}, kNoError);
  EXPECT_EQ(log, "");
  EXPECT_EQ(living, 0);
}

TEST(EmitToAll, ReleasesCapturesAtItsEnd) {
  std::atomic<int> living{0};
  Signal<Tick> signal;
  signal.connect([&](Tick const&) { signal.disconnect(Order::kLate); });
  signal.connect(Counted::held(living), Order::kLate);
  signal.emit_to_all({}, kNoError);
  EXPECT_EQ(living, 0);
}

TEST(EmitToAll, AnErrorOfTheErrorHandlerEndsIt) {
  Signal<Tick> signal;
  std::string log;
  signal.connect(fails("lost"));
  signal.connect(writes('z', log));
  auto const rethrow = [](std::exception_ptr const& error) { std::rethrow_exception(error); };
  EXPECT_THROW(signal.emit_to_all({}, rethrow), std::runtime_error);
  EXPECT_EQ(log, "");
}

}  // namespace
}  // namespace sferic::test
