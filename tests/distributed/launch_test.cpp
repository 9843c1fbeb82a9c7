#include <sferic/distributed/detail/launch.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "support/message_of.hpp"

namespace {

using sferic::detail::first_host;
using sferic::detail::Launch;
using Variables = std::map<std::string, std::string>;

std::optional<Launch> launch(Variables const& variables) {
  return sferic::detail::launch_from([&](std::string const& name) -> std::optional<std::string> {
    auto const found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

std::string error_of(Variables const& variables) {
  return sferic::test::message_of<std::invalid_argument>([&] { launch(variables); });
}

TEST(LaunchTest, WithoutVariablesThereIsOneProcess) { EXPECT_FALSE(launch({})); }

TEST(LaunchTest, ReadsWhatTorchrunTells) {
  auto const told = launch({{"RANK", "5"},
                            {"WORLD_SIZE", "8"},
                            {"LOCAL_RANK", "1"},
                            {"MASTER_ADDR", "node1"},
                            {"MASTER_PORT", "1234"},
                            {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                            {"TORCHELASTIC_RESTART_COUNT", "2"}});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->rank, 5);
  EXPECT_EQ(told->world_size, 8);
  EXPECT_EQ(told->local_rank, 1);
  EXPECT_EQ(told->address, "node1");
  EXPECT_EQ(told->port, 1234);
  EXPECT_TRUE(told->has_store);
  EXPECT_EQ(told->prefix, "/worker/attempt_2");
}

TEST(LaunchTest, ReadsWhatOpenMpiTellsOnOneMachine) {
  auto const told = launch({{"OMPI_COMM_WORLD_RANK", "1"},
                            {"OMPI_COMM_WORLD_SIZE", "2"},
                            {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                            {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->rank, 1);
  EXPECT_EQ(told->local_rank, 1);
  EXPECT_EQ(told->address, "127.0.0.1");
  EXPECT_EQ(told->port, 29500);
  EXPECT_FALSE(told->has_store);
}

TEST(LaunchTest, MpiOnSeveralMachinesNeedsAnAddress) {
  Variables variables = {{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"MPI_LOCALRANKID", "0"}};
  EXPECT_EQ(error_of(variables),
            "the environment variable MASTER_ADDR is missing: the host where rank zero runs");
  variables["MASTER_ADDR"] = "node1";
  EXPECT_EQ(launch(variables)->address, "node1");
}

TEST(LaunchTest, ReadsWhatSrunTells) {
  auto const told = launch({{"SLURM_PROCID", "3"},
                            {"SLURM_STEP_NUM_TASKS", "4"},
                            {"SLURM_LOCALID", "1"},
                            {"SLURM_STEP_NODELIST", "gpu[07-08]"},
                            {"SLURM_JOB_ID", "1234567"}});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->rank, 3);
  EXPECT_EQ(told->world_size, 4);
  EXPECT_EQ(told->address, "gpu07");
  EXPECT_EQ(told->port, 15000 + 4567);
}

TEST(LaunchTest, ABatchScriptOfSlurmIsOneProcess) {
  EXPECT_FALSE(launch({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}, {"SLURM_JOB_ID", "1"}}));
}

TEST(LaunchTest, AWorldOfOneNeedsNoAddress) {
  auto const told = launch({{"RANK", "0"}, {"WORLD_SIZE", "1"}});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->world_size, 1);
}

TEST(LaunchTest, NamesVariablesThatAreMissingOrWrong) {
  EXPECT_EQ(error_of({{"RANK", "0"}}), "the environment variable WORLD_SIZE is missing");
  EXPECT_EQ(error_of({{"RANK", "2"}, {"WORLD_SIZE", "2"}}),
            "the environment variable RANK must be a number from 0 to 1, but is `2`");
  EXPECT_EQ(error_of({{"RANK", "0"}, {"WORLD_SIZE", "two"}}),
            "the environment variable WORLD_SIZE must be a number from 1 to 2147483647, but is "
            "`two`");
  EXPECT_EQ(
      error_of(
          {{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "70000"}}),
      "the environment variable MASTER_PORT must be a number from 1 to 65535, but is `70000`");
}

TEST(LaunchTest, FindsTheFirstHostOfSlurmsLists) {
  EXPECT_EQ(first_host("node1"), "node1");
  EXPECT_EQ(first_host("node1,node2"), "node1");
  EXPECT_EQ(first_host("node[03-07,9],other2"), "node03");
  EXPECT_EQ(first_host("node[9],other"), "node9");
  EXPECT_EQ(first_host("rack[1-2]-a,b"), "rack1-a");
}

}  // namespace
