#include <sferic/weights/detail/tensor_reader.hpp>

#include <sferic/persistence/detail/format_error.hpp>
#include <sferic/weights/detail/element_types.hpp>

#include <bit>

namespace sferic::detail {

static_assert(std::endian::native == std::endian::little, "records are read as they are");

TensorReader::TensorReader(ZipFile const& file) : file_(file) {
  constexpr auto* kByteOrder = "byteorder";
  if (file.contains(kByteOrder) && file.read(kByteOrder) != "little") {
    file.fail(kByteOrder, "the highest byte of its numbers comes first");
  }
}

at::Tensor TensorReader::read(StoredTensor const& stored) {
  auto const name = "data/" + stored.record;
  try {
    check_bounds(stored, file_.size(name));
  } catch (FormatError const& error) {
    file_.fail(name, error.what());
  }
  auto const type = scalar_type(stored.type);
  auto const has_gradient = at::isFloatingType(type) || at::isComplexType(type);
  if (stored.requires_grad && !has_gradient) file_.fail(name, "integers have no gradient");

  auto tensor = at::empty({0}, type);
  tensor.set_(record(name).storage(), stored.offset, stored.sizes, stored.strides);
  return tensor.requires_grad_(stored.requires_grad);
}

at::Tensor const& TensorReader::record(std::string const& name) {
  auto const found = records_.find(name);
  if (found != records_.end()) return found->second;
  auto const bytes = at::empty({static_cast<std::int64_t>(file_.size(name))}, at::kByte);
  file_.read(name, bytes.data_ptr(), bytes.nbytes());
  return records_.emplace(name, bytes).first->second;
}

}  // namespace sferic::detail
