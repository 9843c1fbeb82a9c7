#include <sferic/checkpoint/detail/content_writer.hpp>
#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/weights/detail/module_tensors.hpp>
#include <sferic/weights/weights.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>

#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "weights/support.hpp"

namespace sferic {
namespace {

using test::expect_golden_values, test::golden, test::network;
using Names = std::vector<std::string>;

std::string error_of(torch::nn::Module& module, std::filesystem::path const& path,
                     LoadWeightsOptions const& options = {}) {
  return test::message_of<CheckpointError>([&] { load_weights(module, path, options); });
}

class LoadWeightsTest : public testing::Test {
 protected:
  std::string begin() const { return "cannot load weights from `" + path_.string() + "`: "; }

  test::TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "file";
  torch::nn::Sequential net_ = network();
};

TEST_F(LoadWeightsTest, ReadsAStateDictOfPython) {
  auto const report = load_weights(*net_, golden("state_dict.pt"));
  expect_golden_values(*net_);
  EXPECT_EQ(report.loaded, (Names{"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean",
                                  "1.running_var", "1.num_batches_tracked"}));
  EXPECT_TRUE(report.missing.empty());
  EXPECT_TRUE(report.unexpected.empty());
}

TEST_F(LoadWeightsTest, FindsTheStateDictInACheckpointOfPython) {
  load_weights(*net_, golden("training.pt"));
  expect_golden_values(*net_);
}

TEST_F(LoadWeightsTest, FindsTheNetworkInACheckpointOfLightning) {
  load_weights(*net_, golden("lightning.ckpt"), {.prefix = "model."});
  expect_golden_values(*net_);
}

TEST_F(LoadWeightsTest, ReadsTheScriptOfAModule) {
  load_weights(*net_, golden("script.pt"));
  expect_golden_values(*net_);
}

TEST_F(LoadWeightsTest, ReadsWhatLibTorchSaved) {
  auto saved = network();
  load_weights(*saved, golden("state_dict.pt"));
  torch::save(saved, path_.string());
  load_weights(*net_, path_);
  expect_golden_values(*net_);
}

TEST_F(LoadWeightsTest, TakesTheModuleOfACheckpointOfSferic) {
  auto saved = network();
  load_weights(*saved, golden("state_dict.pt"));
  detail::CheckpointContent content;
  for (auto const& [name, tensor] : detail::module_tensors(*saved)) {
    content.weights.push_back({name, tensor, false});
  }
  content.values = {{"epoch", std::int64_t{3}}, {"moment", torch::ones(3)}};
  detail::write_content(content, path_);
  load_weights(*net_, path_);
  expect_golden_values(*net_);
}

TEST_F(LoadWeightsTest, KeepsTypesAndTheModulesOwnTensors) {
  net_->to(at::kDouble);
  auto const weight = net_->parameters()[0];
  load_weights(*net_, golden("state_dict.pt"));
  expect_golden_values(*net_);
  EXPECT_EQ(weight.scalar_type(), at::kDouble);
  EXPECT_TRUE(weight.requires_grad());
  EXPECT_TRUE(at::equal(weight, test::golden_values(0, {2, 3}).to(at::kDouble)));
}

TEST_F(LoadWeightsTest, ListsEverythingThatIsNotTheSame) {
  torch::nn::Sequential other(torch::nn::Linear(3, 2), torch::nn::Linear(2, 2));
  torch::save(
      torch::nn::Sequential(torch::nn::Linear(3, 2), torch::nn::Dropout(), torch::nn::Linear(2, 2)),
      path_.string());
  EXPECT_EQ(error_of(*other, path_), begin() +
                                         "the file lacks `1.weight`, `1.bias`; "
                                         "the module lacks `2.bias`, `2.weight`");
}

TEST_F(LoadWeightsTest, ReportsTheSameWhenItIsNotStrict) {
  torch::nn::Sequential other(torch::nn::Linear(3, 2), torch::nn::Dropout());
  other->push_back(torch::nn::PReLU());
  auto const report = load_weights(*other, golden("state_dict.pt"), {.strict = false});
  EXPECT_EQ(report.missing, Names{"2.weight"});
  EXPECT_EQ(report.loaded.size(), 2u);
  EXPECT_EQ(report.unexpected.size(), 5u);
}

TEST_F(LoadWeightsTest, ChangesNothingWhereAShapeDiffers) {
  torch::nn::Sequential other(torch::nn::Linear(3, 2), torch::nn::BatchNorm1d(4));
  auto const before = other->parameters()[0].clone();
  EXPECT_EQ(error_of(*other, golden("state_dict.pt")),
            "cannot load weights from `" + golden("state_dict.pt").string() +
                "`: `1.weight` has the shape [2] in the file, but [4] in the module");
  EXPECT_TRUE(at::equal(other->parameters()[0], before));
}

TEST_F(LoadWeightsTest, ChangesNothingWhereTheLastTensorIsDamaged) {
  load_weights(*net_, golden("state_dict.pt"));
  net_->parameters()[0].data().zero_();
  std::ifstream whole(golden("state_dict.pt"), std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(whole), {});
  bytes[bytes.rfind(std::string("\x3c\0\0\0\0\0\0\0", 8))] = '\x3d';  // num_batches_tracked
  std::ofstream(path_, std::ios::binary) << bytes;
  EXPECT_EQ(error_of(*net_, path_),
            "cannot read `" + path_.string() + "`: entry `data/6`: CRC error");
  EXPECT_TRUE(at::equal(net_->parameters()[0], torch::zeros({2, 3})));
}

TEST_F(LoadWeightsTest, SaysWhatIsInTheFileInPlaceOfATensor) {
  torch::serialize::OutputArchive archive;
  archive.write("weight", c10::IValue(3));
  archive.save_to(path_.string());
  torch::nn::PReLU prelu;
  EXPECT_EQ(error_of(*prelu, path_), begin() + "`weight` is an integer in the file");
}

TEST_F(LoadWeightsTest, RefusesAFileThatCallsTheSystem) {
  EXPECT_EQ(error_of(*net_, golden("calls_the_system.pt")),
            "cannot read `" + golden("calls_the_system.pt").string() +
                "`: entry `data.pkl`: it wants to call `posix.system`");
}

TEST_F(LoadWeightsTest, SaysHowToBringAnOldFormatUpToDate) {
  EXPECT_NE(error_of(*net_, golden("old_format.pt")).find("torch.save(torch.load("),
            std::string::npos);
}

TEST_F(LoadWeightsTest, RefusesAModuleThatIsAnObjectOfPython) {
  EXPECT_EQ(error_of(*net_, golden("whole_module.pt")),
            "cannot read `" + golden("whole_module.pt").string() +
                "`: entry `data.pkl`: it is an object of "
                "`torch.nn.modules.container.Sequential` and not a module's state");
}

TEST_F(LoadWeightsTest, RefusesOtherFiles) {
  EXPECT_NE(error_of(*net_, path_).find("there is no such file"), std::string::npos);
  std::ofstream(path_) << "";
  EXPECT_NE(error_of(*net_, path_).find("it is no file of LibTorch, PyTorch or safetensors"),
            std::string::npos);
}

}  // namespace
}  // namespace sferic
