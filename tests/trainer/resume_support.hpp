#pragma once

#include <sferic/optim/reduce_lr_on_plateau.hpp>
#include <sferic/persistence/state.hpp>
#include <sferic/trainer/tensor_loader.hpp>
#include <sferic/trainer/trainer.hpp>

#include <boost/serialization/map.hpp>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

/// A training in which everything takes part that a checkpoint has to keep: shuffled data, dropout,
/// accumulation with a partial window, two parameter groups, schedulers of both kinds, validations
/// within epochs over two loaders, logged values, callbacks with states.
namespace sferic::test {

class Dropping : public torch::nn::Module {
 public:
  enum class Optimizer { kSGD, kAdam, kAdamW, kAdagrad, kRMSprop };

  explicit Dropping(Optimizer optimizer = Optimizer::kSGD) : optimizer_(optimizer) {
    to(torch::kDouble);
  }

  torch::Tensor loss(torch::data::Example<> const& batch) {
    auto const hidden = torch::dropout(torch::tanh(first(batch.data)), 0.5, is_training());
    return torch::mse_loss(second(norm(hidden)), batch.target);
  }
  torch::Tensor training_step(torch::data::Example<> const& batch, Step& step) {
    auto const value = loss(batch);
    step.log("loss", value, {.on_step = true, .on_epoch = true});
    return value;
  }
  void validation_step(torch::data::Example<> const& batch, Step& step) {
    step.log("val_loss", loss(batch));
  }

  Optimizers configure_optimizers() {
    Optimizers optimizers;
    auto& optimizer = add(optimizers);
    optimizers.schedule(optimizer, torch::optim::StepLR(optimizer, 2, 0.9),
                        {.interval = Interval::kStep});
    optimizers.schedule(optimizer, ReduceLROnPlateau(optimizer, {.factor = 0.5, .patience = 0}),
                        {.monitor = "val_loss", .strict = false});
    return optimizers;
  }

  torch::nn::Linear first = register_module("first", torch::nn::Linear(3, 8));
  torch::nn::BatchNorm1d norm = register_module("norm", torch::nn::BatchNorm1d(8));
  torch::nn::Linear second = register_module("second", torch::nn::Linear(8, 2));

 private:
  std::vector<torch::optim::OptimizerParamGroup> groups() {
    std::vector<torch::optim::OptimizerParamGroup> groups;
    groups.emplace_back(first->parameters());
    auto rest = norm->parameters();
    for (auto const& parameter : second->parameters()) rest.push_back(parameter);
    groups.emplace_back(rest);
    return groups;
  }

  torch::optim::Optimizer& add(Optimizers& optimizers) {
    using namespace torch::optim;
    switch (optimizer_) {
      case Optimizer::kSGD:
        return optimizers.add(SGD(groups(), SGDOptions(0.1).momentum(0.9).nesterov(true)));
      case Optimizer::kAdam:
        return optimizers.add(Adam(groups(), AdamOptions(0.01).amsgrad(true)));
      case Optimizer::kAdamW:
        return optimizers.add(AdamW(groups(), AdamWOptions(0.01)));
      case Optimizer::kAdagrad:
        return optimizers.add(Adagrad(groups(), AdagradOptions(0.01)));
      case Optimizer::kRMSprop:
        break;
    }
    return optimizers.add(RMSprop(groups(), RMSpropOptions(0.01).momentum(0.5).centered(true)));
  }

  Optimizer optimizer_;
};

/// Counts the events that a training meets, each of which it must meet once, however often it is
/// interrupted.
class EventCounts {
 public:
  static constexpr std::string_view kStateKey = "test::EventCounts";

  template <class Event>
  void on(Event const& e) {
    if constexpr (requires { e.module; }) {
      if (counts_in_a_fit(Event::kName)) ++counts[std::string(Event::kName)];
    }
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & counts;
  }

  std::map<std::string, std::int64_t> counts;

 private:
  static bool counts_in_a_fit(std::string_view event) {
    for (std::string_view const once_a_run :
         {"setup", "before_accelerator_backend_setup", "fit_start", "pretrain_routine_start",
          "pretrain_routine_end", "sanity_check_start", "sanity_check_end", "train_start",
          "fit_end", "save_checkpoint", "checkpoint_saved", "load_checkpoint", "exception",
          "teardown"}) {
      if (event == once_a_run) return false;
    }
    return true;
  }
};

/// Stops when the validation loss has not become better twice.
class Patience {
 public:
  static constexpr std::string_view kStateKey = "test::Patience";

  void on(event::ValidationEnd const& e) {
    if (e.progress.stage != Stage::kValidation) return;
    double const value = e.metrics.at("val_loss");
    waited = value < best ? 0 : waited + 1;
    best = std::min(best, value);
    if (waited >= 4) e.control.stop("patience");
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & best & waited;
  }

  double best = std::numeric_limits<double>::infinity();
  std::int64_t waited = 0;
};

/// Everything that a training ends with, as text of exact numbers.
struct Outcome {
  std::vector<torch::Tensor> tensors;
  std::map<std::string, double> values;
  std::map<std::string, std::int64_t> counts;
  double best = 0;
  std::int64_t waited = 0;
  std::string rows;  ///< what loggers were told
};

/// One process' part of a training.
class Session {
 public:
  explicit Session(TrainerOptions options = {}, Dropping::Optimizer optimizer = {})
      : trainer((torch::manual_seed(7), with_defaults(std::move(options)))), net(optimizer) {
    counts = &trainer.add(EventCounts());
    patience = &trainer.add(Patience());
    trainer.on<event::MetricsLogged>([this](auto const& e) {
      for (auto const& value : e.values) {
        rows +=
            std::to_string(e.step) + " " + value.name + " " + std::to_string(value.value) + "\n";
      }
    }, Order::kEarly);
  }

  void fit(std::filesystem::path const& resume_from = {}) {
    auto const x = torch::sin(torch::arange(3 * 26, torch::kDouble)).view({26, 3});
    auto const y = torch::stack({x.sum(1), x.prod(1)}, 1);
    TensorLoader train(x, y, {.batch_size = 4, .shuffle = true, .seed = 3});
    TensorLoader first(x.slice(0, 0, 12), y.slice(0, 0, 12), {.batch_size = 4});
    TensorLoader second(x.slice(0, 12, 20), y.slice(0, 12, 20), {.batch_size = 4});
    trainer.fit(net, train, std::tie(first, second), {.resume_from = resume_from});
  }

  Outcome outcome() {
    Outcome outcome;
    outcome.counts = counts->counts;
    outcome.best = patience->best;
    outcome.waited = patience->waited;
    for (auto const& parameter : net.parameters()) outcome.tensors.push_back(parameter.clone());
    for (auto const& buffer : net.buffers()) outcome.tensors.push_back(buffer.clone());
    outcome.tensors.push_back(torch::rand({4}));
    for (auto const& value : trainer.metrics().all()) outcome.values[value.name] = value.value;
    outcome.rows = rows;
    return outcome;
  }

  std::string rows;
  Trainer trainer;
  Dropping net;
  EventCounts* counts;
  Patience* patience;

 private:
  static TrainerOptions with_defaults(TrainerOptions options) {
    if (!options.max_epochs) options.max_epochs = 3;
    options.accumulate_grad_batches = 3;
    options.gradient_clip_val = 1.0;
    options.val_check_interval = 0.5;
    options.log_every_n_steps = 1;
    if (options.device == "auto") options.device = "cpu";
    return options;
  }
};

/// Saves a checkpoint at the n-th event of a name, and ends the run there.
struct SaveAndStop {
  Trainer& trainer;
  std::filesystem::path path;
  std::string event;
  std::int64_t nth;
  bool by_request;
  std::int64_t seen = 0;

  struct Killed {};

  template <class Event>
  void on(Event const& e) {
    if constexpr (requires { e.module; }) {
      if (by_request && Event::kName == "checkpoint_saved") throw Killed();
      if (Event::kName != event || is_of_the_trial(e.progress) || ++seen != nth) return;
      if (by_request) {
        e.control.request_checkpoint(path);
      } else {
        trainer.save_checkpoint(path);
        throw Killed();
      }
    }
  }

  static constexpr Order kOrder = Order::kLast;

 private:
  bool is_of_the_trial(Progress const& progress) const {
    return progress.stage == Stage::kSanityCheck && !event.starts_with("sanity_check");
  }
};

inline void expect_same(Outcome const& resumed, Outcome const& whole, bool by_request) {
  ASSERT_EQ(resumed.tensors.size(), whole.tensors.size());
  for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
    EXPECT_TRUE(torch::equal(resumed.tensors[i], whole.tensors[i])) << "tensor " << i;
  }
  EXPECT_EQ(resumed.values, whole.values);
  EXPECT_EQ(resumed.rows, whole.rows);
  // Callbacks of one that was saved at once, in a handler, are not told what was about to come
  // before the next batch.
  if (by_request) {
    EXPECT_EQ(resumed.counts, whole.counts);
    EXPECT_EQ(resumed.best, whole.best);
    EXPECT_EQ(resumed.waited, whole.waited);
  }
}

}  // namespace sferic::test
