#include <sferic/callbacks/detail/batch_tensors.hpp>

// Before torch/data/example.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <fmt/format.h>
#include <torch/data/example.h>

#include <map>
#include <stdexcept>
#include <tuple>
#include <unordered_map>

namespace sferic::detail {

namespace {

using Found = std::vector<std::pair<std::string, at::Tensor>>;
using Tensor = at::Tensor;

/// "target" in "0": "0/target".
std::string joined(std::string const& group, std::string const& name) {
  return group.empty() ? name : group + "/" + name;
}

void collect(Found& found, std::string const& group, Tensor const& tensor) {
  if (tensor.defined()) found.emplace_back(group, tensor);
}

void collect(Found& found, std::string const& group, torch::data::Example<> const& example) {
  collect(found, joined(group, "data"), example.data);
  collect(found, joined(group, "target"), example.target);
}

void collect(Found& found, std::string const& group, torch::data::TensorExample const& example) {
  collect(found, joined(group, "data"), example.data);
}

template <class... Parts>
void collect(Found& found, std::string const& group, std::tuple<Parts...> const& parts) {
  int index = 0;
  std::apply([&](auto const&... part) {
    (collect(found, joined(group, std::to_string(index++)), part), ...);
  }, parts);
}

void collect(Found& found, std::string const& group, std::pair<Tensor, Tensor> const& parts) {
  collect(found, group, std::tie(parts.first, parts.second));
}

template <class Part>
void collect(Found& found, std::string const& group, std::vector<Part> const& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    collect(found, joined(group, std::to_string(i)), parts[i]);
  }
}

template <class Map>
  requires requires { typename Map::mapped_type; }
void collect(Found& found, std::string const& group, Map const& parts) {
  for (auto const& [key, tensor] : parts) collect(found, joined(group, key), tensor);
}

/// Whether the batch is one of these types, whose tensors it then finds.
template <class... Batches>
bool collect_any(Found& found, BatchRef batch) {
  auto const collect_one = [&]<class Batch>(Batch const* given) {
    if (given) collect(found, "", *given);
    return given != nullptr;
  };
  return (collect_one(batch.get_if<Batches>()) || ...);
}

}  // namespace

std::optional<Found> tensors_of(BatchRef batch) {
  Found found;
  bool const known =
      collect_any<torch::data::Example<>, torch::data::TensorExample, Tensor,
                  std::pair<Tensor, Tensor>, std::tuple<Tensor>, std::tuple<Tensor, Tensor>,
                  std::tuple<Tensor, Tensor, Tensor>, std::tuple<Tensor, Tensor, Tensor, Tensor>,
                  std::vector<Tensor>, std::vector<torch::data::Example<>>,
                  std::vector<torch::data::TensorExample>, std::map<std::string, Tensor>,
                  std::unordered_map<std::string, Tensor>>(found, batch);
  if (!known) return std::nullopt;
  return found;
}

void refuse_batch(BatchRef batch, char const* callback, char const* option) {
  try {
    static_cast<void>(batch.get<torch::data::Example<>>());
  } catch (std::invalid_argument const& error) {
    throw std::invalid_argument(
        fmt::format("{}: give {} a function `{}`", error.what(), callback, option));
  }
}

}  // namespace sferic::detail
