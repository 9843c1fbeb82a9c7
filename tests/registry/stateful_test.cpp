#include <sferic/registry/stateful.hpp>

#include <sferic/bus/bus.hpp>
#include <sferic/bus/compose.hpp>
#include <sferic/persistence/state.hpp>
#include <sferic/registry/named.hpp>
#include <sferic/registry/registry.hpp>

#include <boost/serialization/access.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "support/message_of.hpp"

namespace sferic::test {

struct Step {};

class Counter {
 public:
  static constexpr std::string_view kStateKey = "test::Counter";
  void on(Step const&) { ++count; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & count;
  }

  std::int64_t count = 0;
};

class Secretive {
 public:
  static constexpr std::string_view kStateKey = "test::Secretive";
  void on(Step const&) { ++count_; }
  std::int64_t count() const { return count_; }

 private:
  friend boost::serialization::access;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & count_;
  }
  std::int64_t count_ = 0;
};

struct SameKey {
  static constexpr std::string_view kStateKey = "test::Counter";
  void on(Step const&) {}
  template <class Archive>
  void serialize(Archive&, unsigned) {}
};

struct Foreign {
  void on(Step const&) { ++count; }
  std::int64_t count = 0;
};

template <class Archive>
void serialize(Archive& archive, Foreign& foreign, unsigned) {
  archive & foreign.count;
}

struct Stateless {
  void on(Step const&) {}
};

struct Final final {
  static constexpr std::string_view kStateKey = "test::Final";
  template <class Archive>
  void serialize(Archive&, unsigned) {}
};

}  // namespace sferic::test

template <>
constexpr std::string_view sferic::kStateKeyOf<sferic::test::Foreign> = "test::Foreign";

namespace sferic::test {
namespace {

template <class...>
struct List {};

TEST(StatefulTest, IsWhatHasASerializeAsAMemberOrAFunction) {
  static_assert(Stateful<Counter>);
  static_assert(Stateful<Secretive>);
  static_assert(Stateful<Foreign>);
  static_assert(Stateful<Final>);
  static_assert(Stateful<Named<"twin", Counter>>);
  static_assert(!Stateful<Stateless>);
  static_assert(!Stateful<int>);
  static_assert(!Stateful<std::string>);
  auto const lambda = [](Step const&) {};
  static_assert(!Stateful<decltype(lambda)>);
}

TEST(StatefulTest, ANamedTypeHasTheTagInItsKey) {
  EXPECT_EQ(kStateKeyOf<Counter>, "test::Counter");
  EXPECT_EQ((kStateKeyOf<Named<"by_accuracy", Counter>>), "test::Counter:by_accuracy");
}

class StatefulRegistryTest : public testing::Test {
 protected:
  template <class Added>
  Added& add(Added callback, std::string place = {}) {
    return registry_.add(std::move(callback), [&](Added& added) { return bus_.attach(added); },
                         std::move(place));
  }

  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (auto const& state : registry_.states()) keys.emplace_back(state.key);
    return keys;
  }

  EmittingBus<List<Step>> bus_;
  Registry registry_;
};

TEST_F(StatefulRegistryTest, SavesAndLoadsTheStatesOfItsCallbacks) {
  add(Counter()).count = 3;
  add(Stateless());
  auto& secretive = add(Secretive());
  add(Foreign()).count = 7;
  add(Named<"twin", Counter>()).count = 9;
  bus_.emit(Step());
  EXPECT_EQ(keys(), (std::vector<std::string>{"test::Counter", "test::Secretive", "test::Foreign",
                                              "test::Counter:twin"}));
  Registry other;
  auto const attach = [](auto&) { return Subscription(); };
  other.add(Counter(), attach);
  auto& other_secretive = other.add(Secretive(), attach);
  other.add(Foreign(), attach);
  other.add(Named<"twin", Counter>(), attach);
  auto const from = registry_.states();
  auto const into = other.states();
  for (std::size_t i = 0; i < from.size(); ++i) {
    into[i].load(into[i].object, from[i].save(from[i].object));
  }
  EXPECT_EQ(other.find<Counter>()->count, 4);
  EXPECT_EQ(other_secretive.count(), secretive.count());
  EXPECT_EQ(other.find<Foreign>()->count, 8);
  EXPECT_EQ((other.find<Named<"twin", Counter>>()->count), 10);
}

TEST_F(StatefulRegistryTest, RefusesASecondOneOfATypeNamingItAndBothPlaces) {
  add(Counter(), "main.cpp:10");
  auto const message = message_of<std::invalid_argument>([&] { add(Counter(), "main.cpp:20"); });
  for (auto const* const words :
       {"sferic::test::Counter", "main.cpp:10", "main.cpp:20", "Named<"}) {
    EXPECT_NE(message.find(words), std::string::npos) << message;
  }
  EXPECT_EQ(registry_.find<Counter>()->count, 0);
  bus_.emit(Step());
  EXPECT_EQ(registry_.find<Counter>()->count, 1);  // nothing of the second one is connected
}

TEST_F(StatefulRegistryTest, RefusesAKeyThatIsTakenByAnotherType) {
  add(Counter(), "main.cpp:10");
  auto const message = message_of<std::invalid_argument>([&] { add(SameKey(), "main.cpp:20"); });
  for (auto const* const words : {"sferic::test::SameKey", "sferic::test::Counter",
                                  "\"test::Counter\"", "main.cpp:10", "main.cpp:20"}) {
    EXPECT_NE(message.find(words), std::string::npos) << message;
  }
}

TEST_F(StatefulRegistryTest, TakesStatelessOnesOfATypeAsOftenAsTheyCome) {
  add(Stateless());
  add(Stateless());
  EXPECT_TRUE(keys().empty());
}

TEST_F(StatefulRegistryTest, KnowsABorrowedOneWhileItIsConnected) {
  Counter counter;
  {
    Subscription const subscription = bus_.attach(counter);
    registry_.borrow(counter, subscription, "here");
    EXPECT_EQ(keys(), std::vector<std::string>{"test::Counter"});
    EXPECT_EQ(registry_.find<Counter>(), &counter);
    EXPECT_THROW(add(Counter()), std::invalid_argument);
  }
  EXPECT_TRUE(keys().empty());
  EXPECT_EQ(registry_.find<Counter>(), nullptr);
  add(Counter());
}

TEST_F(StatefulRegistryTest, FindsNoneOfATypeThatItDoesNotHave) {
  add(Counter());
  EXPECT_EQ(registry_.find<Stateless>(), nullptr);
  EXPECT_EQ((registry_.find<Named<"twin", Counter>>()), nullptr);
}

TEST_F(StatefulRegistryTest, RemovesOneAfterWhichAnotherMayCome) {
  auto& counter = add(Counter());
  EXPECT_TRUE(registry_.remove(&counter));
  EXPECT_FALSE(registry_.remove(&counter));
  EXPECT_EQ(registry_.find<Counter>(), nullptr);
  add(Counter());
}

/// Removes itself, and looks at its own members afterwards.
struct Suicidal {
  Registry* registry;
  std::shared_ptr<int> alive;
  int calls = 0;

  void on(Step const&) {
    registry->remove(this);
    ++calls;
    EXPECT_EQ(alive.use_count(), 2);
  }
};

TEST_F(StatefulRegistryTest, RemovesOneThatIsBeingCalledWhenItHasReturned) {
  auto const alive = std::make_shared<int>(0);
  add(Suicidal{&registry_, alive});
  auto& counter = add(Counter());
  EXPECT_EQ(alive.use_count(), 2);
  bus_.emit(Step());
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(counter.count, 1);  // nobody is skipped
  bus_.emit(Step());
  EXPECT_EQ(counter.count, 2);
}

TEST_F(StatefulRegistryTest, KeepsTheRemovedOneThatConnectedItselfUntilItHasReturned) {
  struct ConnectsItself {
    Registry* registry;
    std::shared_ptr<int> alive;
    Subscription connect(Bus<List<Step>>& bus) {
      Subscription all;
      all += bus.on<Step>([this](auto const&) {
        registry->remove(this);
        EXPECT_EQ(alive.use_count(), 2);
      });
      return all;
    }
  };
  auto const alive = std::make_shared<int>(0);
  registry_.add(ConnectsItself{&registry_, alive},
                [&](ConnectsItself& added) { return bus_.attach(added); });
  bus_.emit(Step());
  EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace sferic::test
