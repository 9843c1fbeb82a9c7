#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/safetensors.hpp>
#include <sferic/weights/weights.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "weights/support.hpp"

namespace sferic {
namespace {

class SaveSafetensorsTest : public testing::Test {
 protected:
  test::TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "file";
};

TEST_F(SaveSafetensorsTest, WritesWhatLoadWeightsReads) {
  auto saved = test::network();
  load_weights(*saved, test::golden("state_dict.pt"));
  save_safetensors(*saved, path_);
  auto read = test::network();
  load_weights(*read, path_);
  test::expect_golden_values(*read);
}

TEST_F(SaveSafetensorsTest, WritesEveryTypeAlignedToItsSize) {
  torch::nn::Module module;
  for (auto const type : {at::kBool, at::kByte, at::kChar, at::kShort, at::kInt, at::kLong,
                          at::kHalf, at::kBFloat16, at::kFloat, at::kDouble}) {
    module.register_buffer(at::toString(type), torch::ones({3}, type));
  }
  save_safetensors(module, path_);
  detail::SafetensorsFile const file(path_);
  ASSERT_EQ(file.entries().size(), 10u);
  for (auto const& entry : file.entries()) {
    EXPECT_EQ(entry.begin % detail::size_of(entry.type), 0u) << entry.name;
  }
  for (auto& buffer : module.named_buffers()) buffer.value().zero_();
  load_weights(module, path_);
  for (auto const& buffer : module.buffers()) EXPECT_EQ(buffer.sum().item<int>(), 3) << buffer;
}

TEST_F(SaveSafetensorsTest, WritesTheElementsOfViewsInTheirOrder) {
  torch::nn::Module module;
  auto const numbers = torch::arange(6, at::kFloat).view({2, 3});
  module.register_buffer("columns", numbers.t());
  module.register_buffer("last_row", numbers[1]);
  save_safetensors(module, path_);
  torch::nn::Module read;
  auto const columns = read.register_buffer("columns", torch::empty({3, 2}));
  auto const last_row = read.register_buffer("last_row", torch::empty(3));
  load_weights(read, path_);
  EXPECT_TRUE(at::equal(columns, numbers.t()));
  EXPECT_TRUE(at::equal(last_row, numbers[1]));
}

TEST_F(SaveSafetensorsTest, WritesModulesThatHaveNothing) {
  torch::nn::Module nothing;
  save_safetensors(nothing, path_);
  EXPECT_TRUE(load_weights(nothing, path_).loaded.empty());
}

TEST_F(SaveSafetensorsTest, LeavesNoFileWhereATypeCannotBeWritten) {
  torch::nn::Module module;
  module.register_buffer("phase", torch::ones({1}, at::kComplexFloat));
  EXPECT_EQ(test::message_of<CheckpointError>([&] { save_safetensors(module, path_); }),
            "cannot save `" + path_.string() + "`: safetensors has no complex numbers");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace sferic
