// Ranks on GPUs, where there are some.

#include <torch/cuda.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "cuda/support.hpp"
#include "distributed/support.hpp"

namespace {

using namespace sferic::test;

class CudaRanks : public OnCuda {
 protected:
  ~CudaRanks() override {
    unsetenv("SFERIC_RANK_DEVICE");
    unsetenv("SFERIC_RANK_BACKEND");
  }

  /// Two ranks, which share a GPU where there is only one.
  static void expect_as_one(std::string const& backend) {
    setenv("SFERIC_RANK_DEVICE", "cuda", 1);
    setenv("SFERIC_RANK_BACKEND", backend.c_str(), 1);
    auto const one = train_with_clipping_and_accumulation({});
    for (auto const& tensors : run_ranks("sgd_windows", 2)) expect_close(tensors, one, 1e-10);
  }
};

TEST_F(CudaRanks, EndAsOneProcessOverGloo) { expect_as_one("gloo"); }

TEST_F(CudaRanks, EndAsOneProcessOverNccl) {
  if (torch::cuda::device_count() < 2) GTEST_SKIP() << "NCCL needs a GPU for each rank";
  expect_as_one("nccl");
}

/// Where NCCL is there, it is what the ranks have for gradients on GPUs.
TEST_F(CudaRanks, MayTrainOnTheCpus) {
  auto const one = train_by_sgd({});
  for (auto const& tensors : run_ranks("sgd", 2)) expect_close(tensors, one);
}

}  // namespace
