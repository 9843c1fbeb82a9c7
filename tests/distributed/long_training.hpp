#pragma once

#include <sferic/loggers/csv_logger.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "distributed/scenario.hpp"

/// A training to be interrupted, as a user starts it: it goes on from its last checkpoint.
namespace sferic::test {

/// Tells in a file, of a byte for each time, how often a rank has come to a place.
inline void mark(Layout const& layout, std::string const& place) {
  auto const file = layout.folder / (place + "_" + std::to_string(layout.rank()));
  std::ofstream(file, std::ios::app) << '.';
}

/// Four epochs of eight batches and four of validations, with windows of accumulation, dropout, a
/// table of the logged values, and a checkpoint after each third step. With a ballast, the
/// checkpoints are so many bytes larger.
inline Tensors train_long(Layout const& layout, std::int64_t ballast) {
  auto const pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
  Net net(/*adam=*/true, /*dropout=*/0.5);
  if (ballast > 0) net.register_buffer("ballast", torch::zeros(ballast, torch::kByte));
  auto data = loader(layout, 48, 6);
  auto validation = loader(layout, 24, 6);
  Trainer trainer(layout.with(
      {.max_epochs = 4, .accumulate_grad_batches = 2, .log_every_n_steps = 1, .seed = 5}));
  trainer.add(CsvLogger({.folder = layout.folder / "log", .version = 0}));
  trainer.add(EarlyStopping({.monitor = "val_loss", .patience = 100}));
  auto& checkpoint = trainer.add(ModelCheckpoint({.dirpath = layout.folder / "checkpoints",
                                                  .monitor = "loss_step",
                                                  .save_last = SaveLast::kFile,
                                                  .every_n_train_steps = 3}));
  trainer.on<event::TrainBatchEnd>([&](auto const&) {
    mark(layout, "batch");
    pause();
  });
  trainer.on<event::ValidationBatchEnd>([&](auto const& e) {
    if (e.progress.stage == Stage::kSanityCheck) return;
    mark(layout, "validation");
    pause();
  });
  trainer.on<event::SaveCheckpoint>([&](auto const&) {
    mark(layout, "saving");
    pause();
  });
  trainer.fit(net, data, validation, {.resume_from = "last"});
  auto tensors = tensors_of(net);
  tensors.push_back(torch::tensor({checkpoint.best_model_score().value_or(-1)}, torch::kDouble));
  return tensors;
}

}  // namespace sferic::test
