#include <sferic/trainer/detail/fit_checks.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace sferic::detail {

namespace {

void refuse(bool given, char const* option) {
  if (!given) return;
  throw std::invalid_argument(std::string(option) +
                              " is given, but the module's training_step optimizes by itself (it "
                              "takes a sferic::ManualStep)");
}

}  // namespace

std::optional<std::int64_t> validation_interval_of(TrainerOptions const& options,
                                                   std::optional<std::int64_t> batches) {
  Limit const interval = options.val_check_interval;
  if (interval.is_share()) {
    if (interval.value() == 1 && (options.check_val_every_n_epoch || !batches)) return std::nullopt;
    if (batches) return std::max<std::int64_t>(1, *interval.of(batches));
    throw std::invalid_argument(
        "val_check_interval must be a count or 1.0 for a training loader of unknown length, but "
        "got " +
        std::to_string(interval.value()));
  }
  auto const count = static_cast<std::int64_t>(interval.value());
  if (batches && count > *batches && options.check_val_every_n_epoch) {
    throw std::invalid_argument("val_check_interval is " + std::to_string(count) +
                                ", but an epoch has " + std::to_string(*batches) +
                                " training batches; to count over the epochs' borders, set "
                                "check_val_every_n_epoch to std::nullopt");
  }
  return count;
}

void check_beginning(FitOptions const& options) {
  if (!options.go_on || options.resume_from.empty()) return;
  throw std::invalid_argument(
      "a fit goes on either from the last one or from a checkpoint, but go_on is set and "
      "resume_from is `" +
      options.resume_from.string() + "`");
}

void check_optimization(LoopContext const& context, Input const& train) {
  std::size_t const optimizers = context.optimizers.size();
  if (optimizers == 0) throw std::invalid_argument("configure_optimizers() returned no optimizer");
  if (train.optimizes_itself) {
    refuse(context.options.accumulate_grad_batches != 1, "accumulate_grad_batches");
    refuse(context.options.gradient_clip_val.value_or(0) > 0, "gradient_clip_val");
  } else if (optimizers > 1) {
    throw std::invalid_argument("configure_optimizers() returned " + std::to_string(optimizers) +
                                " optimizers; with several, training_step must take a "
                                "sferic::ManualStep and step them");
  }
}

void check_loaders(LoopContext const& context, Input const& train) {
  if (train.source->size() == 0) TORCH_WARN("the training loader has no batches to train on");
  if (!context.options.overfit_batches.is_zero() && !train.source->starts_anew()) {
    throw std::invalid_argument(
        "overfit_batches needs a training loader that begins anew in each epoch, but a function "
        "goes on where it was");
  }
}

void check_accumulation(std::int64_t accumulate_grad_batches, Input const& train) {
  if (accumulate_grad_batches < 1) {
    throw std::invalid_argument("accumulate_grad_batches must be >= 1, but a handler of " +
                                std::string(event::TrainEpochStart::kName) + " set it to " +
                                std::to_string(accumulate_grad_batches));
  }
  if (train.optimizes_itself) refuse(accumulate_grad_batches != 1, "accumulate_grad_batches");
}

}  // namespace sferic::detail
