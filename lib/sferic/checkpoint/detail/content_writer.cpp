#include <sferic/checkpoint/detail/content_writer.hpp>

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/new_file.hpp>

#include <fmt/format.h>
#include <torch/serialize/archive.h>

#include <cstring>
#include <exception>
#include <map>

namespace sferic::detail {

namespace {

using torch::serialize::OutputArchive;

at::Tensor tensor_of(std::string const& bytes) {
  auto tensor = torch::empty({static_cast<std::int64_t>(bytes.size())}, torch::kByte);
  if (!bytes.empty()) std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

/// On the CPU and with a storage of its own, of which LibTorch would write all.
at::Tensor compact(at::Tensor const& tensor) {
  auto const on_cpu = tensor.device().is_cpu() ? tensor : tensor.detach().cpu();
  auto const own = on_cpu.is_contiguous() && on_cpu.storage().nbytes() == on_cpu.nbytes()
                       ? on_cpu
                       : on_cpu.detach().contiguous().clone();
  return own.requires_grad() == tensor.requires_grad() ? own : own.requires_grad_();
}

/// Writes the weights, of whose names `prefix` letters have been read, as nested archives.
void write_weights(OutputArchive& archive, std::vector<Weight const*> const& weights,
                   std::size_t prefix = 0) {
  std::map<std::string, std::vector<Weight const*>> children;
  for (auto const* const weight : weights) {
    auto const rest = std::string_view(weight->name).substr(prefix);
    if (auto const dot = rest.find('.'); dot != rest.npos) {
      children[std::string(rest.substr(0, dot))].push_back(weight);
    } else {
      archive.write(std::string(rest), compact(weight->tensor), weight->is_buffer);
    }
  }
  for (auto const& [name, those] : children) {
    OutputArchive child(archive.compilation_unit());
    write_weights(child, those, prefix + name.size() + 1);
    archive.write(name, child);
  }
}

struct Dictionaries {
  c10::Dict<std::string, at::Tensor> tensors, bytes;
  c10::Dict<std::string, std::int64_t> counts;
  c10::Dict<std::string, double> numbers;

  void insert(std::string const& path, at::Tensor const& value) {
    tensors.insert(path, compact(value));
  }
  void insert(std::string const& path, std::string const& value) {
    bytes.insert(path, tensor_of(value));
  }
  void insert(std::string const& path, std::int64_t value) { counts.insert(path, value); }
  void insert(std::string const& path, double value) { numbers.insert(path, value); }
};

void write_values(OutputArchive& archive, CheckpointContent const& content) {
  Dictionaries values;
  for (auto const& [path, value] : content.values) {
    std::visit([&, &name = path](auto const& each) { values.insert(name, each); }, value);
  }
  archive.write("tensors", c10::IValue(values.tensors));
  archive.write("bytes", c10::IValue(values.bytes));
  archive.write("counts", c10::IValue(values.counts));
  archive.write("numbers", c10::IValue(values.numbers));
}

void write_archive(CheckpointContent const& content, NewFile& file) {
  OutputArchive root;
  OutputArchive module(root.compilation_unit());
  std::vector<Weight const*> weights;
  for (auto const& weight : content.weights) weights.push_back(&weight);
  write_weights(module, weights);
  root.write("module", module);
  OutputArchive values(root.compilation_unit());
  write_values(values, content);
  root.write("sferic", values);

  // LibTorch's writer, which ends an archive in a destructor, does not survive an error.
  std::exception_ptr error;
  root.save_to([&](void const* bytes, std::size_t count) {
    try {
      if (!error) file.write(bytes, count);
    } catch (...) {
      error = std::current_exception();
    }
    return count;
  });
  if (error) std::rethrow_exception(error);
}

}  // namespace

void write_content(CheckpointContent const& content, std::filesystem::path const& path) {
  NewFile file(path);
  try {
    write_archive(content, file);
  } catch (c10::Error const& error) {
    throw CheckpointError(
        fmt::format("cannot save `{}`: {}", path.string(), error.what_without_backtrace()));
  }
  file.commit();
}

}  // namespace sferic::detail
