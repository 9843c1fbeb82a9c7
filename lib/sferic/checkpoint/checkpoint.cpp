#include <sferic/checkpoint/checkpoint.hpp>

#include <sferic/checkpoint/detail/content.hpp>

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

constexpr std::string_view kEntries = "entries/";

std::string path_of(std::string_view name) { return std::string(kEntries) + std::string(name); }

void put_value(detail::CheckpointContent& content, std::string_view name,
               detail::CheckpointValue value) {
  if (name.empty()) throw std::invalid_argument("the name of a checkpoint's entry is empty");
  if (content.values.try_emplace(path_of(name), std::move(value)).second) return;
  throw std::invalid_argument(fmt::format("the checkpoint has an entry `{}` already", name));
}

}  // namespace

void Checkpoint::put(std::string_view name, std::string_view bytes) {
  put_value(content_, name, std::string(bytes));
}

void Checkpoint::put(std::string_view name, at::Tensor const& tensor) {
  if (!tensor.defined()) {
    throw std::invalid_argument(fmt::format("the entry `{}` is an undefined tensor", name));
  }
  put_value(content_, name, tensor.detach());
}

std::string const* Checkpoint::find(std::string_view name) const {
  return content_.find<std::string>(path_of(name));
}

at::Tensor const* Checkpoint::find_tensor(std::string_view name) const {
  return content_.find<at::Tensor>(path_of(name));
}

std::vector<std::string> Checkpoint::names() const { return content_.names_under(kEntries); }

std::vector<std::string> Checkpoint::weight_names() const {
  std::vector<std::string> names;
  for (auto const& weight : content_.weights) names.push_back(weight.name);
  return names;
}

at::Tensor const* Checkpoint::weight(std::string_view name) const {
  auto const* const found = content_.find_weight(name);
  return found ? &found->tensor : nullptr;
}

void Checkpoint::replace_weight(std::string_view name, at::Tensor const& tensor) {
  auto* const found = content_.find_weight(name);
  if (!found) throw std::invalid_argument(fmt::format("the module has no weight `{}`", name));
  auto const& present = found->tensor;
  if (!tensor.defined() || tensor.sizes() != present.sizes() ||
      tensor.scalar_type() != present.scalar_type()) {
    throw std::invalid_argument(
        fmt::format("`{}` can be replaced by a tensor of its own type and shape only", name));
  }
  found->tensor = tensor.detach().requires_grad_(present.requires_grad());
}

}  // namespace sferic
