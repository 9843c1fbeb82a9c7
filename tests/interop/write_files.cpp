// Writes files for read_files.py: interop_files <folder>.

#include <sferic/callbacks/prediction_writer.hpp>
#include <sferic/checkpoint/detail/content_writer.hpp>
#include <sferic/trainer/trainer.hpp>
#include <sferic/weights/weights.hpp>

#include <torch/torch.h>

#include <filesystem>
#include <iostream>

namespace {

/// Tensors of all the types that safetensors has: 0, 1, 2... each.
torch::nn::Module numbers() {
  torch::nn::Module module;
  auto const add = [&](char const* name, at::ScalarType type) {
    module.register_buffer(name, torch::arange(6).view({2, 3}).to(type));
  };
  add("bool", at::kBool);
  add("uint8", at::kByte);
  add("int8", at::kChar);
  add("int16", at::kShort);
  add("int32", at::kInt);
  add("int64", at::kLong);
  add("float16", at::kHalf);
  add("bfloat16", at::kBFloat16);
  add("float32", at::kFloat);
  add("float64", at::kDouble);
  module.register_parameter("transposed", torch::arange(6, at::kFloat).view({2, 3}).t());
  module.register_buffer("scalar", torch::tensor(2.5));
  module.register_buffer("empty", torch::empty({0, 3}));
  return module;
}

/// As a training of a network with one layer would save it.
sferic::detail::CheckpointContent checkpoint() {
  auto const numbers = torch::arange(6, at::kFloat).view({2, 3});
  return {.weights = {{"layer.weight", numbers, false}, {"layer.mean", numbers[1], true}},
          .values = {{"progress/epoch", std::int64_t{3}}, {"optimizers/0/moment", numbers.t()}}};
}

/// Two batches of predictions, 2 * [0, 1, 2] and 2 * [3, 4, 5].
void write_predictions(std::filesystem::path const& folder) {
  struct Doubling : torch::nn::Module {
    torch::Tensor predict_step(torch::Tensor const& batch) { return 2 * batch; }
  } module;
  sferic::Trainer trainer;
  trainer.add(sferic::PredictionWriter(
      {.folder = folder, .interval = sferic::WriteInterval::kBatchAndEpoch}));
  auto const numbers = torch::arange(6, at::kFloat).view({2, 3});
  trainer.predict(module, std::vector{numbers[0], numbers[1]});
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "interop_files <folder>\n";
    return 2;
  }
  std::filesystem::path const folder = arguments[1];
  sferic::save_safetensors(numbers(), folder / "numbers.safetensors");
  sferic::detail::write_content(checkpoint(), folder / "checkpoint.ckpt");
  write_predictions(folder / "predictions");
}
