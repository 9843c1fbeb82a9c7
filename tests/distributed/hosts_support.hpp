#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "distributed/hosts.hpp"
#include "distributed/support.hpp"

namespace sferic::test {

/// The training of long_training.hpp in so many processes, each on a host of its own.
class LongTraining {
 public:
  /// How long ranks wait for others, in seconds.
  struct Patience {
    int timeout = 60;
    int start = 60;
  };

  LongTraining(int ranks, Patience patience, std::string scenario = "long")
      : hosts(ranks), ranks_(ranks), patience_(patience), scenario_(std::move(scenario)) {}

  std::filesystem::path const& folder() const { return folder_.path(); }
  std::filesystem::path checkpoints() const { return folder() / "checkpoints"; }

  void start(std::string const& interface = {}) {
    for (auto const* const place : {"batch", "validation", "saving"}) {
      for (int rank = 0; rank < ranks_; ++rank) std::filesystem::remove(marks(place, rank));
    }
    std::vector<std::string> const command = {SFERIC_RANK_TRAINING, scenario_, folder().string(),
                                              std::to_string(patience_.timeout),
                                              std::to_string(patience_.start)};
    processes_ =
        std::make_unique<RankProcesses>(command, ranks_, folder(), hosts.places(interface));
  }

  /// Waits until a rank has been at a place so often, or cannot come there any more.
  void await(std::string const& place, int rank, std::uintmax_t times) const {
    await([&] {
      std::error_code none;
      auto const size = std::filesystem::file_size(marks(place, rank), none);
      return !none && size >= times;
    });
  }

  template <class Condition>
  void await(Condition const& condition) const {
    while (!condition() && processes_->seconds() < 60) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  void kill(int rank) { processes_->signal(rank, SIGKILL); }
  double seconds() const { return processes_->seconds(); }
  std::vector<Ended> end() { return processes_->wait(); }

  /// That it ends as the training that nothing happened to, on one machine; with the same table of
  /// logged values, unless it has begun anew.
  void expect_to_end_as_ever(bool has_begun_anew = false) {
    auto const ended = end();
    auto const& [log, outcomes] = undisturbed(ranks_, scenario_);
    for (std::size_t rank = 0; rank < ended.size(); ++rank) {
      ASSERT_EQ(ended[rank].code, 0) << "rank " << rank << " " << ended[rank].error;
      Tensors tensors;
      torch::load(tensors, (folder() / (std::to_string(rank) + ".pt")).string());
      expect_equal(tensors, outcomes[rank]);
    }
    if (!has_begun_anew) {
      EXPECT_EQ(log_in(folder()), log);
    }
  }

  void expect_to_go_on_as_ever(bool has_begun_anew = false) {
    start();
    expect_to_end_as_ever(has_begun_anew);
  }

  Hosts hosts;

 private:
  struct Outcome {
    std::string log;
    std::vector<Tensors> tensors;
  };

  static Outcome const& undisturbed(int ranks, std::string const& scenario) {
    static std::map<std::pair<int, std::string>, Outcome> outcomes;
    auto& outcome = outcomes[{ranks, scenario}];
    if (outcome.tensors.empty()) {
      TemporaryFolder const folder;
      outcome.tensors = run_ranks(scenario, ranks, folder.path());
      outcome.log = log_in(folder.path());
    }
    return outcome;
  }

  static std::string log_in(std::filesystem::path const& folder) {
    std::ifstream file(folder / "log" / "version_0" / "metrics.csv");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path marks(std::string const& place, int rank) const {
    return folder() / (place + "_" + std::to_string(rank));
  }

  int ranks_;
  Patience patience_;
  std::string scenario_;
  TemporaryFolder const folder_;
  std::unique_ptr<RankProcesses> processes_;
};

/// Tests on several hosts, with numbers that are others each time unless SFERIC_KILL_SEED is set.
class OnHosts : public testing::Test {
 protected:
  void SetUp() override {
    if (auto const lack = Hosts::lack())
      GTEST_SKIP() << "there are no network namespaces: " << *lack;
    char const* const text = std::getenv("SFERIC_KILL_SEED");
    auto const seed = text ? std::strtoul(text, nullptr, 10) : std::random_device()();
    std::cout << "SFERIC_KILL_SEED=" << seed << std::endl;
    random_.seed(seed);
  }

  /// One of the 32 batches, after the first checkpoint, and long before the end.
  std::uintmax_t any_batch() { return any(9, 28); }

  std::uintmax_t any(std::uintmax_t least, std::uintmax_t most) {
    return std::uniform_int_distribution<std::uintmax_t>(least, most)(random_);
  }

  /// Of seconds: far more than it takes, far less than a minute's timeout.
  static constexpr double kSoon = 30;

  /// That all ranks but the one that was killed end soon, by a clear error.
  static void expect_to_end_soon(LongTraining& training, int killed = -1) {
    auto const happened = training.seconds();
    auto const ended = training.end();
    for (int rank = 0; rank < static_cast<int>(ended.size()); ++rank) {
      if (rank == killed) continue;
      auto const& [code, error, end] = ended[static_cast<std::size_t>(rank)];
      EXPECT_EQ(code, 1) << "rank " << rank << " " << error;
      EXPECT_NE(error.find("has lost another one"), std::string::npos) << error;
      EXPECT_LT(end - happened, kSoon) << "rank " << rank;
    }
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace sferic::test
