#pragma once

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>

#include "perceptron.hpp"
#include "support/epochs.hpp"

namespace sferic::bench {

/// Registers a row of the table "Training step of the 64-64-10 perceptron". By the clock on the
/// wall, all that the training waits for counts; the processor's time is that of all threads, and
/// doesn't depend on what else the machine does. `make_epoch()` returns what trains an epoch of the
/// batches that it is given.
template <class MakeEpoch>
void add_row(std::string const& subject, MakeEpoch make_epoch) {
  auto const add = [&](char const* in_case) {
    return add_epochs("Training step of the 64-64-10 perceptron", subject, in_case, [make_epoch] {
      return [epoch = make_epoch(), batches = many_batches()]() mutable { epoch(batches); };
    }, kPasses * kSteps);
  };
  add("by the clock")->UseRealTime();
  add("the processor's time")->MeasureProcessCPUTime();
}

/// A loop by hand over a Perceptron: `loop(module, optimizer, batches)`.
template <class MakeLoop>
void add_loop(std::string const& subject, MakeLoop make_loop) {
  add_row(subject, [make_loop] {
    auto module = std::make_shared<Perceptron>();
    auto optimizer = std::make_shared<torch::optim::SGD>(module->configure_optimizers());
    return [module, optimizer, loop = make_loop()](std::vector<Batch> const& batches) mutable {
      loop(*module, *optimizer, batches);
    };
  });
}

/// The loop by hand that tells `hooks` each event of a batch, as sferic's trainer does.
template <class Hooks>
void train_with(Hooks& hooks, Perceptron& module, torch::optim::SGD& optimizer,
                std::vector<Batch> const& batches) {
  for (Batch const& batch : batches) {
    hooks.batch_start();
    hooks.train_batch_start(batch);
    auto const loss = module.training_step(batch);
    hooks.before_zero_grad(optimizer);
    optimizer.zero_grad();
    hooks.before_backward(loss);
    loss.backward();
    hooks.after_backward(loss);
    hooks.before_optimizer_step(optimizer);
    optimizer.step();
    hooks.after_optimizer_step(optimizer);
    hooks.train_batch_end(batch, loss);
    hooks.batch_end();
  }
}

// The rows that have files of their own.
void add_virtual_hooks(int callbacks);
void add_signals2(int slots);
void add_default_setup();

}  // namespace sferic::bench
