#include <sferic/weights/detail/archive_weights.hpp>

#include <sferic/persistence/detail/pickle.hpp>
#include <sferic/persistence/detail/zip_file.hpp>
#include <sferic/weights/detail/tensor_reader.hpp>

#include <memory>

namespace sferic::detail {

namespace {

constexpr auto* kPickle = "data.pkl";
/// That only TorchScript's files have.
constexpr auto* kConstants = "constants.pkl";
/// Far beyond what models need. Attributes that are shared may have many names each.
constexpr std::size_t kMostLetters = 100'000'000;

/// The file, for as long as something of it may be read.
struct Archive {
  explicit Archive(std::filesystem::path const& path) : file(path), tensors(file) {}

  ZipFile file;
  TensorReader tensors;
};

Value const* find_dict(Value const& value, char const* name) {
  auto const* found = value.as<Dict>()->find(name);
  return found && found->as<Dict>() ? found : nullptr;
}

/// The part of what the file is about that the weights are in.
Value const& find_weights(Value const& root, bool is_torch_script) {
  if (is_torch_script) {
    auto const* module = find_dict(root, "module");
    return module && root.as<Dict>()->find("sferic") ? *module : root;
  }
  for (auto const* name : {"state_dict", "model_state_dict", "model"}) {
    if (auto const* found = find_dict(root, name)) return *found;
  }
  return root;
}

/// Gives the leaves of a tree of dictionaries dotted names.
class Names {
 public:
  Names(std::shared_ptr<Archive> archive, FileWeights& weights)
      : archive_(std::move(archive)), weights_(weights) {}

  void add(Value const& value, std::string const& name) {
    if (auto const* dict = value.as<Dict>()) return add_all(*dict, name);
    letters_ += name.size();
    if (letters_ > kMostLetters) archive_->file.fail(kPickle, "its names are too long");
    FileWeight weight{value.kind(), {}, nullptr};
    if (auto const* tensor = value.as<StoredTensor>()) {
      weight.sizes = tensor->sizes;
      weight.read = [archive = archive_, stored = *tensor] {
        return archive->tensors.read(stored);
      };
    }
    weights_.emplace(name, std::move(weight));
  }

 private:
  void add_all(Dict const& dict, std::string const& name) {
    auto const begin = name.empty() ? "" : name + ".";
    for (auto const& [key, value] : dict.entries()) {
      if (auto const* text = std::get_if<std::string>(&key)) add(value, begin + *text);
    }
  }

  std::shared_ptr<Archive> archive_;
  FileWeights& weights_;
  std::size_t letters_ = 0;
};

}  // namespace

FileWeights archive_weights(std::filesystem::path const& path) {
  auto const archive = std::make_shared<Archive>(path);
  auto const& file = archive->file;
  auto const root = read_pickle(file, kPickle);
  if (!root.as<Dict>()) file.fail(kPickle, "it is " + root.kind() + " and not a module's state");
  FileWeights weights;
  Names(archive, weights).add(find_weights(root, file.contains(kConstants)), "");
  return weights;
}

}  // namespace sferic::detail
