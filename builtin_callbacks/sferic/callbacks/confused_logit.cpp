#include <sferic/callbacks/confused_logit.hpp>

#include <sferic/callbacks/detail/aside.hpp>
#include <sferic/callbacks/detail/batch_tensors.hpp>
#include <sferic/callbacks/detail/options.hpp>
#include <sferic/media/make_grid.hpp>
#include <sferic/metrics/metrics.hpp>

#include <fmt/format.h>
#include <torch/autograd.h>
#include <torch/data/example.h>

#include <cmath>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

constexpr char const* kConfusedLogit = "ConfusedLogit";
constexpr double kStep = 2;  ///< so far along a gradient

at::Tensor usual_input(BatchRef batch) {
  if (auto const* const tensor = batch.get_if<at::Tensor>()) return *tensor;
  if (auto const* const pair = batch.get_if<std::pair<at::Tensor, at::Tensor>>()) {
    return pair->first;
  }
  if (auto const* const example = batch.get_if<torch::data::Example<>>()) return example->data;
  detail::refuse_batch(batch, kConfusedLogit, "input");
  return {};
}

void refuse(char const* what, at::Tensor const& got) {
  std::ostringstream message;
  message << what << " of ConfusedLogit, but got ";
  if (got.defined()) {
    message << c10::toString(got.scalar_type()) << got.sizes();
  } else {
    message << "nothing";
  }
  throw std::invalid_argument(message.str());
}

at::Tensor checked_input(at::Tensor const& input) {
  if (!input.defined() || (input.dim() != 3 && input.dim() != 4) || !input.is_floating_point()) {
    refuse("real images (samples, channels, height, width) must be the input", input);
  }
  return input.detach();
}

at::Tensor checked_logits(at::Tensor const& logits, at::Tensor const& input) {
  if (!logits.defined() || logits.dim() != 2 || logits.size(0) != input.size(0) ||
      logits.size(1) < 2) {
    refuse("logits (samples, two classes or more) must be returned by the function", logits);
  }
  return logits;
}

/// Samples, the logits of each, highest first, and their classes.
struct Confused {
  at::Tensor input;    ///< (samples, ...)
  at::Tensor values;   ///< (samples, 2)
  at::Tensor classes;  ///< (samples, 2)
};

Confused find_confused(at::Tensor const& input, at::Tensor const& logits,
                       ConfusedLogitOptions const& options) {
  auto const [values, classes] = logits.topk(2, /*dim=*/1);
  auto const difference = values.select(1, 0) - values.select(1, 1);
  auto const confused = (difference < options.max_logit_difference)
                            .logical_and(values.select(1, 0) > options.min_logit_value);
  auto const rows = confused.nonzero().flatten().slice(0, 0, options.top_k);
  return {input.index_select(0, rows), values.index_select(0, rows), classes.index_select(0, rows)};
}

/// The gradients of the highest and of the second highest logit, each of its own sample's.
std::pair<at::Tensor, at::Tensor> gradients(Confused const& confused,
                                            ConfusedLogit::Logits const& function) {
  torch::AutoGradMode const with_gradients(true);
  auto const x = confused.input.clone().requires_grad_();
  auto const logits = checked_logits(function(x), x);
  if (!logits.requires_grad()) refuse("logits must depend on the input in the function", logits);
  auto const gradient = [&](std::int64_t rank, bool goes_on) {
    auto const own = logits.gather(1, confused.classes.narrow(1, rank, 1));
    return torch::autograd::grad({own.sum()}, {x}, {}, /*retain_graph=*/goes_on).front();
  };
  auto const first = gradient(0, true);
  return {first, gradient(1, false)};
}

/// A number for each sample, of a shape that goes with (samples, ...).
at::Tensor for_each_sample(at::Tensor const& numbers, at::Tensor const& samples) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(samples.dim()), 1);
  shape.front() = samples.size(0);
  return numbers.view(shape);
}

/// From dark to bright.
at::Tensor stretched(at::Tensor const& images) {
  auto const values = images.flatten(1);
  auto const low = for_each_sample(values.amin(1), images);
  auto const high = for_each_sample(values.amax(1), images);
  return (images - low) / (high - low).clamp_min(1e-12);
}

/// From dark over grey, which is 0, to bright.
at::Tensor around_grey(at::Tensor const& gradients) {
  auto const largest = for_each_sample(gradients.flatten(1).abs().amax(1), gradients);
  return gradients / largest.clamp_min(1e-12) / 2 + 0.5;
}

/// A row for each sample.
at::Tensor picture(at::Tensor const& x, at::Tensor const& g0, at::Tensor const& g1) {
  auto const columns = at::stack({stretched(x), around_grey(g0), around_grey(g1),
                                  stretched(x + kStep * g0), stretched(x + kStep * g1)},
                                 /*dim=*/1);
  return make_grid(columns.flatten(0, 1), {.images_per_row = columns.size(1)});
}

/// A line for each sample.
std::string text(Confused const& confused) {
  auto const values = confused.values.to(at::kCPU, at::kDouble);
  auto const classes = confused.classes.to(at::kCPU);
  auto const one = [&](std::int64_t row, std::int64_t rank) {
    return fmt::format("{} ({:.3f})", classes[row][rank].item<std::int64_t>(),
                       values[row][rank].item<double>());
  };
  std::string lines;
  for (std::int64_t row = 0; row < values.size(0); ++row) {
    lines += fmt::format("{} or {}\n", one(row, 0), one(row, 1));
  }
  return lines;
}

}  // namespace

ConfusedLogit::ConfusedLogit(ConfusedLogitOptions options, Logits logits)
    : options_(std::move(options)),
      logits_(std::move(logits)),
      outlet_(kConfusedLogit, options_.folder) {
  detail::require(options_.top_k >= 1, kConfusedLogit, "top_k", ">= 1", options_.top_k);
  detail::require(!std::isnan(options_.min_logit_value), kConfusedLogit, "min_logit_value",
                  "a number", options_.min_logit_value);
  detail::require(options_.max_logit_difference > 0, kConfusedLogit, "max_logit_difference", "> 0",
                  options_.max_logit_difference);
  detail::require(options_.logging_batch_interval >= 1, kConfusedLogit, "logging_batch_interval",
                  ">= 1", options_.logging_batch_interval);
  detail::require(logits_ != nullptr, kConfusedLogit, "the function", "given", "none");
  if (!options_.input) options_.input = &usual_input;
}

void ConfusedLogit::on(event::TrainBatchEnd const& e) {
  if ((e.progress.batch + 1) % options_.logging_batch_interval != 0) return;
  if (!outlet_.is_open(e.metrics)) return;
  detail::Aside const aside(e.module);
  torch::NoGradGuard const no_grad;
  auto const input = checked_input(options_.input(e.batch));
  auto const confused = find_confused(input, checked_logits(logits_(input), input), options_);
  if (confused.input.size(0) == 0) return;
  auto const [g0, g1] = gradients(confused, logits_);
  outlet_.put(e.metrics, "confusing_imgs",
              detail::moment_of_batch(e.progress.epoch, e.progress.batch),
              picture(confused.input, g0, g1));
  e.metrics.log_text("confusing_logits", text(confused));
}

}  // namespace sferic
