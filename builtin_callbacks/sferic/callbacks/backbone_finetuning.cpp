#include <sferic/callbacks/backbone_finetuning.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/optim/finetuning.hpp>
#include <sferic/optim/optimizers.hpp>
#include <sferic/persistence/compiled_state.hpp>

// Before torch/optim.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <torch/nn/module.h>
#include <torch/optim.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

namespace sferic {

namespace {

constexpr auto kBackboneFinetuning = "BackboneFinetuning";

std::string names_of_children(torch::nn::Module const& module) {
  std::string names;
  for (auto const& child : module.named_children()) {
    names += (names.empty() ? "`" : ", `") + child.key() + '`';
  }
  return names.empty() ? "none" : names;
}

/// Takes what is frozen out of the optimizer's groups, to be added as a group later.
void take_frozen(torch::nn::Module const& module, torch::optim::Optimizer& optimizer) {
  std::set<void const*> frozen;
  for (auto const& parameter : module.parameters()) {
    if (!parameter.requires_grad()) frozen.insert(parameter.unsafeGetTensorImpl());
  }
  for (auto& group : optimizer.param_groups()) {
    std::erase_if(group.params(), [&](torch::Tensor const& parameter) {
      return frozen.contains(parameter.unsafeGetTensorImpl());
    });
  }
}

}  // namespace

BackboneFinetuning::BackboneFinetuning(BackboneFinetuningOptions options)
    : options_(std::move(options)) {
  auto const require = [](bool fits, char const* option, char const* range, auto value) {
    detail::require(fits, kBackboneFinetuning, option, range, value);
  };
  require(!options_.backbone.empty(), "backbone", "the path of a submodule", "none");
  require(options_.unfreeze_backbone_at_epoch >= 0, "unfreeze_backbone_at_epoch", ">= 0",
          options_.unfreeze_backbone_at_epoch);
  require(options_.lambda_func != nullptr, "lambda_func", "a function", "none");
  require(options_.backbone_initial_ratio_lr >= 0, "backbone_initial_ratio_lr", ">= 0",
          options_.backbone_initial_ratio_lr);
  double const initial_lr = options_.backbone_initial_lr.value_or(0);
  require(initial_lr >= 0, "backbone_initial_lr", ">= 0", initial_lr);
  require(options_.optimizer >= 0, "optimizer", ">= 0", options_.optimizer);
}

void BackboneFinetuning::on(event::Setup const& e) {
  if (e.progress.task != Task::kFit) return;
  epoch_ = -1;
  is_unfrozen_ = false;
  group_ = -1;
  freeze(backbone_of(e.module), {.train_batch_norm = options_.train_bn});
}

void BackboneFinetuning::on(event::FitStart const& e) {
  auto const index = static_cast<std::size_t>(options_.optimizer);
  detail::require(index < e.optimizers.size(), kBackboneFinetuning, "optimizer",
                  fmt::format("below the number of optimizers, {}", e.optimizers.size()).c_str(),
                  index);
  optimizer_ = &e.optimizers.at(index);
  freeze_backbone(e.module);
}

void BackboneFinetuning::on(event::LoadCheckpoint const& e) {
  if (optimizer_ && !is_unfrozen_) freeze_backbone(e.module);  // the file may be without this state
}

/// A scheduler of the optimizer may have changed the backbone's learning rate with the others.
void BackboneFinetuning::on(event::TrainBatchStart const& e) {
  start_epoch(e);
  set_learning_rate();
}

void BackboneFinetuning::start_epoch(event::Moment const& e) {
  auto const epoch = e.progress.epoch;
  if (std::exchange(epoch_, epoch) == epoch) return;
  if (is_unfrozen_) {
    raise_learning_rate(epoch);
  } else if (epoch >= options_.unfreeze_backbone_at_epoch) {
    unfreeze_backbone(e.module);
  }
}

torch::nn::Module& BackboneFinetuning::backbone_of(torch::nn::Module& module) const {
  auto const modules = module.named_modules("", /*include_self=*/false);
  if (auto const* const found = modules.find(options_.backbone)) return **found;
  throw std::invalid_argument(
      fmt::format("BackboneFinetuning finds no submodule `{}`; the submodules are: {}",
                  options_.backbone, names_of_children(module)));
}

void BackboneFinetuning::freeze_backbone(torch::nn::Module& module) {
  auto& backbone = backbone_of(module);
  freeze(backbone, {.train_batch_norm = options_.train_bn});
  take_frozen(backbone, *optimizer_);
}

void BackboneFinetuning::unfreeze_backbone(torch::nn::Module& module) {
  auto& backbone = backbone_of(module);
  unfreeze(backbone, {.train_batch_norm = options_.train_bn});
  is_unfrozen_ = true;
  lr_ = options_.backbone_initial_lr.value_or(main_lr() * options_.backbone_initial_ratio_lr);
  if (!add_param_group(*optimizer_, backbone, {.lr = lr_})) return;
  group_ = static_cast<std::int64_t>(optimizer_->param_groups().size()) - 1;
  tell();
}

void BackboneFinetuning::raise_learning_rate(std::int64_t epoch) {
  if (group_ < 0) return;
  lr_ *= options_.lambda_func(epoch + 1);
  if (options_.should_align) lr_ = std::min(lr_, main_lr());
  set_learning_rate();
  tell();
}

void BackboneFinetuning::set_learning_rate() {
  auto& groups = optimizer_->param_groups();
  if (group_ < 0 || std::cmp_greater_equal(group_, groups.size())) return;
  groups[static_cast<std::size_t>(group_)].options().set_lr(lr_);
}

double BackboneFinetuning::main_lr() const {
  return optimizer_->param_groups().at(0).options().get_lr();
}

void BackboneFinetuning::tell() const {
  if (!options_.verbose) return;
  std::fprintf(stderr, "learning rate %g, of the backbone %g\n", main_lr(), lr_);
}

template <class Archive>
void BackboneFinetuning::serialize(Archive& archive, unsigned) {
  archive & epoch_ & is_unfrozen_ & group_ & lr_;
}

template struct detail::CompiledState<BackboneFinetuning>;

}  // namespace sferic
