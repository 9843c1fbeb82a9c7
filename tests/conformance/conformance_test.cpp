#include <gtest/gtest.h>

#include <iostream>

#include "conformance/early_stopping_case.hpp"
#include "conformance/model_checkpoint_case.hpp"
#include "conformance/recordings.hpp"
#include "conformance/trace_case.hpp"
#include "conformance/training_case.hpp"

namespace sferic::conformance {

namespace {

void check_file(char const* name, std::string_view plural, Check const& check) {
  auto const folder = recordings_folder();
  auto const file = folder / name;
  ASSERT_TRUE(has_recordings(folder)) << "there are no recordings in " << folder;
  if (!exists(file)) GTEST_SKIP() << "there is no " << file << "; it is left out";
  std::cout << file.string() << '\n';
  auto const result = check_cases(cases_of(file), plural, check, std::cout);
  EXPECT_EQ(result.agree, result.cases);
}

TEST(Conformance, EveryTraceIsLightningsTrace) {
  check_file("event_traces.json", "traces", check_trace);
}

TEST(Conformance, EveryTrainingEndsWithLightningsWeights) {
  check_file("training.json", "trainings", check_training);
}

TEST(Conformance, EveryEarlyStoppingDecidesAsLightnings) {
  check_file("early_stopping.json", "early stoppings", check_early_stopping);
}

TEST(Conformance, EveryModelCheckpointKeepsLightningsFiles) {
  check_file("model_checkpoint.json", "model checkpoints", check_model_checkpoint);
}

}  // namespace

}  // namespace sferic::conformance
