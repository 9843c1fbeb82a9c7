// Ranks on several hosts, of which some can't be reached any more.

#include "distributed/hosts_support.hpp"

namespace {

using namespace sferic::test;

class LinksTest : public OnHosts {
 protected:
  static constexpr LongTraining::Patience kPatience = {.timeout = 3, .start = 60};

  void expect_to_end_and_to_go_on(LongTraining& training, int host) {
    training.hosts.cut(host);
    expect_to_end_soon(training);
    training.hosts.mend(host);
    training.expect_to_go_on_as_ever();
  }
};

TEST_F(LinksTest, ACutEndsTheRanksOfBothSidesAndTheTrainingGoesOnWhenItIsStartedAgain) {
  for (int const host : {2, 0}) {
    LongTraining training(3, kPatience);
    training.start();
    training.await("batch", host, any_batch());
    expect_to_end_and_to_go_on(training, host);
  }
}

TEST_F(LinksTest, ACutInAValidationEndsAllRanks) {
  LongTraining training(2, kPatience);
  training.start();
  training.await("validation", 1, any(1, 14));
  expect_to_end_and_to_go_on(training, 1);
}

TEST_F(LinksTest, ACutWhileRankZeroSavesEndsAllRanks) {
  LongTraining training(2, kPatience);
  training.start();
  training.await("saving", 0, any(1, 5));
  expect_to_end_and_to_go_on(training, 0);
}

TEST_F(LinksTest, ACutThatIsMendedInTimeChangesNothing) {
  LongTraining training(3, {});
  training.start();
  for (int const host : {0, 2}) {
    training.await("batch", host, host == 0 ? 5 : 15);
    training.hosts.cut(host);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    training.hosts.mend(host);
  }
  training.expect_to_end_as_ever();
}

class StartTest : public OnHosts {
 protected:
  /// Starts three ranks, of which one cannot be reached. What each says.
  std::vector<std::string> errors_without(int host) {
    LongTraining training(3, {.timeout = 60, .start = 3});
    training.hosts.cut(host);
    training.start();
    std::vector<std::string> errors;
    for (auto const& [code, error, seconds] : training.end()) {
      EXPECT_EQ(code, 1);
      EXPECT_LT(seconds, kSoon);
      errors.push_back(error);
    }
    return errors;
  }

  static void expect_in(std::string const& text, std::string const& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
};

TEST_F(StartTest, NamesTheRankThatCannotBeReached) {
  auto const errors = errors_without(1);
  expect_in(errors[0],
            "rank 0 of 3 has not found the others at 10.77.0.1:29500 in 3 s: rank 1 has "
            "not come");
  expect_in(errors[1], "rank 1 of 3 has not found the others at 10.77.0.1:29500 in 3 s: ");
  expect_in(errors[2],
            "rank 2 of 3 has not found the others at 10.77.0.1:29500 in 3 s: rank 1 has "
            "not come");
}

TEST_F(StartTest, NamesAllRanksThatDoNotReachRankZero) {
  auto const errors = errors_without(0);
  expect_in(errors[0],
            "rank 0 of 3 has not found the others at 10.77.0.1:29500 in 3 s: ranks 1, 2 "
            "have not come");
  expect_in(errors[1], "rank 1 of 3 has not found the others at 10.77.0.1:29500 in 3 s: ");
  expect_in(errors[2], "rank 2 of 3 has not found the others at 10.77.0.1:29500 in 3 s: ");
}

}  // namespace
