#pragma once

#include <sferic/callbacks/layer_table.hpp>
#include <sferic/events/predict.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/test.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>

namespace sferic {

struct ModelSummaryOptions {
  /// How deep layers are shown: 1 for the children of the module, -1 for all, 0 to print nothing.
  /// Default: 1. Range: >= -1.
  std::int64_t max_depth = 1;

  /// Whether to show what goes into the layers and out of them. It is seen in the first batch,
  /// after which the table is printed; without it, the table is printed when the fit starts.
  /// Default: true.
  bool shapes = true;

  /// Where the table goes; must stay open as long as the callback is used. Default: stderr.
  std::FILE* file = stderr;
};

/// Prints the layers of the module with their parameters and shapes, and what they are in all:
///
///   Name     | Type       | Params | Mode  | Input          | Output
///   ---------+------------+--------+-------+----------------+----------------
///            | Net        |  9,818 | train |                |
///   layers   | Sequential |  9,818 | train | [32, 1, 8, 8]  | [32, 10]
///   layers.0 | Conv2d     |    160 | train | [32, 1, 8, 8]  | [32, 16, 8, 8]
///
/// Once for each fit, and for another task if there was no fit before. Parameters and modes are
/// those of the fit's start, shapes those of its first batch, which is one of the sanity check's if
/// there is one. If that batch fails, the table shows how far it came. No batch is run for it, and
/// no random number is taken; after the first batch it costs nothing. Where shapes are known and
/// where not, see summarize(), which makes the same table anywhere. (Lightning's ModelSummary.)
class ModelSummary {
 public:
  /// Throws std::invalid_argument if an option is out of its range.
  explicit ModelSummary(ModelSummaryOptions options = {});
  ~ModelSummary();
  ModelSummary(ModelSummary&&) noexcept;
  ModelSummary& operator=(ModelSummary&&) noexcept;

  /// The last table that was printed; without layers before the first one.
  [[nodiscard]] LayerTable const& table() const { return table_; }

  void on(event::Setup const& e);
  void on(event::FitStart const& e);
  void on(event::TrainBatchStart const& e);
  void on(event::TrainBatchEnd const& e);
  void on(event::ValidationBatchStart const& e);
  void on(event::ValidationBatchEnd const& e);
  void on(event::TestBatchStart const& e);
  void on(event::TestBatchEnd const& e);
  void on(event::PredictBatchStart const& e);
  void on(event::PredictBatchEnd const& e);
  void on(event::Teardown const& e);

 private:
  struct Observed;

  void begin(torch::nn::Module const& module);
  void observe(event::Moment const& e);
  void print();

  ModelSummaryOptions options_;
  LayerTable table_;
  bool is_due_;                         ///< to be printed
  std::unique_ptr<Observed> observed_;  ///< from the fit's start to the end of its first batch
};

}  // namespace sferic
