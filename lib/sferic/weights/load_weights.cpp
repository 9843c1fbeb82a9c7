#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/weights/detail/module_tensors.hpp>
#include <sferic/weights/detail/weights_file.hpp>
#include <sferic/weights/weights.hpp>

#include <torch/utils.h>

#include <sstream>
#include <utility>

namespace sferic {

namespace {

using detail::Weight;
using detail::Weights;

struct Copy {
  at::Tensor to;
  at::Tensor from;
};

/// The file's weights with this prefix, without it.
Weights without_prefix(Weights weights, std::string const& prefix) {
  if (prefix.empty()) return weights;
  Weights kept;
  for (auto& [name, weight] : weights) {
    if (name.starts_with(prefix)) kept.emplace(name.substr(prefix.size()), std::move(weight));
  }
  return kept;
}

/// Compares a module with a file, and copies when everything has been found in order.
class Loading {
 public:
  explicit Loading(std::filesystem::path const& path) : path_(path) {}

  void match(std::string const& name, at::Tensor const& to, Weights& weights) {
    auto const weight = weights.extract(name);
    if (!weight) {
      report_.missing.push_back(name);
      return;
    }
    read(name, to, weight.mapped());
    report_.loaded.push_back(name);
  }

  /// What nobody asked for; what is no tensor there is of no interest.
  void leave(Weights const& weights) {
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

  WeightsReport copy() && {
    torch::NoGradGuard const no_grad;
    for (auto const& [to, from] : copies_) to.copy_(from);
    return std::move(report_);
  }

 private:
  void read(std::string const& name, at::Tensor const& to, Weight const& weight) {
    if (!weight.read) fail("`" + name + "` is " + weight.kind + " in the file");
    auto from = weight.read();
    if (from.sizes() != to.sizes()) {
      std::ostringstream reason;
      reason << "`" << name << "` has the shape " << from.sizes() << " in the file, but "
             << to.sizes() << " in the module";
      fail(reason.str());
    }
    if (from.is_complex() && !to.is_complex()) fail("`" + name + "` is complex in the file");
    copies_.push_back({to, std::move(from)});
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
  std::vector<Copy> copies_;
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
