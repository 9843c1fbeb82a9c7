#include <sferic/callbacks/module_data_monitor.hpp>

// Before torch/nn/module.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <torch/nn/module.h>

#include <utility>

namespace sferic {

namespace {

constexpr char const* kModuleDataMonitor = "ModuleDataMonitor";

/// The module itself has no name.
std::map<torch::nn::Module const*, std::string> names_of(torch::nn::Module const& module) {
  std::map<torch::nn::Module const*, std::string> names = {{&module, ""}};
  for (auto const& each : module.named_modules("", /*include_self=*/false)) {
    names.emplace(each.value().get(), each.key());
  }
  return names;
}

std::string joined(std::string const& group, std::string const& name) {
  return name.empty() ? group : group + "/" + name;
}

}  // namespace

ModuleDataMonitor::ModuleDataMonitor(ModuleDataMonitorOptions options)
    : options_(std::move(options)), outlet_(kModuleDataMonitor, options_.log_every_n_steps) {}

Subscription ModuleDataMonitor::connect(TrainingBus& bus) {
  auto const drop_observer = [this](auto const&) { observer_.reset(); };
  Subscription all;
  all += bus.on<event::FitStart>([this](auto const& e) { begin_fit(e); });
  all += bus.on<event::TrainBatchStart>([this](auto const& e) { begin_batch(e); }, Order::kLast);
  all += bus.on<event::TrainBatchEnd>([this](auto const&) { end_batch(); }, Order::kEarly);
  all += bus.on<event::EpochStart>(drop_observer);  // after a batch that was left out
  all += bus.on<event::Teardown>(drop_observer);
  return all;
}

void ModuleDataMonitor::begin_fit(event::FitStart const& e) {
  outlet_.begin_fit(e.plan);
  observer_.reset();
  names_ = names_of(e.module);
  unseen_.clear();
  if (options_.submodules.empty()) return;
  std::set<std::string> const wanted(options_.submodules.begin(), options_.submodules.end());
  std::erase_if(names_, [&](auto const& each) { return !wanted.contains(each.second); });
  for (auto const& [module, name] : names_) unseen_.insert(name);
  for (auto const& name : wanted) {
    if (!unseen_.contains(name)) {
      TORCH_WARN("the module has no submodule `", name, "` for ModuleDataMonitor to look at");
    }
  }
}

void ModuleDataMonitor::begin_batch(event::TrainBatchStart const& e) {
  observer_.reset();
  if (!outlet_.is_due(e)) return;
  observer_ = std::make_unique<detail::LayerObserver>(
      e.module,
      [this, &metrics = e.metrics](detail::LayerCall const& call) { log(metrics, call); });
}

void ModuleDataMonitor::end_batch() {
  if (!observer_) return;
  observer_.reset();
  for (auto const& name : unseen_) {
    TORCH_WARN("ModuleDataMonitor did not see the submodule `", name,
               "` at work: it was not called, or it is none of those layers that can be observed");
  }
  unseen_.clear();
}

void ModuleDataMonitor::log(Metrics& metrics, detail::LayerCall const& call) {
  auto const found = names_.find(&call.layer);
  if (found == names_.end()) return;
  auto const& name = found->second;
  unseen_.erase(name);
  auto const put = [&](char const* group, std::vector<at::Tensor> const& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      auto const index = tensors.size() > 1 ? std::to_string(i) : "";
      outlet_.put(metrics, joined(joined(group, name), index), tensors[i]);
    }
  };
  put("input", call.inputs);
  put("output", call.outputs);
}

}  // namespace sferic
