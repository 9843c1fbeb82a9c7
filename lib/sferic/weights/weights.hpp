#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace torch::nn {
class Module;
}

namespace sferic {

struct LoadWeightsOptions {
  /// Whether each parameter and buffer of the module has to be in the file, and nothing else. If
  /// not, WeightsReport says what was missing.
  bool strict = true;

  /// Of the file's names only those are looked at that begin with this, without it: "model." for
  /// the network of a checkpoint of PyTorch Lightning. Default: all, as they are.
  std::string prefix = {};
};

/// Names as in `module.named_parameters()`: "encoder.0.weight".
struct WeightsReport {
  std::vector<std::string> loaded;
  std::vector<std::string> missing;     ///< in the file; they keep their values
  std::vector<std::string> unexpected;  ///< in the file, but not in the module
};

/// Copies parameters and buffers from a file into those of a module, which keep their types and
/// devices. What the file is, is told by its content:
///
/// - a checkpoint of sferic's, of which it takes the module;
/// - what torch::save(module, ...) or torch.jit.save wrote;
/// - what torch.save wrote in Python: a state dict, alone or as the entry `state_dict`,
///   `model_state_dict` or `model` of a checkpoint, as PyTorch Lightning's are;
/// - safetensors.
///
/// No code of the file is run. Throws CheckpointError if the file can't be read, if it doesn't have
/// what `options.strict` asks for, or if shapes differ; the module is then as it was.
///
///   sferic::load_weights(*net, "resnet.ckpt", {.prefix = "model."});
WeightsReport load_weights(torch::nn::Module& module, std::filesystem::path const& path,
                           LoadWeightsOptions const& options = {});

/// Writes a module's parameters and buffers to a file of safetensors, which takes the place of an
/// older one when it is complete. Tensors that share memory are written once for each name. Throws
/// CheckpointError, and for complex numbers, which the format doesn't have.
void save_safetensors(torch::nn::Module const& module, std::filesystem::path const& path);

}  // namespace sferic
