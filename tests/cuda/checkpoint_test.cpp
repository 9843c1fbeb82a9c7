// Checkpoints of a training on a GPU: its tensors and its random numbers.

#include <filesystem>
#include <vector>

#include "cuda/support.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/resume_support.hpp"

namespace sferic::test {
namespace {

class CudaCheckpoint : public OnCuda {
 protected:
  TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "at.ckpt";

  /// The first part of a training on a device, up to its fifth batch.
  void train_and_save(TrainerOptions const& options) const {
    Session session(options);
    SaveAndStop saving{session.trainer, path_, "batch_end", 5, /*by_request=*/true};
    auto const connected = session.trainer.attach(saving);
    EXPECT_THROW(session.fit(), SaveAndStop::Killed);
  }

  Outcome go_on(TrainerOptions const& options) const {
    Session session(options);
    session.fit(path_);
    return session.outcome();
  }

  static Outcome without_a_break(TrainerOptions const& options) {
    Session session(options);
    session.fit();
    return session.outcome();
  }
};

/// Its dropout draws from the GPU's random numbers.
TEST_F(CudaCheckpoint, ATrainingEndsWithTheBitsOfTheOneThatWasNeverStopped) {
  TrainerOptions const options{.device = "cuda"};
  auto const whole = without_a_break(options);
  EXPECT_TRUE(whole.tensors.front().is_cuda());
  train_and_save(options);
  torch::rand({100}, torch::kCUDA);  // a process that did something else before
  auto const resumed = go_on(options);
  ASSERT_EQ(resumed.tensors.size(), whole.tensors.size());
  for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
    EXPECT_TRUE(torch::equal(resumed.tensors[i], whole.tensors[i])) << "tensor " << i;
  }
  EXPECT_EQ(resumed.values, whole.values);
}

TEST_F(CudaCheckpoint, GoesOnWhereThereIsNoGpuAndTheOtherWayRound) {
  for (auto const& [first, second] : {std::pair("cuda", "cpu"), std::pair("cpu", "cuda")}) {
    train_and_save({.device = first});
    auto const resumed = go_on({.device = second});
    EXPECT_EQ(resumed.tensors.front().is_cuda(), second == std::string("cuda"));
    for (auto const& tensor : resumed.tensors) {
      EXPECT_TRUE(torch::isfinite(tensor.to(torch::kDouble)).all().item<bool>());
    }
  }
}

}  // namespace
}  // namespace sferic::test
