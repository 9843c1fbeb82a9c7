#pragma once

#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <tuple>

/// The fields of LibTorch's optimizers: `of(object, field)` calls `field(name, value)` for each one
/// of an optimizer's options, or of what it keeps of a parameter.
namespace sferic::detail {

template <class OptimizerType, class OptionsType, class StateType>
struct Fields {
  using Optimizer = OptimizerType;
  using Options = OptionsType;
  using State = StateType;
};

struct SGDFields
    : Fields<torch::optim::SGD, torch::optim::SGDOptions, torch::optim::SGDParamState> {
  static constexpr char const* kName = "SGD";

  static void of(Options& options, auto const& field) {
    field("lr", options.lr());
    field("momentum", options.momentum());
    field("dampening", options.dampening());
    field("weight_decay", options.weight_decay());
    field("nesterov", options.nesterov());
  }
  static void of(State& state, auto const& field) {
    field("momentum_buffer", state.momentum_buffer());
  }
};

template <class Optimizer, class OptionsType, class StateType>
struct AdamLikeFields : Fields<Optimizer, OptionsType, StateType> {
  static void of(OptionsType& options, auto const& field) {
    field("lr", options.lr());
    field("beta1", std::get<0>(options.betas()));
    field("beta2", std::get<1>(options.betas()));
    field("eps", options.eps());
    field("weight_decay", options.weight_decay());
    field("amsgrad", options.amsgrad());
  }
  static void of(StateType& state, auto const& field) {
    field("step", state.step());
    field("exp_avg", state.exp_avg());
    field("exp_avg_sq", state.exp_avg_sq());
    field("max_exp_avg_sq", state.max_exp_avg_sq());
  }
};

struct AdamFields
    : AdamLikeFields<torch::optim::Adam, torch::optim::AdamOptions, torch::optim::AdamParamState> {
  static constexpr char const* kName = "Adam";
};

struct AdamWFields : AdamLikeFields<torch::optim::AdamW, torch::optim::AdamWOptions,
                                    torch::optim::AdamWParamState> {
  static constexpr char const* kName = "AdamW";
};

struct AdagradFields
    : Fields<torch::optim::Adagrad, torch::optim::AdagradOptions, torch::optim::AdagradParamState> {
  static constexpr char const* kName = "Adagrad";

  static void of(Options& options, auto const& field) {
    field("lr", options.lr());
    field("lr_decay", options.lr_decay());
    field("weight_decay", options.weight_decay());
    field("initial_accumulator_value", options.initial_accumulator_value());
    field("eps", options.eps());
  }
  static void of(State& state, auto const& field) {
    field("step", state.step());
    field("sum", state.sum());
  }
};

struct RMSpropFields
    : Fields<torch::optim::RMSprop, torch::optim::RMSpropOptions, torch::optim::RMSpropParamState> {
  static constexpr char const* kName = "RMSprop";

  static void of(Options& options, auto const& field) {
    field("lr", options.lr());
    field("alpha", options.alpha());
    field("eps", options.eps());
    field("weight_decay", options.weight_decay());
    field("momentum", options.momentum());
    field("centered", options.centered());
  }
  static void of(State& state, auto const& field) {
    field("step", state.step());
    field("square_avg", state.square_avg());
    field("momentum_buffer", state.momentum_buffer());
    field("grad_avg", state.grad_avg());
  }
};

}  // namespace sferic::detail
