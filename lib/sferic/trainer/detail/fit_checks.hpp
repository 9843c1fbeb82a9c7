#pragma once

#include <sferic/trainer/detail/input.hpp>
#include <sferic/trainer/detail/loop_context.hpp>
#include <sferic/trainer/fit_options.hpp>

#include <cstdint>
#include <optional>

namespace sferic::detail {

/// The number of training batches between validations, where it is not the epoch. Throws
/// std::invalid_argument, as do the checks below.
std::optional<std::int64_t> validation_interval_of(TrainerOptions const& options,
                                                   std::optional<std::int64_t> batches);

void check_beginning(FitOptions const& options);

/// What the options and the module cannot have together.
void check_optimization(LoopContext const& context, Input const& train);

void check_loaders(LoopContext const& context, Input const& train);

/// The factor that handlers of event::TrainEpochStart leave.
void check_accumulation(std::int64_t accumulate_grad_batches, Input const& train);

}  // namespace sferic::detail
