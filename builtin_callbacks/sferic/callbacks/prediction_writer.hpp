#pragma once

#include <sferic/events/predict.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace sferic {

/// When a PredictionWriter writes.
enum class WriteInterval { kBatch, kEpoch, kBatchAndEpoch };

struct PredictionWriterOptions {
  /// Where the files go; it is made where there is none. Must be given.
  std::filesystem::path folder = {};

  /// kBatch: a file for each batch, `0/12.pt` for batch 12 of the first loader, which holds nothing
  /// in memory. kEpoch: one file for each loader at the end, `0.pt`, a tuple of tensors, one a
  /// batch. Default: kBatch.
  WriteInterval interval = WriteInterval::kBatch;
};

/// Writes what the module's predict_step returns into files, on the CPU, as `torch.load` of Python
/// (with `weights_only`, too) and `torch::pickle_load` read them:
///
///   trainer.add(sferic::PredictionWriter({.folder = "predictions"}));
///   trainer.predict(net, loader, {.return_predictions = false});
///
/// Older files of the same names are replaced, each at once when the new one is complete. Batches
/// for which predict_step returns nothing are left out. Of several processes each writes into a
/// folder of its own, `rank_0/`, .... As Lightning's BasePredictionWriter, but
/// with something to write already; to write something else, listen to event::PredictBatchEnd.
class PredictionWriter {
 public:
  /// Throws std::invalid_argument if the folder is empty.
  explicit PredictionWriter(PredictionWriterOptions options);
  ~PredictionWriter();
  PredictionWriter(PredictionWriter&&) noexcept;
  PredictionWriter& operator=(PredictionWriter&&) noexcept;

  void on(event::PredictEpochStart const& e);

  /// Throw CheckpointError, naming the file and the reason, if it can't be written.
  void on(event::PredictBatchEnd const& e);
  void on(event::PredictEpochEnd const& e);

 private:
  struct Collected;
  std::filesystem::path folder(Progress const& progress) const;

  PredictionWriterOptions options_;
  std::unique_ptr<Collected> collected_;
};

}  // namespace sferic
