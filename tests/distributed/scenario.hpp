#pragma once

#include <sferic/callbacks/early_stopping.hpp>
#include <sferic/callbacks/model_checkpoint.hpp>
#include <sferic/ranks/ranks.hpp>
#include <sferic/trainer/tensor_loader.hpp>
#include <sferic/trainer/trainer.hpp>

#include <torch/torch.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// Trainings that the tests run in one process, and `rank_training` in several.
namespace sferic::test {

using Batch = torch::data::Example<>;

struct Layout {
  std::shared_ptr<Ranks> ranks = {};
  std::filesystem::path folder = {};
  std::string device = "cpu";

  std::int64_t rank() const { return ranks ? ranks->rank() : 0; }
  std::int64_t world_size() const { return ranks ? ranks->world_size() : 1; }

  /// The samples in each rank's batch, of so many in one batch of all ranks.
  std::int64_t share(std::int64_t samples) const { return samples / world_size(); }

  TrainerOptions with(TrainerOptions options) const {
    options.ranks = ranks;
    options.device = device;
    return options;
  }
};

/// Two layers, in double precision, that begin alike everywhere.
class Net : public torch::nn::Module {
 public:
  explicit Net(bool adam = false, double dropout = 0) : adam_(adam), dropout_(dropout) {
    to(torch::kDouble);
    torch::NoGradGuard const no_grad;
    for (auto& parameter : parameters()) {
      auto const count = torch::arange(parameter.numel(), torch::kDouble);
      parameter.copy_(torch::cos(count * 3 + 1).view(parameter.sizes()) / 2);
    }
  }

  torch::Tensor loss(Batch const& batch) {
    auto hidden = torch::tanh(first(batch.data));
    hidden = torch::dropout(hidden, dropout_, is_training());
    return torch::mse_loss(second(hidden), batch.target);
  }

  torch::Tensor training_step(Batch const& batch, Step& step) {
    if (on_batch) on_batch(step);
    auto const value = loss(batch);
    step.log("loss", value, {.on_step = true, .on_epoch = true, .sync = Reduce::kMean});
    return value;
  }

  void validation_step(Batch const& batch, Step& step) {
    step.log("val_loss", loss(batch), {.sync = Reduce::kMean});
  }

  torch::Tensor predict_step(Batch const& batch) { return batch.data.slice(1, 0, 1).flatten(); }

  std::unique_ptr<torch::optim::Optimizer> configure_optimizers() {
    using namespace torch::optim;
    if (adam_) return std::make_unique<Adam>(parameters(), AdamOptions(0.01));
    return std::make_unique<SGD>(parameters(), SGDOptions(0.1).momentum(0.9));
  }

  torch::nn::Linear first = register_module("first", torch::nn::Linear(3, 8));
  torch::nn::Linear second = register_module("second", torch::nn::Linear(8, 2));
  std::function<void(Step&)> on_batch;

 private:
  bool adam_;
  double dropout_;
};

inline Batch samples(std::int64_t count) {
  auto const x = torch::sin(torch::arange(3 * count, torch::kDouble) * 7).view({count, 3});
  return {x, torch::stack({x.sum(1), x.prod(1)}, 1)};
}

inline TensorLoader loader(Layout const& layout, std::int64_t count, std::int64_t batch_size,
                           bool drop_last = false) {
  auto const all = samples(count);
  return TensorLoader(
      all.data, all.target,
      {.batch_size = layout.share(batch_size), .shuffle = true, .seed = 3, .drop_last = drop_last});
}

/// The tensors that a training ends with.
inline std::vector<torch::Tensor> tensors_of(torch::nn::Module const& module) {
  std::vector<torch::Tensor> tensors;
  for (auto const& each : module.parameters()) tensors.push_back(each.detach().clone());
  for (auto const& each : module.buffers()) tensors.push_back(each.detach().clone());
  return tensors;
}

inline torch::Tensor weights(torch::nn::Module const& module) {
  std::vector<torch::Tensor> flat;
  for (auto const& each : module.parameters()) flat.push_back(each.detach().flatten());
  return torch::cat(flat);
}

using Tensors = std::vector<torch::Tensor>;

/// Two epochs of six batches of 8 samples.
inline Tensors train(Layout const& layout, bool adam, TrainerOptions options = {}) {
  Net net(adam);
  auto data = loader(layout, 48, 8);
  options.max_epochs = 2;
  Trainer trainer(layout.with(options));
  trainer.fit(net, data);
  return tensors_of(net);
}

inline Tensors train_by_sgd(Layout const& layout) { return train(layout, false); }
inline Tensors train_by_adam(Layout const& layout) { return train(layout, true); }

/// Windows of four batches, of which the last one of each epoch has two.
inline Tensors train_with_clipping_and_accumulation(Layout const& layout) {
  return train(layout, false, {.accumulate_grad_batches = 4, .gradient_clip_val = 0.05});
}
inline Tensors train_by_adam_with_clipping_and_accumulation(Layout const& layout) {
  return train(layout, true, {.accumulate_grad_batches = 4, .gradient_clip_val = 0.05});
}

/// 25 samples, of which neither two nor three ranks have as many.
inline Tensors train_on_an_uneven_number_of_samples(Layout const& layout) {
  Net net;
  auto data = loader(layout, 25, 6, /*drop_last=*/true);
  Trainer trainer(layout.with({.max_epochs = 3}));
  trainer.fit(net, data);
  return tensors_of(net);
}

/// What was logged, for the training as for the validation on 25 samples.
inline Tensors log_values(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  auto validation = loader(layout, 25, 6);
  Trainer trainer(layout.with({.max_epochs = 2, .log_every_n_steps = 1}));
  std::vector<double> values;
  trainer.on<event::MetricsLogged>([&](auto const& e) {
    for (auto const& each : e.values) values.push_back(each.value);
  });
  trainer.fit(net, data, validation);
  for (auto const& each : trainer.metrics().all()) values.push_back(each.value);
  return {torch::tensor(values, torch::kDouble)};
}

/// What a training in two parts does: it saves a checkpoint after the second epoch's third batch,
/// in the middle of a window of accumulation.
enum class Part {
  kWhole,   ///< goes on after that
  kFirst,   ///< stops there
  kSecond,  ///< goes on from the file
  kBoth,    ///< stops, and goes on
  kSignal,  ///< ends there, by a signal to the last rank, for which the file is saved
};

inline Tensors train_in_parts(Layout const& layout, Part part, double dropout = 0) {
  auto const path = layout.folder / "middle.ckpt";
  auto data = loader(layout, 48, 8);
  auto validation = loader(layout, 24, 8);
  TrainerOptions const options{
      .max_epochs = 3, .accumulate_grad_batches = 4, .gradient_clip_val = 0.05, .seed = 5};
  auto const fit = [&](bool resumes, bool stops) {
    Net net(/*adam=*/true, dropout);
    Trainer trainer(layout.with(options));
    trainer.on<event::Exception>([&](auto const& e) { e.control.request_checkpoint(path); });
    trainer.on<event::TrainBatchEnd>([&](auto const& e) {
      if (resumes || e.progress.epoch != 1 || e.progress.batch != 2) return;
      if (part == Part::kSignal) {
        if (layout.rank() + 1 == layout.world_size()) std::raise(SIGTERM);
        return;
      }
      e.control.request_checkpoint(path);
      if (stops) e.control.stop("enough", StopFor::kThisRun);
    });
    auto values = torch::zeros(4, torch::kDouble);
    trainer.on<event::TrainEpochEnd>([&](auto const& e) {
      values[std::min<std::int64_t>(e.progress.epoch, 3)] = e.metrics.at("loss_epoch");
    });
    trainer.fit(net, data, validation, {.resume_from = resumes ? path : ""});
    auto tensors = tensors_of(net);
    tensors.push_back(values.slice(0, 1));  // of the epochs that both runs have ended
    return tensors;
  };
  if (part == Part::kBoth) fit(false, true);
  bool const resumes = part == Part::kSecond || part == Part::kBoth;
  return fit(resumes, part == Part::kFirst);
}

}  // namespace sferic::test
