#pragma once

#include <sferic/distributed/detail/c10d_group.hpp>

#include "training.hpp"

namespace sferic::bench {

using Group = sferic::detail::GroupPointer;

// Loops as one writes them with LibTorch alone.

void train_by_hand(Perceptron& module, TimedBatches& batches);

// And those of a process of several, with c10d: after the backward pass, all gradients are reduced
// as one tensor, or each by itself, all of them on their way at once; or in buckets while the pass
// goes on, by what torch's DistributedDataParallel is made of.

void train_with_one_reduction(Perceptron& module, TimedBatches& batches, Group const& group);
void train_with_reductions_of_each(Perceptron& module, TimedBatches& batches, Group const& group);
void train_with_reducer(Perceptron& module, TimedBatches& batches, Group const& group);

}  // namespace sferic::bench
