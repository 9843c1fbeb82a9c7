#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <vector>

#include "distributed/processes.hpp"
#include "distributed/scenario.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {

/// Runs a scenario in so many processes, which must end well. Returns what each ends with.
inline std::vector<Tensors> run_ranks(std::string const& scenario, int ranks,
                                      std::filesystem::path const& folder) {
  RankProcesses processes({SFERIC_RANK_TRAINING, scenario, folder.string()}, ranks, folder);
  auto const ended = processes.wait();
  std::vector<Tensors> outcomes;
  for (std::size_t rank = 0; rank < ended.size(); ++rank) {
    EXPECT_EQ(ended[rank].code, 0) << "rank " << rank << " " << ended[rank].error;
    Tensors tensors;
    if (ended[rank].code == 0) {
      torch::load(tensors, (folder / (std::to_string(rank) + ".pt")).string());
    }
    outcomes.push_back(std::move(tensors));
  }
  return outcomes;
}

inline std::vector<Tensors> run_ranks(std::string const& scenario, int ranks) {
  TemporaryFolder const folder;
  return run_ranks(scenario, ranks, folder.path());
}

inline void expect_close(Tensors const& left, Tensors const& right, double tolerance = 1e-12) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    ASSERT_EQ(left[i].sizes(), right[i].sizes());
    EXPECT_TRUE(torch::allclose(left[i], right[i], 0, tolerance))
        << "tensor " << i << " is " << left[i] << " and " << right[i];
  }
}

inline void expect_equal(Tensors const& left, Tensors const& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_TRUE(torch::equal(left[i], right[i]))
        << "tensor " << i << " is " << left[i] << " and " << right[i];
  }
}

inline std::vector<double> numbers_of(torch::Tensor const& tensor) {
  auto const* const data = tensor.data_ptr<double>();
  return {data, data + tensor.numel()};
}

}  // namespace sferic::test
