// Several ranks end as one process does with a batch that is as many times as large.

#include <sferic/checkpoint/detail/content_reader.hpp>

#include <gtest/gtest.h>

#include <string>

#include "distributed/gradients.hpp"
#include "distributed/support.hpp"

namespace {

using namespace sferic::test;

class EqualityTest : public testing::TestWithParam<int> {
 protected:
  int ranks() const { return GetParam(); }

  void expect_as_one(std::string const& scenario, Tensors const& one) const {
    for (auto const& tensors : run_ranks(scenario, ranks())) expect_close(tensors, one);
  }
};

TEST_P(EqualityTest, TheWeightsAreThoseOfOneProcess) { expect_as_one("sgd", train_by_sgd({})); }

TEST_P(EqualityTest, TheWeightsAreThoseOfOneProcessWithAdam) {
  expect_as_one("adam", train_by_adam({}));
}

TEST_P(EqualityTest, TheWeightsAreThoseOfOneProcessWithClippingAndAccumulation) {
  expect_as_one("sgd_windows", train_with_clipping_and_accumulation({}));
  expect_as_one("adam_windows", train_by_adam_with_clipping_and_accumulation({}));
}

TEST_P(EqualityTest, LoggedValuesAreThoseOfOneProcess) { expect_as_one("logged", log_values({})); }

INSTANTIATE_TEST_SUITE_P(Ranks, EqualityTest, testing::Values(2, 4));

TEST(UnevenDataTest, DroppingTheTailEndsAsInOneProcess) {
  auto const one = train_on_an_uneven_number_of_samples({});
  for (int const ranks : {2, 3}) {
    for (auto const& tensors : run_ranks("uneven", ranks)) expect_close(tensors, one);
  }
}

TEST(GradientsTest, AreTheSameMeansHoweverTheLastOnesWereZeroed) {
  constexpr int kRanks = 3;
  Net net;
  for (int rank = 0; rank < kRanks; ++rank) (loss_of_rank(net, rank) / kRanks).backward();
  for (auto const& passes : run_ranks("gradients", kRanks)) {
    ASSERT_EQ(passes.size(), 4U);
    EXPECT_TRUE(torch::allclose(passes[0], gradients(net), 0, 1e-12));
    for (auto const& each : passes) EXPECT_TRUE(torch::equal(each, passes[0]));
  }
}

TEST(GradientsTest, CanBeZeroedAfterABackwardPassThatFailed) {
  for (auto const& zeroed : run_ranks("gradients_after_an_error", 2)) EXPECT_EQ(zeroed.size(), 1U);
}

class ResumeTest : public testing::Test {
 protected:
  Layout one_process() const { return {nullptr, folder.path()}; }

  TemporaryFolder const folder;
};

TEST_F(ResumeTest, RanksGoOnWhereOneProcessWas) {
  auto const whole = train_in_parts(one_process(), Part::kWhole);
  train_in_parts(one_process(), Part::kFirst);
  for (auto const& tensors : run_ranks("second_part", 2, folder.path())) {
    expect_close(tensors, whole);
  }
}

TEST_F(ResumeTest, OneProcessOrMoreGoOnWhereRanksWere) {
  auto const whole = train_in_parts(one_process(), Part::kWhole);
  run_ranks("first_part", 2, folder.path());
  expect_close(train_in_parts(one_process(), Part::kSecond), whole);
  for (auto const& tensors : run_ranks("second_part", 4, folder.path())) {
    expect_close(tensors, whole);
  }
}

TEST_F(ResumeTest, TheSameRanksEndWithTheSameBits) {
  for (int const ranks : {2, 3}) {  // three numbers' sum depends on their order
    auto const whole = run_ranks("dropout_whole", ranks, folder.path());
    auto const resumed = run_ranks("dropout_in_two_parts", ranks, folder.path());
    for (std::size_t rank = 0; rank < whole.size(); ++rank) {
      expect_equal(resumed[rank], whole[rank]);
    }
  }
}

TEST_F(ResumeTest, WhatIsSavedForASignalIsExactToo) {
  auto const whole = run_ranks("dropout_whole", 2, folder.path());
  RankProcesses processes({SFERIC_RANK_TRAINING, "dropout_until_a_signal", folder.path().string()},
                          2, folder.path());
  for (auto const& ended : processes.wait()) {
    EXPECT_EQ(ended.error, "ended by: interrupted by SIGTERM\n");
  }
  auto const resumed = run_ranks("dropout_second_part", 2, folder.path());
  for (std::size_t rank = 0; rank < whole.size(); ++rank) expect_equal(resumed[rank], whole[rank]);
}

TEST_F(ResumeTest, ACheckpointIsTheSameFileWhateverTheNumberOfRanks) {
  TemporaryFolder const of_two;
  train_in_parts(one_process(), Part::kFirst);
  run_ranks("first_part", 2, of_two.path());
  auto const one = sferic::detail::read_content(folder.path() / "middle.ckpt");
  auto const two = sferic::detail::read_content(of_two.path() / "middle.ckpt");
  ASSERT_EQ(one.values.size(), two.values.size());
  for (auto const& [name, value] : one.values) {
    auto const found = two.values.find(name);
    ASSERT_NE(found, two.values.end()) << name;
    ASSERT_EQ(found->second.index(), value.index()) << name;
    if (auto const* const tensor = std::get_if<at::Tensor>(&value)) {
      auto const& other = std::get<at::Tensor>(found->second);
      EXPECT_TRUE(torch::allclose(tensor->to(torch::kDouble), other.to(torch::kDouble), 0, 1e-12))
          << name;
    } else if (auto const* const number = std::get_if<std::int64_t>(&value)) {
      EXPECT_EQ(*number, std::get<std::int64_t>(found->second)) << name;
    }
  }
  ASSERT_EQ(one.weights.size(), two.weights.size());
  for (std::size_t i = 0; i < one.weights.size(); ++i) {
    EXPECT_EQ(one.weights[i].name, two.weights[i].name);
    EXPECT_TRUE(torch::allclose(one.weights[i].tensor, two.weights[i].tensor, 0, 1e-12));
  }
}

}  // namespace
