// A module's own on(event::X const&) overloads.

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

/// Writes an "M" into the trace of a test.
struct ListeningNet : Net {
  explicit ListeningNet(std::string& written) : trace(&written) {}
  void on(event::TrainBatchStart const&) const { *trace += 'M'; }
  void on(event::TrainEpochEnd const& e) const {
    *trace += 'M';
    e.metrics.log("by_module", 3.0);
  }
  void on(event::ValidationEnd const&) const { *trace += 'M'; }

  std::string* trace;
};

/// Hears everything.
struct RecordingNet : Net {
  template <class Event>
  void on(Event const& event) {
    recorder.on(event);
    if (Event::kName == throw_at) throw std::runtime_error("broken module");
  }
  Recorder recorder;
  std::string throw_at;
};

class ModuleListener : public testing::Test {
 protected:
  template <class Event>
  void write(char letter, Order order) {
    trainer.on<Event>([this, letter](auto const&) { trace += letter; }, order);
  }

  template <class Event>
  void write_each_order() {
    write<Event>('4', Order::kLast);
    write<Event>('1', Order::kEarly);
    write<Event>('3', Order::kLate);
    write<Event>('2', Order::kNormal);
  }

  Trainer trainer{{.max_epochs = 1, .device = "cpu"}};
  std::string trace;
  ListeningNet net{trace};
};

TEST_F(ModuleListener, IsToldAfterTheCallbacksOfEachOrder) {
  write_each_order<event::TrainBatchStart>();
  net.while_training = [this](Step&) { trace += ' '; };
  trainer.on<event::TrainEpochStart>([this](auto const&) { trace.clear(); });
  trainer.on<event::TrainEpochEnd>([this](auto const&) { trace += '|'; });
  trainer.fit(net, batches(2));
  EXPECT_EQ(trace, "1234M 1234M |M");
}

TEST_F(ModuleListener, IsToldOfTheEndOfATrainingEpochBeforeThoseWhoWatchTheOthers) {
  write_each_order<event::TrainEpochEnd>();
  trainer.on<event::TrainEpochEnd>(
      [](auto const& e) { EXPECT_EQ(e.metrics.get("by_module"), std::nullopt); }, Order::kLate);
  trainer.on<event::TrainEpochEnd>([](auto const& e) { EXPECT_EQ(e.metrics.get("by_module"), 3); },
                                   Order::kLast);
  trainer.fit(net, batches(1));
  EXPECT_EQ(trace, "M123M4");
}

TEST_F(ModuleListener, IsToldOfTheEndOfAValidationAfterEverybody) {
  write_each_order<event::ValidationEnd>();
  trainer.validate(net, batches(1));
  EXPECT_EQ(trace, "1234M");
}

TEST_F(ModuleListener, HearsWhateverACallbackHearsFromSetupToTeardown) {
  RecordingNet recording;
  auto const& recorder = trainer.add(Recorder());
  trainer.fit(recording, batches(2), batches(1));
  EXPECT_EQ(recording.recorder.events, recorder.events);
  trainer.validate(recording, batches(1));
  trainer.test(recording, batches(1));
  trainer.predict(recording, batches(1));
  EXPECT_EQ(recording.recorder.events, recorder.events);
  EXPECT_EQ(recording.recorder.count("setup"), 4);
  EXPECT_EQ(recording.recorder.count("teardown"), 4);
  EXPECT_EQ(recording.recorder.count("init_start"), 0);
}

TEST_F(ModuleListener, HearsNothingOfTheTasksOfOthers) {
  RecordingNet first;
  trainer.fit(first, batches(1));
  auto const events = first.recorder.events;
  RecordingNet second;
  trainer.fit(second, batches(1));
  EXPECT_EQ(first.recorder.events, events);
  EXPECT_EQ(second.recorder.events, events);
}

TEST_F(ModuleListener, IsToldOnceInEachTask) {
  RecordingNet recording;
  trainer.fit(recording, batches(1));
  auto const once = recording.recorder.events;
  trainer.fit(recording, batches(1));
  EXPECT_EQ(recording.recorder.events, once + once);
}

TEST_F(ModuleListener, HearsItsOwnErrorAndNothingAfterTheTask) {
  for (std::string const name : {"setup", "train_batch_start", "fit_end", "teardown"}) {
    SCOPED_TRACE(name);
    RecordingNet recording;
    recording.throw_at = name;
    EXPECT_EQ(message_of<std::runtime_error>([&] { trainer.fit(recording, batches(1)); }),
              "broken module");
    EXPECT_EQ(recording.recorder.count("exception"), name == "teardown" ? 0 : 1);
    EXPECT_EQ(recording.recorder.count("teardown"), 1);
    auto const events = recording.recorder.events;
    Net other;
    trainer.fit(other, batches(1));
    EXPECT_EQ(recording.recorder.events, events);
  }
}

TEST_F(ModuleListener, HearsTheErrorsOfOthers) {
  RecordingNet recording;
  trainer.on<event::TrainStart>(once(), [](auto const&) { throw std::runtime_error("other"); });
  EXPECT_THROW(trainer.fit(recording, batches(1)), std::runtime_error);
  EXPECT_EQ(recording.recorder.count("exception"), 1);
  EXPECT_EQ(recording.recorder.count("teardown"), 1);
}

class HeldListenerImpl : public RecordingNet {};
TORCH_MODULE(HeldListener);

TEST_F(ModuleListener, MayBeGivenAsATorchHolderOrAPointer) {
  HeldListener held;
  trainer.fit(held, batches(1));
  EXPECT_EQ(held->recorder.count("train_batch_end"), 1);
  auto const shared = std::make_shared<RecordingNet>();
  trainer.fit(shared, batches(1));
  EXPECT_EQ(shared->recorder.count("train_batch_end"), 1);
}

TEST_F(ModuleListener, MayWishAsACallback) {
  struct StoppingNet : Net {
    void on(event::TrainBatchEnd const& e) const { e.control.stop("by the module"); }
  };
  StoppingNet stopping;
  auto const& recorder = trainer.add(Recorder());
  trainer.fit(stopping, batches(3));
  EXPECT_EQ(recorder.count("train_batch_end"), 1);
}

}  // namespace
}  // namespace sferic::test
