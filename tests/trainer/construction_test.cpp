// Callbacks that are given to the trainer's constructor.

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Writes its letter for each of the events that a constructor and a fit begin with.
class Letter {
 public:
  Letter(char letter, std::string& trace) : letter_(letter), trace_(&trace) {}
  void on(event::InitStart const&) { write("("); }
  void on(event::InitEnd const&) { write(")"); }
  void on(event::Setup const&) { write("s"); }

 private:
  void write(char const* what) { (*trace_ += letter_) += what; }
  char letter_;
  std::string* trace_;
};

struct Watcher : Letter {
  using Letter::Letter;
  static constexpr Order kOrder = Order::kEarly;
};

TEST(Construction, TellsTheCallbacksInTheirOrder) {
  std::string trace;
  Trainer trainer({.max_epochs = 1, .device = "cpu"}, Letter('a', trace), Letter('b', trace));
  EXPECT_EQ(trace, "a(b(a)b)");
  trace.clear();
  trainer.add(Letter('c', trace));
  Net net;
  trainer.fit(net, batches(1));
  EXPECT_EQ(trace, "asbscs");
}

TEST(Construction, FollowsTheOrderOfACallback) {
  std::string trace;
  Trainer const trainer(TrainerOptions(), Letter('a', trace), Watcher('w', trace));
  EXPECT_EQ(trace, "w(a(w)a)");
}

TEST(Construction, TakesCallbacksThatCannotBeCopied) {
  struct Owner {
    std::unique_ptr<int> owned;
    int* calls;
    void on(event::InitEnd const&) { *calls += *owned; }
  };
  int calls = 0;
  auto owner = Owner{std::make_unique<int>(2), &calls};
  Trainer const trainer({}, std::move(owner));
  EXPECT_EQ(calls, 2);
}

TEST(Construction, TakesCallbacksThatConnectThemselves) {
  struct Connecting {
    int* calls;
    Subscription connect(TrainingBus& bus) {
      Subscription all;
      all += bus.on<event::InitStart>([this](auto const&) { ++*calls; });
      return all;
    }
  };
  int calls = 0;
  Trainer const trainer({}, Connecting{&calls});
  EXPECT_EQ(calls, 1);
}

TEST(Construction, TellsEverythingFromTheFirstEventOn) {
  struct Shared {
    std::shared_ptr<Recorder> recorder;
    void on(event::InitStart const& e) { recorder->on(e); }
    void on(event::InitEnd const& e) {
      recorder->on(e);
      EXPECT_EQ(e.progress.epoch, 0);
      EXPECT_TRUE(e.metrics.all().empty());
    }
  };
  auto const recorder = std::make_shared<Recorder>();
  Trainer const trainer({.device = "cpu"}, Shared{recorder});
  EXPECT_EQ(recorder->events, lines("init_start init_end"));
}

TEST(Construction, IsNotToldToCallbacksThatComeLater) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  auto const& recorder = trainer.add(Recorder());
  Net net;
  trainer.fit(net, batches(1));
  EXPECT_EQ(recorder.count("init_start"), 0);
  EXPECT_EQ(recorder.count("init_end"), 0);
}

TEST(Construction, EndsWithTheErrorOfACallback) {
  struct Throwing {
    std::shared_ptr<int> alive;
    void on(event::InitStart const&) { throw std::runtime_error("broken callback"); }
  };
  auto const alive = std::make_shared<int>();
  EXPECT_EQ(message_of<std::runtime_error>([&] { Trainer({}, Throwing{alive}); }),
            "broken callback");
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Construction, TellsNobodyOfOptionsOutOfRange) {
  std::string trace;
  EXPECT_THROW(Trainer({.max_steps = -2}, Letter('a', trace)), std::invalid_argument);
  EXPECT_EQ(trace, "");
}

}  // namespace
}  // namespace sferic::test
