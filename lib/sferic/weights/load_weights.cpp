#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/weights/detail/module_tensors.hpp>
#include <sferic/weights/detail/weights_file.hpp>
#include <sferic/weights/weights.hpp>

#include <torch/utils.h>

#include <sstream>
#include <utility>

namespace sferic {

namespace {

using detail::FileWeight;
using detail::FileWeights;

/// The file's weights with this prefix, without it.
FileWeights without_prefix(FileWeights weights, std::string const& prefix) {
  if (prefix.empty()) return weights;
  FileWeights kept;
  for (auto& [name, weight] : weights) {
    if (name.starts_with(prefix)) kept.emplace(name.substr(prefix.size()), std::move(weight));
  }
  return kept;
}

/// Compares a module with a file, and copies when everything has been found in order.
class Loading {
 public:
  explicit Loading(std::filesystem::path const& path) : path_(path) {}

  void match(std::string const& name, at::Tensor const& to, FileWeights& weights) {
    auto weight = weights.extract(name);
    if (!weight) {
      report_.missing.push_back(name);
      return;
    }
    check(name, to, weight.mapped());
    targets_.push_back(to);
    weights_.push_back(std::move(weight.mapped()));
    report_.loaded.push_back(name);
  }

  /// What nobody asked for; what is no tensor there is of no interest.
  void leave(FileWeights const& weights) {
    for (auto const& [name, weight] : weights) {
      if (weight.read) report_.unexpected.push_back(name);
    }
  }

  void check_strictly() const {
    if (report_.missing.empty() && report_.unexpected.empty()) return;
    std::string reason;
    append(reason, "the file lacks", report_.missing);
    append(reason, "the module lacks", report_.unexpected);
    fail(reason);
  }

  /// Reads all of them first, as there may be damage in the last one.
  WeightsReport copy() && {
    torch::NoGradGuard const no_grad;
    std::vector<at::Tensor> tensors;
    for (auto const& weight : weights_) tensors.push_back(weight.read());
    for (std::size_t i = 0; i < tensors.size(); ++i) targets_[i].copy_(tensors[i]);
    return std::move(report_);
  }

 private:
  void check(std::string const& name, at::Tensor const& to, FileWeight const& weight) const {
    if (!weight.read) fail("`" + name + "` is " + weight.kind + " in the file");
    at::IntArrayRef const sizes = weight.sizes;
    if (sizes == to.sizes()) return;
    std::ostringstream reason;
    reason << "`" << name << "` has the shape " << sizes << " in the file, but " << to.sizes()
           << " in the module";
    fail(reason.str());
  }

  static void append(std::string& reason, char const* what, std::vector<std::string> const& names) {
    if (names.empty()) return;
    if (!reason.empty()) reason += "; ";
    reason += what;
    for (auto const& name : names) reason += (&name == names.data() ? " `" : ", `") + name + "`";
  }

  [[noreturn]] void fail(std::string const& reason) const {
    throw CheckpointError("cannot load weights from `" + path_.string() + "`: " + reason);
  }

  std::filesystem::path const& path_;
  std::vector<at::Tensor> targets_;
  std::vector<FileWeight> weights_;  ///< for these
  WeightsReport report_;
};

}  // namespace

WeightsReport load_weights(torch::nn::Module& module, std::filesystem::path const& path,
                           LoadWeightsOptions const& options) {
  auto weights = without_prefix(detail::open_weights(path), options.prefix);
  Loading loading(path);
  for (auto const& [name, tensor] : detail::module_tensors(module)) {
    loading.match(name, tensor, weights);
  }
  loading.leave(weights);
  if (options.strict) loading.check_strictly();
  return std::move(loading).copy();
}

}  // namespace sferic
