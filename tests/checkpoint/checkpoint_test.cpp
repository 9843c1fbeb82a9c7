#include <sferic/checkpoint/checkpoint.hpp>

#include <sferic/checkpoint/detail/content.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <stdexcept>

namespace sferic {
namespace {

TEST(CheckpointTest, KeepsBytesAndTensorsByName) {
  detail::CheckpointContent content;
  Checkpoint checkpoint(content);
  std::string const bytes("a\0b", 3);
  checkpoint.put("note", bytes);
  checkpoint.put("empty", "");
  checkpoint.put("sum", torch::ones({2}));
  ASSERT_NE(checkpoint.find("note"), nullptr);
  EXPECT_EQ(*checkpoint.find("note"), bytes);
  EXPECT_EQ(*checkpoint.find("empty"), "");
  EXPECT_EQ(checkpoint.find("other"), nullptr);
  EXPECT_EQ(checkpoint.find("sum"), nullptr);
  EXPECT_TRUE(torch::equal(*checkpoint.find_tensor("sum"), torch::ones({2})));
  EXPECT_EQ(checkpoint.find_tensor("note"), nullptr);
  EXPECT_EQ(checkpoint.names(), (std::vector<std::string>{"empty", "note", "sum"}));
}

TEST(CheckpointTest, RefusesANameThatIsTakenAndKeepsWhatItHas) {
  detail::CheckpointContent content;
  Checkpoint checkpoint(content);
  checkpoint.put("note", "first");
  EXPECT_THROW(checkpoint.put("note", "second"), std::invalid_argument);
  EXPECT_THROW(checkpoint.put("note", torch::ones({1})), std::invalid_argument);
  EXPECT_EQ(*checkpoint.find("note"), "first");
  EXPECT_THROW(checkpoint.put("", "nameless"), std::invalid_argument);
  EXPECT_THROW(checkpoint.put("undefined", torch::Tensor()), std::invalid_argument);
}

TEST(CheckpointTest, ExchangesAWeightForOneOfItsTypeAndShape) {
  detail::CheckpointContent content;
  auto const own = torch::zeros({2}).requires_grad_();
  content.weights.push_back({"layer.bias", own, false});
  Checkpoint checkpoint(content);
  EXPECT_EQ(checkpoint.weight_names(), std::vector<std::string>{"layer.bias"});

  checkpoint.replace_weight("layer.bias", torch::ones({2}));
  EXPECT_TRUE(torch::equal(*checkpoint.weight("layer.bias"), torch::ones({2})));
  EXPECT_TRUE(checkpoint.weight("layer.bias")->requires_grad());
  EXPECT_TRUE(torch::equal(own, torch::zeros({2})));

  EXPECT_EQ(checkpoint.weight("layer"), nullptr);
  EXPECT_THROW(checkpoint.replace_weight("layer", torch::ones({2})), std::invalid_argument);
  EXPECT_THROW(checkpoint.replace_weight("layer.bias", torch::ones({3})), std::invalid_argument);
  EXPECT_THROW(checkpoint.replace_weight("layer.bias", torch::ones({2}, torch::kDouble)),
               std::invalid_argument);
}

}  // namespace
}  // namespace sferic
