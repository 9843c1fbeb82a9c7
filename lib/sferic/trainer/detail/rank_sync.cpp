#include <sferic/trainer/detail/rank_sync.hpp>

#include <sferic/checkpoint/detail/random_state.hpp>
#include <sferic/persistence/detail/message_of.hpp>
#include <sferic/trainer/detail/fit_position.hpp>
#include <sferic/trainer/interrupted.hpp>

#include <fmt/format.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>
#include <torch/utils.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace sferic::detail {

namespace {

std::vector<at::Tensor> buffers_of(torch::nn::Module const& module) {
  auto buffers = module.buffers();
  std::erase_if(buffers, [](auto const& each) { return !each.defined(); });
  return buffers;
}

/// One a line.
std::string described(torch::nn::Module const& module) {
  std::ostringstream text;
  auto const describe = [&](auto const& tensors) {
    for (auto const& each : tensors) {
      if (!each.value().defined()) continue;
      text << each.key() << ": " << each.value().scalar_type() << each.value().sizes() << '\n';
    }
  };
  describe(module.named_parameters());
  describe(module.named_buffers());
  return text.str();
}

std::string first_other_line(std::string const& text, std::string const& other) {
  std::istringstream lines(text), others(other);
  std::string line, other_line;
  while (std::getline(lines, line)) {
    if (!std::getline(others, other_line)) other_line = "nothing";
    if (line != other_line) return fmt::format("`{}` against `{}`", line, other_line);
  }
  return std::getline(others, other_line) ? fmt::format("nothing against `{}`", other_line) : "";
}

/// SplitMix64 (Steele et al. 2014).
std::uint64_t mixed(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// FNV-1a.
std::uint64_t hash_of(at::Tensor const& bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  auto const* const data = static_cast<unsigned char const*>(bytes.data_ptr());
  for (std::int64_t i = 0; i < bytes.numel(); ++i) hash = (hash ^ data[i]) * 0x100000001b3u;
  return hash;
}

void append(std::string& bytes, std::string_view part) {
  auto const size = part.size();
  bytes.append(reinterpret_cast<char const*>(&size), sizeof(size));
  bytes += part;
}

std::string_view take(std::string_view& bytes) {
  std::size_t size = 0;
  std::memcpy(&size, bytes.data(), sizeof(size));
  auto const part = bytes.substr(sizeof(size), size);
  bytes.remove_prefix(sizeof(size) + size);
  return part;
}

template <class Function>
void for_each_learning_rate(Optimizers const& optimizers, Function function) {
  for (std::size_t i = 0; i < optimizers.size(); ++i) {
    for (auto& group : optimizers.at(i).param_groups()) {
      if (group.has_options()) function(group.options());
    }
  }
}

}  // namespace

void share_module(LoopContext const& context) {
  if (!context.ranks) return;
  auto const& module = *context.module.module;
  auto const here = described(module);
  auto const there = of_rank_zero(context, here);
  if (here != there) {
    throw std::invalid_argument(fmt::format("the module of rank {} is not that of rank 0: {}",
                                            context.progress.rank, first_other_line(here, there)));
  }
  context.ranks->broadcast(module.parameters());
  share_buffers(context);
}

void share_buffers(LoopContext const& context) {
  if (context.ranks) context.ranks->broadcast(buffers_of(*context.module.module));
}

void reduce_metrics(LoopContext const& context, Metrics::Sync which) {
  if (!context.ranks) return;
  context.metrics.reduce_shared(which, context.ranks->gather(context.metrics.share(which)));
}

void share_learning_rates(LoopContext const& context, Interval interval, std::int64_t count) {
  auto const& schedules = context.optimizers.schedules();
  bool const is_due = std::any_of(schedules.begin(), schedules.end(), [&](auto const& each) {
    return each.takes_value() && each.options().interval == interval &&
           count % each.options().frequency == 0;
  });
  if (!context.ranks || !is_due) return;
  std::string rates;
  for_each_learning_rate(context.optimizers, [&](auto const& options) {
    append(rates, fmt::format("{:a}", options.get_lr()));
  });
  auto const shared = of_rank_zero(context, rates);
  std::string_view left = shared;
  for_each_learning_rate(context.optimizers, [&](auto& options) {
    options.set_lr(std::strtod(std::string(take(left)).c_str(), nullptr));
  });
}

void share_states(LoopContext const& context) {
  if (!context.ranks) return;
  std::string states;
  for (auto const& state : context.registry.states()) {
    if (!state.is_rank_zeros || context.progress.rank != 0) continue;
    append(states, state.key);
    append(states, state.save(state.object));
  }
  auto const shared = of_rank_zero(context, states);
  if (context.progress.rank == 0) return;
  std::string_view left = shared;
  while (!left.empty()) {
    auto const key = take(left);
    auto const bytes = take(left);
    for (auto const& state : context.registry.states()) {
      if (state.key == key) state.load(state.object, bytes);
    }
  }
}

void gather_for_checkpoint(LoopContext const& context) {
  if (!context.ranks) return;
  if (context.position.accumulated > 0) {
    std::vector<at::Tensor> gradients;
    for (auto const& each : context.module.module->parameters()) {
      if (each.grad().defined()) gradients.push_back(each.grad());
    }
    context.ranks->reduce_mean(gradients);
  }
  context.metrics.gather_shared(context.ranks->gather(context.metrics.share(Metrics::Sync::kEpoch)),
                                context.progress.rank == 0);
}

std::string of_rank_zero(LoopContext const& context, std::string const& text) {
  if (!context.ranks) return text;
  return std::move(
      context.ranks->gather(context.progress.rank == 0 ? text : std::string()).front());
}

bool on_any_rank(LoopContext const& context, bool is_so) {
  if (!context.ranks) return is_so;
  std::int64_t number = is_so;
  context.ranks->reduce_max({&number, 1});
  return number != 0;
}

std::vector<at::Tensor> trained_parameters(torch::nn::Module const& module) {
  auto parameters = module.parameters();
  std::erase_if(parameters, [](auto const& each) { return !each.requires_grad(); });
  return parameters;
}

bool take_skip_batch(LoopContext const& context) {
  if (!context.control.take_skip_batch()) return false;
  if (!context.ranks) return true;
  throw std::logic_error(
      "skip_batch() was called where several processes train together, of which the others would "
      "not skip the batch");
}

std::exception_ptr leave_ranks(LoopContext const& context, std::exception_ptr error) {
  if (!context.ranks) return error;
  Ranks::Farewell farewell{.what = message_of(error)};
  try {
    std::rethrow_exception(error);
  } catch (RankError const& told) {
    farewell.signal = told.signal();
    if (farewell.signal != 0) error = std::make_exception_ptr(Interrupted(farewell.signal));
  } catch (Interrupted const& interrupted) {
    farewell.signal = interrupted.signal();
  } catch (...) {
  }
  context.ranks->leave(farewell);
  return error;
}

std::int64_t random_base(LoopContext const& context) {
  auto base = static_cast<std::int64_t>(hash_of(random_state(torch::kCPU).cpu) >> 1);
  if (!context.ranks) return base;
  if (context.progress.rank != 0) base = 0;
  context.ranks->reduce_max({&base, 1});
  return base;
}

void seed_batch(LoopContext const& context, std::int64_t base, std::int64_t batch) {
  if (context.progress.rank == 0) return;
  auto seed = mixed(static_cast<std::uint64_t>(base));
  seed = mixed(seed ^ static_cast<std::uint64_t>(context.progress.rank));
  torch::manual_seed(mixed(seed ^ static_cast<std::uint64_t>(batch)));
}

}  // namespace sferic::detail
