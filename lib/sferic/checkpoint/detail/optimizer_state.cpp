#include <sferic/checkpoint/detail/optimizer_state.hpp>

#include <sferic/checkpoint/detail/optimizer_fields.hpp>

#include <fmt/format.h>
#include <torch/serialize/archive.h>

#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace sferic::detail {

namespace {

using torch::optim::Optimizer;
using torch::optim::OptimizerOptions;
using torch::optim::OptimizerParamGroup;
using torch::optim::OptimizerParamState;

std::string path_of(std::size_t optimizer) { return fmt::format("optimizers/{}/", optimizer); }
std::string group_path(std::size_t optimizer, std::size_t group) {
  return fmt::format("optimizers/{}/groups/{}/", optimizer, group);
}
std::string state_path(std::size_t optimizer, std::string const& parameter) {
  return fmt::format("optimizers/{}/state/{}/", optimizer, parameter);
}

/// Puts the fields that it is called with.
struct Put {
  CheckpointContent& content;
  std::string path;

  void operator()(char const* name, double value) const { content.values[path + name] = value; }
  void operator()(char const* name, bool value) const {
    content.values[path + name] = std::int64_t{value};
  }
  void operator()(char const* name, std::int64_t value) const {
    content.values[path + name] = value;
  }
  void operator()(char const* name, at::Tensor const& value) const {
    if (value.defined()) content.values[path + name] = value;
  }
};

/// Takes the fields that it is called with; tensors must be like `parameter`.
struct Take {
  CheckpointContent const& content;
  std::string path;
  at::Tensor parameter = {};

  void operator()(char const* name, double& value) const {
    value = content.at<double>(path + name);
  }
  void operator()(char const* name, bool& value) const {
    value = content.at<std::int64_t>(path + name) != 0;
  }
  void operator()(char const* name, std::int64_t& value) const {
    value = content.at<std::int64_t>(path + name);
  }
  void operator()(char const* name, at::Tensor& value) const {
    auto const* const stored = content.find<at::Tensor>(path + name);
    if (!stored) return;
    if (stored->sizes() != parameter.sizes() || stored->scalar_type() != parameter.scalar_type()) {
      content.fail(path + name, "does not fit its parameter");
    }
    value = torch::empty_like(parameter).copy_(*stored);
  }
};

/// How the optimizers of one type are put and restored.
struct Kind {
  char const* name;
  std::type_info const& type;
  void (*put_options)(OptimizerOptions const&, Put const&);
  void (*put_state)(OptimizerParamState const&, Put const&);
  std::unique_ptr<OptimizerOptions> (*take_options)(OptimizerOptions const& defaults, Take const&);
  std::unique_ptr<OptimizerParamState> (*take_state)(Take const&);
};

template <class Fields>
Kind kind() {
  using Options = typename Fields::Options;
  using State = typename Fields::State;
  return {Fields::kName,
          typeid(typename Fields::Optimizer),
          [](OptimizerOptions const& options, Put const& put) {
    auto copy = static_cast<Options const&>(options);
    Fields::of(copy, put);
  },
          [](OptimizerParamState const& state, Put const& put) {
    auto copy = static_cast<State const&>(state);
    Fields::of(copy, put);
  },
          [](OptimizerOptions const& defaults, Take const& take) {
    auto options = std::make_unique<Options>(static_cast<Options const&>(defaults));
    Fields::of(*options, take);
    return std::unique_ptr<OptimizerOptions>(std::move(options));
  },
          [](Take const& take) {
    auto state = std::make_unique<State>();
    Fields::of(*state, take);
    return std::unique_ptr<OptimizerParamState>(std::move(state));
  }};
}

/// Null for a type that is not known, one derived from a known one included.
Kind const* kind_of(Optimizer const& optimizer) {
  static Kind const kKinds[] = {kind<SGDFields>(), kind<AdamFields>(), kind<AdamWFields>(),
                                kind<AdagradFields>(), kind<RMSpropFields>()};
  for (auto const& each : kKinds) {
    if (each.type == typeid(optimizer)) return &each;
  }
  return nullptr;
}

using States = std::remove_cvref_t<decltype(std::declval<Optimizer&>().state())>;

/// The key of a parameter's state: its address, which LibTorch before 2.1 writes out.
template <class Key = States::key_type>
Key key_of(at::Tensor const& parameter) {
  void* const address = parameter.unsafeGetTensorImpl();
  if constexpr (std::is_same_v<Key, std::string>) {
    std::ostringstream text;
    text << address;
    return text.str();
  } else {
    return address;
  }
}

/// Names for the parameters of an optimizer: the module's, or for those that it does not have, the
/// place in the optimizer.
class ParameterNames {
 public:
  ParameterNames(Optimizer const& optimizer, torch::nn::Module const& module) {
    auto const& groups = optimizer.param_groups();
    for (std::size_t i = 0; i < groups.size(); ++i) {
      for (std::size_t k = 0; k < groups[i].params().size(); ++k) {
        add(fmt::format("#{}.{}", i, k), groups[i].params()[k]);
      }
    }
    for (auto const& each : module.named_parameters()) add(each.key(), each.value());
  }

  std::string const& name(at::Tensor const& parameter) const {
    return names_.at(parameter.unsafeGetTensorImpl());
  }

  at::Tensor const* find(std::string const& name) const {
    auto const found = parameters_.find(name);
    return found == parameters_.end() ? nullptr : &found->second;
  }

 private:
  void add(std::string const& name, at::Tensor const& parameter) {
    names_[parameter.unsafeGetTensorImpl()] = name;
    parameters_[name] = parameter;
  }

  std::map<void const*, std::string> names_;
  std::map<std::string, at::Tensor> parameters_;
};

std::vector<at::Tensor> take_parameters(std::string const& path, ParameterNames const& names,
                                        CheckpointContent const& content) {
  std::vector<at::Tensor> parameters;
  std::istringstream lines(content.at<std::string>(path));
  for (std::string name; std::getline(lines, name);) {
    auto const* const parameter = names.find(name);
    if (!parameter) content.fail(path, fmt::format("names `{}`, which is no parameter", name));
    parameters.push_back(*parameter);
  }
  return parameters;
}

/// The learning rate of a group, of a type that may have none.
std::optional<double> rate_of(OptimizerOptions const& options) {
  try {
    return options.get_lr();
  } catch (c10::Error const&) {
    return std::nullopt;
  }
}

/// LibTorch's own archives of optimizers leave out the options of the groups.
void put_rates(Optimizer const& optimizer, std::size_t index, CheckpointContent& content) {
  auto const& groups = optimizer.param_groups();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (auto const rate = rate_of(groups[i].options())) {
      content.values[group_path(index, i) + "lr"] = *rate;
    }
  }
}

Restore restore_rates(Optimizer& optimizer, std::size_t index, CheckpointContent const& content) {
  std::vector<std::pair<OptimizerOptions*, double>> rates;
  auto& groups = optimizer.param_groups();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto const* const rate = content.find<double>(group_path(index, i) + "lr");
    if (rate && rate_of(groups[i].options())) rates.emplace_back(&groups[i].options(), *rate);
  }
  return [rates] {
    for (auto const& [options, rate] : rates) options->set_lr(rate);
  };
}

constexpr char const* kType = "type";
constexpr char const* kGroups = "groups";
constexpr char const* kParameters = "parameters";

std::string save_archive(void const* optimizer) {
  torch::serialize::OutputArchive archive;
  static_cast<Optimizer const*>(optimizer)->save(archive);
  std::ostringstream bytes;
  archive.save_to(bytes);
  return std::move(bytes).str();
}

void load_archive(void* optimizer, std::string_view bytes) {
  torch::serialize::InputArchive archive;
  archive.load_from(bytes.data(), bytes.size());
  static_cast<Optimizer*>(optimizer)->load(archive);
}

}  // namespace

std::optional<StateEntry> archive_entry(Optimizer& optimizer, std::size_t index) {
  if (kind_of(optimizer)) return std::nullopt;
  return StateEntry{path_of(index) + "archive",
                    {"optimizer", &optimizer, save_archive, load_archive}};
}

void put_optimizer(Optimizer const& optimizer, std::size_t index, torch::nn::Module const& module,
                   CheckpointContent& content) {
  auto const* const known = kind_of(optimizer);
  if (!known) return put_rates(optimizer, index, content);
  auto const& kind = *known;
  ParameterNames const names(optimizer, module);
  auto const& groups = optimizer.param_groups();
  content.values[path_of(index) + kType] = std::string(kind.name);
  content.values[path_of(index) + kGroups] = static_cast<std::int64_t>(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto const path = group_path(index, i);
    kind.put_options(groups[i].options(), {content, path});
    std::string lines;
    for (auto const& parameter : groups[i].params()) {
      auto const& name = names.name(parameter);
      lines += name + '\n';
      auto const state = optimizer.state().find(key_of(parameter));
      if (state == optimizer.state().end()) continue;
      kind.put_state(*state->second, {content, state_path(index, name)});
      content.values[state_path(index, name) + "is_kept"] = std::int64_t{1};
    }
    content.values[path + kParameters] = lines;
  }
}

Restore restore_optimizer(Optimizer& optimizer, std::size_t index, torch::nn::Module const& module,
                          CheckpointContent const& content) {
  auto const* const known = kind_of(optimizer);
  if (!known) return restore_rates(optimizer, index, content);
  torch::NoGradGuard const no_grad;
  auto const& kind = *known;
  auto const& type = content.at<std::string>(path_of(index) + kType);
  if (type != kind.name) {
    content.fail(path_of(index) + kType,
                 fmt::format("is {}, but the optimizer is {}", type, kind.name));
  }
  ParameterNames const names(optimizer, module);
  auto const count = content.at<std::int64_t>(path_of(index) + kGroups);
  auto groups = std::make_shared<std::vector<OptimizerParamGroup>>();
  auto states = std::make_shared<States>();
  for (std::size_t i = 0; std::cmp_less(i, count); ++i) {
    auto const path = group_path(index, i);
    auto parameters = take_parameters(path + kParameters, names, content);
    for (auto const& parameter : parameters) {
      auto const from = state_path(index, names.name(parameter));
      if (!content.find<std::int64_t>(from + "is_kept")) continue;
      (*states)[key_of(parameter)] = kind.take_state({content, from, parameter});
    }
    groups->emplace_back(std::move(parameters),
                         kind.take_options(optimizer.defaults(), {content, path}));
  }
  return [&optimizer, groups, states] {
    optimizer.param_groups().swap(*groups);
    optimizer.state().swap(*states);
  };
}

}  // namespace sferic::detail
