#pragma once

#include <sferic/callbacks/detail/histogram_outlet.hpp>
#include <sferic/callbacks/detail/layer_observer.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/train.hpp>
#include <sferic/training_bus/training_bus.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sferic {

struct ModuleDataMonitorOptions {
  /// The layers to look at, by the names of Module::named_modules(): "encoder.0". Default: all that
  /// can be observed.
  std::vector<std::string> submodules = {};

  /// Batches of an epoch from one look to the next. Range: >= 1. Default: the trainer's.
  std::optional<std::int64_t> log_every_n_steps = {};
};

/// Logs how the values that go into layers and come out of them are spread: in each
/// log_every_n_steps-th training batch of an epoch, a histogram for each tensor, named
/// `input/encoder.0/[32, 64]` and `output/encoder.0/[32, 256]` by layer and shape. Where a layer
/// has several tensors, their index comes before the shape; where it works in place, its input is
/// what became of it.
///
///   trainer.add(sferic::ModuleDataMonitor(
///       {.submodules = {"encoder.0"}, .log_every_n_steps = 100}));
///
/// LibTorch's modules have no hooks, so layers are observed by the operators that they compute by:
/// those of torch::nn with parameters, those without within a torch::nn::Sequential, and these
/// containers; not modules of one's own, the whole one included. Between the batches that it looks
/// at, it costs nothing. Of submodules that there are not, and of those that were not seen at work,
/// a warning tells; also once where no logger takes histograms. As Lightning Bolts' callback of
/// this name, which by default looks at the whole module only.
class ModuleDataMonitor {
 public:
  /// Throws std::invalid_argument for an option out of its range.
  explicit ModuleDataMonitor(ModuleDataMonitorOptions options = {});

  /// It looks at a batch after all others have heard of its start, and until they hear of its end:
  /// they may compute with the module, too.
  Subscription connect(TrainingBus& bus);

 private:
  void begin_fit(event::FitStart const& e);
  void begin_batch(event::TrainBatchStart const& e);
  void end_batch();
  void log(Metrics& metrics, detail::LayerCall const& call);

  ModuleDataMonitorOptions options_;
  detail::HistogramOutlet outlet_;
  std::map<torch::nn::Module const*, std::string> names_;  ///< of the layers to look at
  std::set<std::string> unseen_;                           ///< of those that were asked for
  std::unique_ptr<detail::LayerObserver> observer_;        ///< while a batch is looked at
};

}  // namespace sferic
