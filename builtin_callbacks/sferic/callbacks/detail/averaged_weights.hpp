#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace at {
class Tensor;
}
namespace torch::nn {
class Module;
}

namespace sferic {

class Checkpoint;

namespace detail {

/// Throws std::invalid_argument unless it is empty or names a device.
void require_device(char const* callback, std::string const& device);

/// Which weights are averaged, and where the averages are.
struct AveragingOptions {
  bool use_buffers = true;
  std::string device = {};  ///< empty: where the weights are
};

/// Averages of a module's weights beside the module, which gets them in the place of its own
/// weights for each validation of a fit, and at the fit's end. Counts stay the module's.
///
/// The average of a float16 or bfloat16 weight is a float32, since small steps would be lost in it.
class AveragedWeights {
 public:
  /// Makes a new average out of the present one and the present weight.
  using Function = std::function<at::Tensor(at::Tensor const& average, at::Tensor const& weight)>;

  AveragedWeights();
  AveragedWeights(AveragedWeights&&) noexcept;
  AveragedWeights& operator=(AveragedWeights&&) noexcept;
  ~AveragedWeights();

  /// There are no averages until begin(), which makes them of the present weights.
  void clear();
  void begin(torch::nn::Module& module, AveragingOptions const& options);

  /// Moves each average towards the present weight by this share of the way.
  void update(double share);
  void update(Function const& average);

  /// The buffers that the module has now are their averages: it has computed them anew.
  void take_buffers();

  /// The module has the averages during a validation. Throws std::runtime_error at its end, naming
  /// the callback, if somebody else has changed the weights meanwhile.
  void start_validation();
  void end_validation(std::string_view callback);

  /// Gives the module the averages for good, or its own weights back.
  void keep();
  void give_back();

  /// Gives the module its own weights back, unless it is to keep the averages.
  void end_task();

  /// Copies them to the weights of the same names. Throws std::invalid_argument if there are no
  /// averages, or `module` has not such weights.
  void copy_to(torch::nn::Module& module) const;

  /// The checkpoint of the averaged module gets the averages as its weights, and the module's own
  /// weights as entries "KEY/live/NAME", unless it is one of weights only.
  void put(Checkpoint& checkpoint, std::string_view key, torch::nn::Module const& module,
           bool weights_only) const;

  /// Takes all of that back. A module that has to have the averages, in a validation or because it
  /// `keeps` them, has them already.
  void take(Checkpoint const& checkpoint, std::string_view key, torch::nn::Module& module,
            AveragingOptions const& options, bool keeps = false);

  template <class Archive>
  void serialize(Archive& archive) {
    archive & in_validation_;
  }

 private:
  struct Tensors;

  void swap_in();
  void swap_back();

  std::unique_ptr<Tensors> tensors_;
  bool in_validation_ = false;
  bool keeps_ = false;
};

}  // namespace detail
}  // namespace sferic
