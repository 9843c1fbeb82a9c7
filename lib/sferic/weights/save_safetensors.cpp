#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/format_error.hpp>
#include <sferic/persistence/detail/new_file.hpp>
#include <sferic/persistence/detail/safetensors.hpp>
#include <sferic/weights/detail/element_types.hpp>
#include <sferic/weights/detail/module_tensors.hpp>
#include <sferic/weights/weights.hpp>

#include <torch/utils.h>

#include <algorithm>

namespace sferic {

namespace {

using detail::SafetensorsEntries;

/// The largest elements first, so that all are aligned to their size.
auto sorted_tensors(torch::nn::Module const& module) {
  auto tensors = detail::module_tensors(module);
  std::ranges::stable_sort(tensors, std::ranges::greater{},
                           [](auto const& named) { return named.second.element_size(); });
  return tensors;
}

}  // namespace

void save_safetensors(torch::nn::Module const& module, std::filesystem::path const& path) {
  torch::NoGradGuard const no_grad;
  auto const tensors = sorted_tensors(module);
  detail::NewFile file(path);
  try {
    SafetensorsEntries entries;
    for (auto const& [name, tensor] : tensors) {
      entries.push_back({name, detail::element_type(tensor.scalar_type()), tensor.sizes().vec()});
    }
    auto const header = detail::make_safetensors_header(entries);
    file.write(header.data(), header.size());
  } catch (detail::FormatError const& error) {
    throw CheckpointError("cannot save `" + path.string() + "`: " + error.what());
  }
  for (auto const& [name, tensor] : tensors) {
    auto const elements = tensor.cpu().contiguous();
    file.write(elements.data_ptr(), elements.nbytes());
  }
  file.commit();
}

}  // namespace sferic
