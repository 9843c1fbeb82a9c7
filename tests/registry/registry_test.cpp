#include <sferic/registry/registry.hpp>

#include <sferic/bus/bus.hpp>
#include <sferic/signal/call_site.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sferic::test {
namespace {

struct Step {};

template <class...>
struct List {};

using TestBus = EmittingBus<List<Step>>;

/// Writes its letter into a log when it is called, and in upper case when it ends.
class Callback {
 public:
  Callback(char letter, std::string& log) : letter_(letter), log_(&log) {}
  Callback(Callback&& other) noexcept
      : letter_(other.letter_), log_(std::exchange(other.log_, nullptr)) {}
  Callback& operator=(Callback&&) = delete;
  ~Callback() {
    if (log_ != nullptr) *log_ += static_cast<char>(letter_ - 'a' + 'A');
  }

  void on(Step const&) { *log_ += letter_; }

 private:
  char letter_;
  std::string* log_;
};

/// Another type, for registries that hold one instance of each.
struct OtherCallback : Callback {
  using Callback::Callback;
};

class RegistryTest : public ::testing::Test {
 protected:
  template <class Added>
  Added& add(Added callback) {
    return registry_->add(std::move(callback), [&](Added& added) { return bus_.attach(added); });
  }

  std::string log_;
  TestBus bus_;
  std::optional<Registry> registry_{std::in_place};
};

std::string place_of_the_call(CallSite site = CallSite::here()) { return site.text(); }

TEST(CallSiteTest, IsWhereTheFunctionIsCalled) {
  auto const expected = "registry_test.cpp:" + std::to_string(__LINE__ + 1);
  EXPECT_EQ(place_of_the_call(), expected);
}

TEST_F(RegistryTest, OwnsCallbacksAndWhatTheyAreSubscribedTo) {
  add(Callback('a', log_));
  add(OtherCallback('b', log_));
  bus_.emit(Step{});
  EXPECT_EQ(log_, "ab");
}

TEST_F(RegistryTest, EndsTheCallbacksTheLastOneFirst) {
  add(Callback('a', log_));
  add(OtherCallback('b', log_));
  registry_.reset();
  EXPECT_EQ(log_, "BA");
  bus_.emit(Step{});
  EXPECT_EQ(log_, "BA");
}

TEST_F(RegistryTest, ReturnsTheCallbackWhichStaysWhereItIs) {
  Callback const* const first = &add(Callback('a', log_));
  Callback const* attached = nullptr;
  auto& second = registry_->add(OtherCallback('b', log_), [&](OtherCallback& added) {
    attached = &added;
    return Subscription();
  });
  EXPECT_EQ(attached, &second);
  bus_.emit(Step{});
  EXPECT_EQ(log_, "a");
  EXPECT_NE(first, attached);
}

TEST_F(RegistryTest, TakesMoveOnlyCallbacksOfAnyType) {
  struct Owner {
    std::unique_ptr<int> value;
  };
  auto& owner =
      registry_->add(Owner{std::make_unique<int>(42)}, [](Owner&) { return Subscription(); });
  EXPECT_EQ(*owner.value, 42);
}

TEST_F(RegistryTest, DisconnectsACallbackBeforeItIsDestroyed) {
  struct Asks {
    std::vector<Connection>* connections;
    bool* was_connected;
    bool moved = false;
    Asks(std::vector<Connection>* all, bool* result) : connections(all), was_connected(result) {}
    Asks(Asks&& other) noexcept
        : connections(other.connections), was_connected(other.was_connected) {
      other.moved = true;
    }
    Asks& operator=(Asks&&) = delete;
    ~Asks() {
      if (!moved) *was_connected = connections->front().connected();
    }
    void on(Step const&) {}
  };
  std::vector<Connection> connections;
  bool was_connected = true;
  registry_->add(Asks(&connections, &was_connected), [&](Asks& added) {
    Subscription subscription = bus_.attach(added);
    connections = subscription.connections();
    return subscription;
  });
  EXPECT_TRUE(connections.front().connected());
  registry_.reset();
  EXPECT_FALSE(was_connected);
}

TEST_F(RegistryTest, KeepsNothingOfACallbackThatCannotBeAttached) {
  auto const refuse = [&](Callback& added) -> Subscription {
    Subscription const begun = bus_.attach(added);
    throw std::runtime_error("no");
  };
  EXPECT_THROW(registry_->add(Callback('a', log_), refuse), std::runtime_error);
  EXPECT_EQ(log_, "A");
  bus_.emit(Step{});
  EXPECT_EQ(log_, "A");
  add(OtherCallback('b', log_));
  bus_.emit(Step{});
  EXPECT_EQ(log_, "Ab");
}

}  // namespace
}  // namespace sferic::test
