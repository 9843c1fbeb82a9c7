#include <sferic/checkpoint/detail/content_reader.hpp>

#include <sferic/persistence/detail/pickle.hpp>
#include <sferic/persistence/detail/zip_file.hpp>
#include <sferic/weights/detail/tensor_reader.hpp>

#include <fmt/format.h>

#include <type_traits>
#include <utility>

namespace sferic::detail {

namespace {

class ContentReader {
 public:
  explicit ContentReader(ZipFile const& file) : file_(file), tensors_(file) {
    content_.file = file.path().string();
  }

  CheckpointContent read() {
    Value const root = read_pickle(file_);
    auto const& attributes = dict(root, "data.pkl");
    auto const* const values = attributes.find(Dict::Key("sferic"));
    if (!values) file_.fail("", "it is no checkpoint of sferic's");
    auto const& stored = dict(*values, "sferic");
    read_all<std::int64_t>(stored, "counts");
    check_format();
    read_values(stored);
    read_weights(member(attributes, "module"), "");
    file_.verify();
    return std::move(content_);
  }

 private:
  void read_values(Dict const& values) {
    read_all<double>(values, "numbers");
    read_all<StoredTensor>(values, "tensors");
    for (auto const& [key, value] : member(values, "bytes").entries()) {
      auto const path = text(key, "bytes");
      content_.values[path] = bytes_of(tensor(value, path), path);
    }
  }

  template <class T>
  void read_all(Dict const& values, char const* kind) {
    for (auto const& [key, value] : member(values, kind).entries()) {
      auto const path = text(key, kind);
      if constexpr (std::is_same_v<T, StoredTensor>) {
        content_.values[path] = tensor(value, path);
      } else {
        auto const* const number = value.template as<T>();
        if (!number) file_.fail(path, fmt::format("is {}", value.kind()));
        content_.values[path] = *number;
      }
    }
  }

  void check_format() const {
    auto const* const format = content_.find<std::int64_t>("format");
    if (!format || *format < 1) file_.fail("format", "is missing");
    if (*format > kFormat) {
      file_.fail("format", fmt::format("is {}, of a newer sferic; this one reads up to {}", *format,
                                       kFormat));
    }
  }

  /// The weights of a module and of those within it, whose names begin with `prefix`.
  void read_weights(Dict const& module, std::string const& prefix) {
    for (auto const& [key, value] : module.entries()) {
      auto const name = prefix + text(key, "module");
      if (auto const* const child = value.as<Dict>()) {
        read_weights(*child, name + ".");
      } else if (value.as<StoredTensor>()) {
        content_.weights.push_back({name, tensor(value, "module/" + name), false});
      }
    }
  }

  at::Tensor tensor(Value const& value, std::string const& path) {
    if (auto const* const stored = value.as<StoredTensor>()) return tensors_.read(*stored);
    file_.fail(path, fmt::format("is {}, and should be a tensor", value.kind()));
  }

  /// Of a row of bytes, which no honest file repeats.
  std::string bytes_of(at::Tensor const& tensor, std::string const& path) {
    if (tensor.scalar_type() != at::kByte || !tensor.is_contiguous()) {
      file_.fail(path, "is not a row of bytes");
    }
    bytes_read_ += tensor.nbytes();
    if (bytes_read_ > file_size_) file_.fail(path, "is more than the file holds");
    return {static_cast<char const*>(tensor.data_ptr()), tensor.nbytes()};
  }

  Dict const& member(Dict const& parent, char const* name) const {
    auto const* const value = parent.find(Dict::Key(name));
    if (!value) file_.fail(name, "is missing");
    return dict(*value, name);
  }

  Dict const& dict(Value const& value, std::string const& path) const {
    if (auto const* const found = value.as<Dict>()) return *found;
    file_.fail(path, fmt::format("is {}, and should be a dictionary", value.kind()));
  }

  std::string text(Dict::Key const& key, char const* path) const {
    if (auto const* const name = std::get_if<std::string>(&key)) return *name;
    file_.fail(path, "has a name that is a number");
  }

  ZipFile const& file_;
  std::uintmax_t file_size_ = std::filesystem::file_size(file_.path());
  std::uintmax_t bytes_read_ = 0;
  TensorReader tensors_;
  CheckpointContent content_;
};

}  // namespace

CheckpointContent read_content(std::filesystem::path const& path) {
  ZipFile const file(path);
  return ContentReader(file).read();
}

}  // namespace sferic::detail
