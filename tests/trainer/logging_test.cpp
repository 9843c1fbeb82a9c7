#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

#include "trainer/support.hpp"

namespace sferic::test {
namespace {

class Logging : public testing::Test {
 protected:
  void fit() { trainer.fit(net, batches(2), batches(1)); }

  Trainer trainer{{.max_epochs = 2, .device = "cpu"}};
  Net net;
};

TEST_F(Logging, InStepsIsReducedOverEachEpochApart) {
  net.while_training = [](Step& step) {
    auto const number = static_cast<double>(2 * step.progress.epoch + step.progress.batch);
    step.log("number", number, {.on_step = true, .on_epoch = true});
  };
  net.while_validating = [](Step& step) { step.log("number", 100.0); };
  trainer.on<event::ValidationEpochEnd>(
      [](auto const& e) { EXPECT_EQ(e.metrics.at("number"), 100); });
  trainer.on<event::TrainEpochEnd>([](auto const& e) {
    EXPECT_EQ(e.metrics.at("number_epoch"), 0.5 + 2.0 * static_cast<double>(e.progress.epoch));
    EXPECT_EQ(e.metrics.at("number"), e.metrics.at("number_epoch"));
  });
  fit();
}

template <class Event>
void log_at(Trainer& trainer, int& calls) {
  trainer.on<Event>([&calls](auto const& e) {
    e.metrics.log(Event::kName, 7.0);
    EXPECT_EQ(e.metrics.at(Event::kName), 7);
    ++calls;
  });
}

TEST_F(Logging, OutsideOfBatchesCanBeReadAtOnce) {
  int calls = 0;
  log_at<event::FitStart>(trainer, calls);
  log_at<event::TrainEpochStart>(trainer, calls);
  log_at<event::ValidationStart>(trainer, calls);
  log_at<event::ValidationEpochEnd>(trainer, calls);
  log_at<event::ValidationEnd>(trainer, calls);
  log_at<event::TrainEpochEnd>(trainer, calls);
  log_at<event::FitEnd>(trainer, calls);
  fit();
  EXPECT_EQ(calls, 1 + 2 + 3 * 3 + 2 + 1);
}

TEST_F(Logging, AfterAnErrorInABatchCanBeReadAtOnce) {
  int calls = 0;
  trainer.on<event::ValidationBatchStart>([](auto const&) { throw std::runtime_error("broken"); });
  log_at<event::Exception>(trainer, calls);
  EXPECT_THROW(fit(), std::runtime_error);
  EXPECT_EQ(calls, 1);
}

TEST_F(Logging, IsForgottenWhenTheNextTaskBegins) {
  net.while_validating = [](Step& step) { step.log("val_loss", 1.0); };
  trainer.on<event::Setup>([](auto const& e) { EXPECT_TRUE(e.metrics.all().empty()); });
  fit();
  EXPECT_EQ(trainer.metrics().at("val_loss"), 1);
  trainer.test(net, batches(1));
  EXPECT_EQ(trainer.metrics().get("val_loss"), std::nullopt);
}

}  // namespace
}  // namespace sferic::test
