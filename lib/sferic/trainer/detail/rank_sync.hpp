#pragma once

#include <sferic/ranks/ranks.hpp>
#include <sferic/trainer/detail/loop_context.hpp>

#include <cstdint>
#include <exception>
#include <vector>

// What several processes that train together do for each other. With one process nothing of it is
// done. All ranks come to each of these at the same place.

namespace sferic::detail {

/// Makes rank zero's parameters and buffers everybody's. Throws std::invalid_argument where the
/// modules are not alike.
void share_module(LoopContext const& context);

/// Makes rank zero's buffers everybody's: what a layer has counted, such as BatchNorm's statistics.
void share_buffers(LoopContext const& context);

/// Reduces logged values that want to be.
void reduce_metrics(LoopContext const& context, Metrics::Sync which);

/// Makes rank zero's learning rates everybody's, where schedulers have just been stepped by a
/// logged value, which may be another one on each rank.
void share_learning_rates(LoopContext const& context, Interval interval, std::int64_t count);

/// Makes those states of callbacks everybody's that only rank zero keeps up to date.
void share_states(LoopContext const& context);

/// Brings together what the ranks have for themselves within an epoch, so that rank zero's
/// checkpoint has it all: gradients that wait for the next step, and what logged values have added
/// up to.
void gather_for_checkpoint(LoopContext const& context);

/// Rank zero's string.
std::string of_rank_zero(LoopContext const& context, std::string const& text);

/// Whether it is so on any rank.
bool on_any_rank(LoopContext const& context, bool is_so);

/// The parameters that gradients are computed for.
std::vector<at::Tensor> trained_parameters(torch::nn::Module const& module);

/// Takes the wish to skip a batch, which several processes cannot have: std::logic_error.
bool take_skip_batch(LoopContext const& context);

/// Tells the other ranks of an error that ends the task here. Returns what is to be told here: an
/// Interrupted where a signal has ended another rank.
std::exception_ptr leave_ranks(LoopContext const& context, std::exception_ptr error);

/// A number that random numbers of other ranks than the first derive from, as these numbers stand
/// now on rank zero.
std::int64_t random_base(LoopContext const& context);

/// Gives the n-th batch of another rank than the first random numbers of its own, which follow from
/// the base, so that a checkpoint need not hold them.
void seed_batch(LoopContext const& context, std::int64_t base, std::int64_t batch);

}  // namespace sferic::detail
