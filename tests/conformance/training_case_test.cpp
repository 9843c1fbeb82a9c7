#include "conformance/training_case.hpp"

#include <gtest/gtest.h>

namespace sferic::conformance {

namespace {

/// One step of SGD from 1 with the gradient 2 and the learning rate 0.25.
Json recorded_training() {
  return Json::parse(R"({
    "model": {"weight": [[1.0]]}, "data": [[1.0]], "target": [[0.0]], "batch_size": 1,
    "loss": "mse_loss mean",
    "optim": {"optimizer": "SGD", "lr": 0.25, "momentum": 0,
              "scheduler": {"step_size": 1, "gamma": 0.5, "interval": "epoch", "frequency": 1}},
    "trainer": {"max_epochs": 1},
    "accumulation_schedule": {"0": 1},
    "lr_monitor": {"logging_interval": "epoch", "log_momentum": false},
    "final_weight": [[0.5]], "global_step": 1, "epochs": 1,
    "stepped_after_training_step_number": [1], "lr_rows": [[0, {"lr-SGD": 0.25}]]})");
}

std::string training_error(Json const& recording) {
  try {
    training_case(recording);
  } catch (NotUnderstood const& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(RecordedTraining, AnUnknownKeyIsRefusedAnywhere) {
  for (auto const* const pointer :
       {"/x", "/model/x", "/optim/x", "/optim/scheduler/x", "/trainer/x", "/lr_monitor/x"}) {
    auto changed = recorded_training();
    changed[Json::json_pointer(pointer)] = 1;
    EXPECT_TRUE(training_error(changed).starts_with("unknown key: ")) << pointer;
  }
}

TEST(RecordedTraining, AnotherLossOptimizerOrScheduleIsRefused) {
  auto loss = recorded_training();
  loss["loss"] = "l1_loss mean";
  EXPECT_EQ(training_error(loss), "loss must be mse_loss mean, but got \"l1_loss mean\"");
  auto optimizer = recorded_training();
  optimizer["optim"]["optimizer"] = "LBFGS";
  EXPECT_EQ(training_error(optimizer),
            "optim.optimizer must be SGD or Adam or AdamW, but got \"LBFGS\"");
  auto schedule = recorded_training();
  schedule["accumulation_schedule"] = Json::parse(R"({"first": 1})");
  EXPECT_EQ(training_error(schedule), "accumulation_schedule must be by epoch, but got \"first\"");
}

TEST(RecordedTraining, ARecordedTrainingIsRunAgain) {
  EXPECT_EQ(check_training(recorded_training()), std::nullopt);
}

TEST(RecordedTraining, AChangedResultIsToldByItsName) {
  struct {
    char const* pointer;
    Json value;
    char const* message;
  } const kChanges[] = {
      {"/final_weight/0/0", 0.5625, "final_weight[0][0]: expected 0.5625, got 0.5"},
      {"/global_step", 2, "global_step: expected 2, got 1"},
      {"/epochs", 2, "epochs: expected 2, got 1"},
      {"/stepped_after_training_step_number/1", 2,
       "stepped_after_training_step_number: expected [1, 2], got [1]"},
      {"/lr_rows/0/1/lr-SGD", 0.5,
       "lr_rows[0]: expected step 0, lr-SGD 0.5, got step 0, lr-SGD 0.25"},
      {"/lr_rows/0/1/lr-SGD-momentum", 0.0,
       "lr_rows[0]: expected step 0, lr-SGD 0.25, lr-SGD-momentum 0, got step 0, lr-SGD 0.25"},
      {"/lr_rows/1", Json::parse(R"([1, {}])"), "the number of lr_rows: expected 2, got 1"},
  };
  for (auto const& [pointer, value, message] : kChanges) {
    auto changed = recorded_training();
    changed[Json::json_pointer(pointer)] = value;
    EXPECT_EQ(check_training(changed), std::string(message));
  }
}

TEST(RecordedTraining, ATrainingIsToTheTwelfthDigitTheSame) {
  auto changed = recorded_training();
  changed["final_weight"][0][0] = 0.5 + 5e-13;
  EXPECT_EQ(check_training(changed), std::nullopt);
  changed["final_weight"][0][0] = 0.5 + 2e-12;
  EXPECT_NE(check_training(changed), std::nullopt);
}

}  // namespace

}  // namespace sferic::conformance
