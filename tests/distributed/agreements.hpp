#pragma once

#include <sferic/callbacks/prediction_writer.hpp>
#include <sferic/callbacks/progress_bar.hpp>
#include <sferic/loggers/csv_logger.hpp>
#include <sferic/optim/reduce_lr_on_plateau.hpp>
#include <sferic/training_bus/rank_zero.hpp>

#include <optional>
#include <string>

#include "distributed/scenario.hpp"

/// Trainings in which the ranks have to agree on something.
namespace sferic::test {

inline torch::Tensor numbers(std::vector<double> const& values) {
  return torch::tensor(values, torch::kDouble);
}

/// Rank and size as events tell them, and how often a handler of rank zero's was called.
inline Tensors tell_ranks(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  std::vector<double> told;
  Trainer trainer(layout.with({.max_epochs = 1}));
  double calls = 0;
  trainer.on<event::FitStart>([&](auto const& e) {
    told = {static_cast<double>(e.progress.rank), static_cast<double>(e.progress.world_size)};
  });
  trainer.on<event::TrainBatchEnd>(rank_zero() | every(2), [&](auto const&) { ++calls; });
  trainer.fit(net, data);
  told.push_back(calls);
  return {numbers(told)};
}

/// Rank one stops after the fourth step. Tells the steps done, and the reason.
inline Tensors stop_on_one_rank(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  Trainer trainer(layout.with({.max_epochs = 5}));
  double told = 0;
  trainer.on<event::TrainBatchEnd>([&](auto const& e) {
    if (layout.rank() == 1 && e.progress.optimizer_steps == 4)
      e.control.stop("rank one has enough");
  });
  trainer.on<event::StopRequested>(
      [&](auto const& e) { told = e.reason == "rank one has enough"; });
  trainer.fit(net, data);
  return {numbers({static_cast<double>(trainer.progress().optimizer_steps), told}), weights(net)};
}

/// Rank one ends each epoch after its second batch.
inline Tensors end_an_epoch_on_one_rank(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  Trainer trainer(layout.with({.max_epochs = 3}));
  trainer.on<event::TrainBatchEnd>([&](auto const& e) {
    if (layout.rank() == 1 && e.progress.batch == 1) e.control.end_epoch();
  });
  trainer.fit(net, data);
  return {numbers({static_cast<double>(trainer.progress().optimizer_steps)}), weights(net)};
}

/// Rank one's own value is that which doesn't improve.
inline Tensors stop_early(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  Trainer trainer(layout.with({.max_epochs = 20}));
  trainer.add(EarlyStopping({.monitor = "own", .patience = 2}));
  trainer.on<event::TrainEpochEnd>([&](auto const& e) {
    auto const epoch = static_cast<double>(e.progress.epoch);
    e.metrics.log("own", layout.rank() == 1 && epoch >= 2 ? 5 : -epoch);
  }, Order::kEarly);
  trainer.fit(net, data);
  return {numbers({static_cast<double>(trainer.progress().epochs_done)}), weights(net)};
}

/// Functions whose length nobody knows: rank one's has five batches, the others' have seven.
inline Tensors train_on_functions(Layout const& layout) {
  Net net;
  auto const all = samples(8);
  std::int64_t given = 0;
  auto const batches = [&]() -> std::optional<Batch> {
    if (given++ == (layout.rank() == 1 ? 5 : 7)) return std::nullopt;
    return all;
  };
  Trainer trainer(layout.with({.max_epochs = 1, .accumulate_grad_batches = 3}));
  trainer.fit(net, batches);
  return {numbers({static_cast<double>(trainer.progress().optimizer_steps)}), weights(net)};
}

/// What writes does so on rank zero.
inline Tensors write_files(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  auto validation = loader(layout, 24, 8);
  Trainer trainer(layout.with({.max_epochs = 2, .log_every_n_steps = 2}));
  trainer.add(CsvLogger({.folder = layout.folder, .name = "log"}));
  trainer.add(ProgressBar());
  auto& checkpoint = trainer.add(
      ModelCheckpoint({.dirpath = layout.folder / "checkpoints", .monitor = "val_loss"}));
  double saved = 0;
  trainer.on<event::CheckpointSaved>([&](auto const&) { ++saved; });
  trainer.fit(net, data, validation);
  bool const knows = std::filesystem::exists(checkpoint.best_model_path());
  trainer.save_checkpoint(layout.folder / "by_all.ckpt");
  Net other;
  trainer.load_checkpoint(other, layout.folder / "by_all.ckpt");
  return {numbers({saved, knows ? 1.0 : 0.0}), weights(other)};
}

class WithStatistics : public Net {
 public:
  WithStatistics() { norm->to(torch::kDouble); }
  torch::Tensor training_step(Batch const& batch) {
    return torch::mse_loss(second(norm(first(batch.data))), batch.target);
  }
  void validation_step(Batch const& batch, Step& step) {
    step.log("mean", norm->running_mean.sum());
    (void)batch;
  }
  torch::nn::BatchNorm1d norm = register_module("norm", torch::nn::BatchNorm1d(8));
};

/// BatchNorm's statistics are rank zero's: at the end, and in the validation.
inline Tensors count_in_buffers(Layout const& layout) {
  WithStatistics net;
  auto data = loader(layout, 48, 8);
  auto validation = loader(layout, 24, 8);
  Trainer trainer(layout.with({.max_epochs = 2}));
  trainer.fit(net, data, validation);
  return {net.norm->running_mean.clone(), numbers({trainer.metrics().at("mean")}), weights(net)};
}

/// A layer that learns from the second epoch on.
inline Tensors unfreeze(Layout const& layout) {
  Net net;
  for (auto& each : net.first->parameters()) each.requires_grad_(false);
  auto data = loader(layout, 48, 8);
  Trainer trainer(layout.with({.max_epochs = 3}));
  trainer.on<event::TrainEpochStart>([&](auto const& e) {
    if (e.progress.epoch != 1) return;
    for (auto& each : net.first->parameters()) each.requires_grad_(true);
  });
  trainer.fit(net, data);
  return tensors_of(net);
}

/// Each sample is predicted by one rank.
inline Tensors predict(Layout const& layout) {
  Net net;
  auto const all = samples(7);
  TensorLoader data(all.data, all.target, {.batch_size = 2});
  Trainer trainer(layout.with({}));
  trainer.add(PredictionWriter({.folder = layout.folder / "predictions"}));
  return {torch::cat(trainer.predict(net, data))};
}

/// Each rank logs its rank, to be reduced in every way.
inline Tensors reduce_values_of_steps(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  auto const rank = static_cast<double>(layout.rank());
  net.on_batch = [&](Step& step) {
    step.log("mean", rank, {.sync = Reduce::kMean});
    step.log("sum", rank, {.sync = Reduce::kSum});
    step.log("min", rank, {.sync = Reduce::kMin});
    step.log("max", rank, {.sync = Reduce::kMax});
    step.log("own", rank);
    step.log("sum_of_sums", rank + 1,
             {.on_epoch = true, .reduce = Reduce::kSum, .sync = Reduce::kSum});
  };
  Trainer trainer(layout.with({.max_epochs = 1, .log_every_n_steps = 1}));
  trainer.fit(net, data);
  auto const& metrics = trainer.metrics();
  return {numbers({metrics.at("mean"), metrics.at("sum"), metrics.at("min"), metrics.at("max"),
                   metrics.at("own"), metrics.at("sum_of_sums")})};
}

/// A random number of each batch.
inline Tensors draw(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  std::vector<torch::Tensor> drawn;
  net.on_batch = [&](Step&) { drawn.push_back(torch::rand({1}, torch::kDouble)); };
  Trainer trainer(layout.with({.max_epochs = 1, .seed = 1}));
  trainer.fit(net, data);
  return {torch::cat(drawn)};
}

/// A layer that only rank zero uses, in the first one of each window of batches.
class WithBranch : public Net {
 public:
  explicit WithBranch(std::int64_t window) : window_(window) { branch->to(torch::kDouble); }
  torch::Tensor training_step(Batch const& batch, Step& step) {
    auto const value = loss(batch);
    bool const is_used = step.progress.rank == 0 && step.progress.batch % window_ == 0;
    return is_used ? value + branch(batch.data).pow(2).mean() : value;
  }
  torch::nn::Linear branch = register_module("branch", torch::nn::Linear(3, 1));

 private:
  std::int64_t window_;
};

inline Tensors leave_a_branch_out(Layout const& layout, std::int64_t window) {
  WithBranch net(window);
  auto const before = net.branch->weight.detach().clone();
  auto data = loader(layout, 48, 8);
  Trainer trainer(layout.with({.max_epochs = 2, .accumulate_grad_batches = window}));
  trainer.fit(net, data);
  auto const learned = !torch::equal(net.branch->weight, before);
  return {weights(net), numbers({learned ? 1.0 : 0.0})};
}

class WithPlateau : public Net {
 public:
  Optimizers configure_optimizers() {
    Optimizers optimizers;
    auto& sgd = optimizers.add(torch::optim::SGD(parameters(), 0.1));
    optimizers.schedule(sgd, ReduceLROnPlateau(sgd, {.factor = 0.5, .patience = 0}),
                        {.monitor = "own"});
    return optimizers;
  }
};

/// A rate that falls by a value that is another on each rank is rank zero's.
inline Tensors follow_a_plateau(Layout const& layout) {
  WithPlateau net;
  auto data = loader(layout, 48, 8);
  Trainer trainer(layout.with({.max_epochs = 4}));
  double rate = 0;
  trainer.on<event::TrainEpochEnd>([&](auto const& e) {
    auto const epoch = static_cast<double>(e.progress.epoch);
    e.metrics.log("own", layout.rank() == 0 ? epoch : -epoch);
  });
  trainer.on<event::BeforeOptimizerStep>(
      [&](auto const& e) { rate = e.optimizer.param_groups()[0].options().get_lr(); });
  trainer.fit(net, data);
  return {numbers({rate}), weights(net)};
}

}  // namespace sferic::test
