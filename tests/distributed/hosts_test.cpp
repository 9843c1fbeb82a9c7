// Ranks on several hosts, of which some are killed.

#include "distributed/hosts_support.hpp"

namespace {

using namespace sferic::test;
namespace fs = std::filesystem;

using HostsTest = OnHosts;

TEST_F(HostsTest, EndWithTheBitsOfOneMachine) {
  LongTraining training(3, {});
  training.start();
  training.expect_to_end_as_ever();
}

TEST_F(HostsTest, EndWithTheBitsOfOneMachineOverAnInterfaceThatIsNamed) {
  LongTraining training(2, {});
  training.start("eth0");
  training.expect_to_end_as_ever();
}

TEST_F(HostsTest, ARankThatIsKilledEndsTheOthersAndTheTrainingGoesOnWhenItIsStartedAgain) {
  for (int const killed : {2, 0, 1}) {
    LongTraining training(3, {});
    training.start();
    training.await("batch", killed, any_batch());
    training.kill(killed);
    expect_to_end_soon(training, killed);
    training.expect_to_go_on_as_ever();
  }
}

TEST_F(HostsTest, ATrainingEndsAsEverHoweverOftenItIsKilled) {
  LongTraining training(2, {});
  for (std::uintmax_t const most : {4u, 12u, 12u}) {  // once before the first checkpoint
    auto const killed = static_cast<int>(any(0, 1));
    training.start();
    training.await("batch", killed, any(1, most));
    training.kill(killed);
    expect_to_end_soon(training, killed);
  }
  training.expect_to_go_on_as_ever(/*has_begun_anew=*/true);
}

TEST_F(HostsTest, ARankZeroThatIsKilledWhileItSavesLeavesTheLastCheckpoint) {
  LongTraining training(2, {}, "long_with_ballast");
  auto const last = training.checkpoints() / "last.ckpt";
  auto const unfinished = training.checkpoints() / "last.ckpt.tmp";
  training.start();
  training.await([&] { return fs::exists(last) && fs::exists(unfinished); });
  training.kill(0);
  expect_to_end_soon(training, 0);
  EXPECT_TRUE(fs::exists(unfinished)) << "it was not killed in time";
  training.expect_to_go_on_as_ever();
  EXPECT_FALSE(fs::exists(unfinished));
}

}  // namespace
