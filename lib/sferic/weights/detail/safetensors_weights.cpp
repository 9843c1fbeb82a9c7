#include <sferic/weights/detail/safetensors_weights.hpp>

#include <sferic/persistence/detail/safetensors.hpp>
#include <sferic/weights/detail/element_types.hpp>

#include <memory>

namespace sferic::detail {

FileWeights safetensors_weights(std::filesystem::path const& path) {
  auto const file = std::make_shared<SafetensorsFile const>(path);
  FileWeights weights;
  for (auto const& entry : file->entries()) {
    auto const read = [file, &entry] {
      auto tensor = at::empty(entry.sizes, scalar_type(entry.type));
      file->read(entry, tensor.data_ptr());
      return tensor;
    };
    weights.emplace(entry.name, FileWeight{"a tensor", entry.sizes, read});
  }
  return weights;
}

}  // namespace sferic::detail
