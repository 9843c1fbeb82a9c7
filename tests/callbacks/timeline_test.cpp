#include <sferic/callbacks/timeline.hpp>

#include <sferic/events/catalogue.hpp>
#include <sferic/profile/detail/event_role.hpp>
#include <sferic/profile/trace_recorder.hpp>
#include <sferic/trainer/interrupted.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

struct OwnEvent {
  static constexpr std::string_view kName = "mine";
};

class TimelineTest : public testing::Test {
 protected:
  nlohmann::json read() const {
    std::ifstream file(path_);
    return nlohmann::json::parse(file);
  }

  /// The spans of the first thread, as "fit > training > epoch 0 > batch 0".
  std::vector<std::string> paths() const {
    struct Span {
      double end;
      std::string path;
    };
    std::vector<Span> outer;
    std::vector<std::string> paths;
    auto const json = read();
    for (auto const& event : json.at("traceEvents")) {
      if (event.at("ph") != "X" || event.at("tid") != 1) continue;
      double const begin = event.at("ts");
      double const end = begin + event.at("dur").get<double>();
      while (!outer.empty() && outer.back().end <= begin + 1e-4) outer.pop_back();
      auto const name = event.at("name").get<std::string>();
      auto const path = outer.empty() ? name : outer.back().path + " > " + name;
      EXPECT_TRUE(outer.empty() || end <= outer.back().end + 1e-4) << path;
      paths.push_back(path);
      outer.push_back({end, path});
    }
    return paths;
  }

  bool has(std::string const& path) const {
    auto const all = paths();
    return std::find(all.begin(), all.end(), path) != all.end();
  }

  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "traces" / "timeline.json";
  Net net_;
};

TEST_F(TimelineTest, ShowsTaskEpochsBatchesPhasesEventsAndHandlers) {
  Trainer trainer({.max_epochs = 2}, Timeline({.path = path_}));
  trainer.on<event::TrainBatchEnd>([](auto const&) {}).set_name("loss curve");
  trainer.fit(net_, batches(3), batches(2));
  std::string const batch = "fit > training > epoch 1 > batch 2";
  for (auto const& path :
       {std::string("fit"), std::string("fit > sanity check > validation > validation batch 0"),
        std::string("fit > training > epoch 0 > data"), batch, batch + " > forward",
        batch + " > before_zero_grad", batch + " > zero_grad", batch + " > backward",
        batch + " > optimizer_step", batch + " > train_batch_end > loss curve",
        std::string("fit > training > epoch 1 > validation > validation batch 1 > "
                    "validation_step"),
        std::string("fit > teardown")}) {
    EXPECT_TRUE(has(path)) << path;
  }
}

TEST_F(TimelineTest, ShowsEventsOfUsersAndWhatTheyAreEmittedIn) {
  Trainer trainer({.max_epochs = 1}, Timeline({.path = path_}));
  trainer.on<event::TrainBatchEnd>([&](auto const&) {
    trainer.bus().emit(OwnEvent());
  }).set_name("emitter");
  trainer.on<OwnEvent>([](auto const&) {}).set_name("mine, too");
  trainer.fit(net_, batches(1));
  EXPECT_TRUE(
      has("fit > training > epoch 0 > batch 0 > train_batch_end > emitter > mine > "
          "mine, too"));
}

TEST_F(TimelineTest, HasAllTasksInOneFile) {
  Trainer trainer({.max_epochs = 1}, Timeline({.path = path_}));
  trainer.fit(net_, batches(1));
  trainer.validate(net_, batches(1));
  trainer.test(net_, batches(1));
  std::ignore = trainer.predict(net_, batches(1));
  EXPECT_TRUE(has("fit > training > epoch 0 > batch 0 > backward"));
  EXPECT_TRUE(has("validate > validation > validation batch 0 > validation_step"));
  EXPECT_TRUE(has("test > test > test batch 0 > test_step"));
  EXPECT_TRUE(has("predict > prediction > predict batch 0 > predict_step"));
}

TEST_F(TimelineTest, IsWrittenAfterAnError) {
  Trainer trainer({.max_epochs = 1}, Timeline({.path = path_}));
  net_.while_training = [](Step& step) {
    if (step.progress.batch == 1) throw std::runtime_error("no");
  };
  EXPECT_THROW(trainer.fit(net_, batches(3)), std::runtime_error);
  EXPECT_TRUE(has("fit > training > epoch 0 > batch 1 > forward"));
  EXPECT_TRUE(has("fit > exception"));
  EXPECT_TRUE(has("fit > teardown"));
}

TEST_F(TimelineTest, IsWrittenAfterAHandlersError) {
  Trainer trainer({.max_epochs = 1}, Timeline({.path = path_}));
  trainer.on<event::BeforeBackward>([](auto const&) {
    throw std::runtime_error("no");
  }).set_name("thrower");
  EXPECT_THROW(trainer.fit(net_, batches(3)), std::runtime_error);
  EXPECT_TRUE(has("fit > training > epoch 0 > batch 0 > before_backward > thrower"));
}

TEST_F(TimelineTest, IsWrittenAfterCtrlC) {
  Trainer trainer({.max_epochs = 1}, Timeline({.path = path_}));
  trainer.on<event::BatchEnd>(once(), [](auto const&) { std::raise(SIGINT); });
  EXPECT_THROW(trainer.fit(net_, batches(3)), Interrupted);
  EXPECT_TRUE(has("fit > training > epoch 0 > batch 0"));
  EXPECT_TRUE(has("fit > keyboard_interrupt"));
}

TEST_F(TimelineTest, ShowsCheckpoints) {
  Trainer trainer({.max_epochs = 1}, Timeline({.path = path_}));
  trainer.on<event::BatchEnd>(
      once(), [&](auto const& e) { e.control.request_checkpoint(folder_.path() / "a.ckpt"); });
  trainer.fit(net_, batches(2));
  EXPECT_TRUE(has("fit > training > epoch 0 > checkpoint > checkpoint_saved"));
}

TEST_F(TimelineTest, ShowsTheBatchesOfAResumedEpoch) {
  auto const checkpoint = folder_.path() / "a.ckpt";
  Trainer first({.max_epochs = 1});
  first.on<event::BatchEnd>(once(),
                            [&](auto const& e) { e.control.request_checkpoint(checkpoint); });
  first.fit(net_, batches(3));
  Trainer trainer({.max_epochs = 2}, Timeline({.path = path_}));
  trainer.fit(net_, batches(3), {.resume_from = checkpoint});
  EXPECT_TRUE(has("fit > training > batch 1 > forward"));
  EXPECT_TRUE(has("fit > training > epoch 1 > batch 0 > forward"));
}

TEST_F(TimelineTest, ShowsTrainingStepsThatOptimizeByThemselves) {
  struct OptimizesItself : Net {
    void training_step(Batch const& given, ManualStep& step) {
      for (int i = 0; i < 2; ++i) {
        step.optimizer().zero_grad();
        step.backward(loss(given));
        step.step(step.optimizer());
      }
    }
  } net;
  Trainer trainer({.max_epochs = 1}, Timeline({.path = path_}));
  trainer.fit(net, batches(1));
  auto const all = paths();
  std::string const batch = "fit > training > epoch 0 > batch 0";
  for (auto const* phase : {"forward", "backward", "optimizer_step"}) {
    EXPECT_EQ(std::count(all.begin(), all.end(), batch + " > " + phase), 2) << phase;
  }
}

TEST_F(TimelineTest, KeepsItsBoundInALongTraining) {
  Trainer trainer({.max_epochs = 20}, Timeline({.path = path_, .max_spans = 1000}));
  trainer.fit(net_, batches(50));
  EXPECT_LT(read().at("traceEvents").size(), 2000);
  EXPECT_EQ(read().at("otherData").at("samples").at(0).at("seen"), 1000);
  EXPECT_TRUE(has("fit > training > epoch 0 > batch 3 > forward"));
  EXPECT_TRUE(has("fit > training > epoch 19"));
}

TEST_F(TimelineTest, TellsOfAFullDiskAndLetsTheTrainingEndWell) {
  Trainer trainer({.max_epochs = 1}, Timeline({.path = path_}));
  testing::internal::CaptureStderr();
  {
    FullDisk const full(4000);  // of which the warning takes a part
    trainer.fit(net_, batches(2));
  }
  auto const warning = testing::internal::GetCapturedStderr();
  EXPECT_NE(warning.find("Timeline: cannot write"), warning.npos) << warning;
  EXPECT_NE(warning.find("timeline.json"), warning.npos) << warning;
  EXPECT_FALSE(fs::exists(path_));
  trainer.fit(net_, batches(2));
  EXPECT_TRUE(has("fit")) << "when there is room again";
}

TEST_F(TimelineTest, EndsWhenItIsRemoved) {
  Trainer trainer({.max_epochs = 1});
  auto& timeline = trainer.add(Timeline({.path = path_}));
  trainer.fit(net_, batches(1));
  fs::remove(path_);
  trainer.remove(timeline);
  for (auto const& event : trainer.describe().events) EXPECT_TRUE(event.slots.empty());
  trainer.fit(net_, batches(1));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(TimelineTest, ObservesNoLongerWhenItIsRemoved) {
  Trainer trainer({.max_epochs = 1});
  Timeline timeline({.path = path_});
  {
    auto const attached = trainer.attach(timeline);
    trainer.fit(net_, batches(1));
  }
  auto const spans = timeline.recorder().trace().tracks.at(0).spans.size();
  trainer.fit(net_, batches(1));
  EXPECT_EQ(timeline.recorder().trace().tracks.at(0).spans.size(), spans);
}

TEST_F(TimelineTest, MayBeRemovedByAHandler) {
  Trainer trainer({.max_epochs = 1});
  auto& timeline = trainer.add(Timeline({.path = path_}));
  trainer.on<event::TrainBatchStart>(once(), [&](auto const&) { trainer.remove(timeline); });
  trainer.fit(net_, batches(3));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(TimelineTest, MayBeAddedByAHandler) {
  Trainer trainer({.max_epochs = 1});
  trainer.on<event::TrainBatchStart>(once(),
                                     [&](auto const&) { trainer.add(Timeline({.path = path_})); });
  trainer.fit(net_, batches(3));
  EXPECT_TRUE(has("batch 1 > forward"));
}

TEST_F(TimelineTest, DoesNotChangeTheTraining) {
  Trainer({.max_epochs = 2, .seed = 1}).fit(net_, batches(3), batches(1));
  Net traced;
  Trainer trainer({.max_epochs = 2, .seed = 1}, Timeline({.path = path_}));
  trainer.fit(traced, batches(3), batches(1));
  EXPECT_TRUE(torch::equal(weights_of(net_), weights_of(traced)));
}

template <class... Events>
std::vector<std::string_view> without_a_role(event::EventList<Events...>) {
  std::vector<std::string_view> names;
  for (auto const name : {Events::kName...}) {
    if (detail::role_of(name).unit == detail::Unit::kOther) names.push_back(name);
  }
  return names;
}

TEST_F(TimelineTest, KnowsWhereInATrainingEachEventBelongsButThoseThatMayComeAnywhere) {
  EXPECT_EQ(without_a_role(event::Catalogue()),
            (std::vector<std::string_view>{"metrics_logged", "media_logged", "stop_requested"}));
}

TEST_F(TimelineTest, RefusesOptionsOutOfTheirRange) {
  auto const error = [](TimelineOptions const& options) {
    return message_of<std::invalid_argument>([&] { Timeline{options}; });
  };
  EXPECT_EQ(error({.path = ""}), "path of Timeline must be given, but got \"\"");
  EXPECT_EQ(error({.max_spans = 999}), "max_spans of Timeline must be >= 1000, but got 999");
}

}  // namespace
}  // namespace sferic::test
