#include <sferic/callbacks/model_checkpoint.hpp>

#include <sferic/callbacks/detail/checkpoint_files.hpp>
#include <sferic/callbacks/detail/options.hpp>
#include <sferic/events/control.hpp>
#include <sferic/metrics/metrics.hpp>

#include <c10/util/Exception.h>

#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

namespace sferic {

namespace {

namespace fs = std::filesystem;

constexpr auto kModelCheckpoint = "ModelCheckpoint";

void check_triggers(ModelCheckpointOptions const& options) {
  auto const& steps = options.every_n_train_steps;
  auto const& epochs = options.every_n_epochs;
  auto const& interval = options.train_time_interval;
  detail::require(steps.value_or(0) >= 0, kModelCheckpoint, "every_n_train_steps", ">= 0",
                  steps.value_or(0));
  detail::require(epochs.value_or(0) >= 0, kModelCheckpoint, "every_n_epochs", ">= 0",
                  epochs.value_or(0));
  auto const seconds = interval.value_or(std::chrono::seconds(0)).count();
  detail::require(seconds >= 0, kModelCheckpoint, "train_time_interval", ">= 0 s", seconds);
  int const given = (steps.value_or(0) > 0) + (epochs.value_or(0) > 0) + interval.has_value();
  if (given <= 1) return;
  throw std::invalid_argument(fmt::format(
      "every_n_train_steps, every_n_epochs and train_time_interval of ModelCheckpoint exclude each "
      "other, but got {}, {} and {}",
      steps.value_or(0), epochs.value_or(0), interval ? fmt::format("{} s", seconds) : "none"));
}

ModelCheckpointOptions checked(ModelCheckpointOptions options) {
  auto const k = options.save_top_k;
  detail::require(!options.dirpath.empty(), kModelCheckpoint, "dirpath", "a folder", "none");
  detail::require(k >= -1, kModelCheckpoint, "save_top_k", ">= -1", k);
  detail::require(!options.monitor.empty() || k <= 1, kModelCheckpoint, "save_top_k",
                  "-1, 0 or 1 without a monitor", k);
  detail::require_mode(kModelCheckpoint, options.mode);
  check_triggers(options);
  if (!options.every_n_train_steps && !options.train_time_interval && !options.every_n_epochs) {
    options.every_n_epochs = 1;
  }
  return options;
}

/// Whether `count` is one of every n.
bool is_due(std::int64_t count, std::optional<std::int64_t> n) {
  return n.value_or(0) > 0 && count % *n == 0;
}

/// "epoch" and "step" are whole numbers, though somebody has logged them.
detail::CheckpointName::Find values_of(event::Moment const& e) {
  return [&e](std::string const& name) -> std::optional<detail::CheckpointName::Value> {
    auto const logged = e.metrics.get(name);
    bool const is_epoch = name == "epoch";
    if (is_epoch || name == "step") {
      if (logged && std::isfinite(*logged)) return static_cast<std::int64_t>(*logged);
      return is_epoch ? e.progress.epoch : e.progress.optimizer_steps;
    }
    if (logged) return *logged;
    return std::nullopt;
  };
}

}  // namespace

ModelCheckpoint::ModelCheckpoint(ModelCheckpointOptions options)
    : options_(checked(std::move(options))),
      dirpath_(detail::real_folder(options_.dirpath)),
      name_(options_.filename, options_.auto_insert_metric_name, "filename"),
      last_name_("last", false, "save_last"),
      best_(options_.mode == "min", options_.save_top_k) {}

void ModelCheckpoint::on(event::FitStart const& e) {
  auto const& plan = e.plan;
  is_trial_ = plan.is_trial || e.progress.rank != 0;
  saves_train_epochs_ = options_.save_on_train_epoch_end.value_or(
      !plan.has_validation || (plan.validates_each_epoch && plan.validates_at_epoch_end));
  has_validated_ = false;
  last_step_saved_ = 0;
  resumed_from_.clear();
  if (!is_trial_ && options_.save_top_k != 0 && detail::has_files(dirpath_)) {
    TORCH_WARN("the folder of ModelCheckpoint, `", dirpath_.string(), "`, is not empty");
  }
}

void ModelCheckpoint::on(event::TrainStart const&) { last_time_ = options_.clock(); }

void ModelCheckpoint::on(event::LoadCheckpoint const& e) {
  resumed_from_ = detail::real_folder(fs::absolute(e.path).parent_path()) / e.path.filename();
}

void ModelCheckpoint::on(event::TrainBatchEnd const& e) {
  if (leaves_out(e)) return;
  auto const& interval = options_.train_time_interval;
  if (interval) {
    auto const now = options_.clock();
    if (now - last_time_ < *interval) return;
    last_time_ = now;
  } else if (!is_due(e.progress.optimizer_steps, options_.every_n_train_steps)) {
    return;
  }
  ++group_;
  save_best(e);
  save_last(e);
}

void ModelCheckpoint::on(event::ValidationEnd const& e) {
  if (!saves_train_epochs_) save_after_epoch(e);
  if (e.progress.stage == Stage::kValidation) has_validated_ = true;
}

void ModelCheckpoint::on(event::TrainEpochEnd const& e) {
  if (saves_train_epochs_) save_after_epoch(e);
}

void ModelCheckpoint::on(event::Exception const& e) {
  if (!options_.save_on_exception || leaves_out(e)) return;
  ++group_;
  request(e, {.kind = Saving::Kind::kOther, .path = path_of(e, name_, {})});
  save_last(e);
}

void ModelCheckpoint::on(event::FindCheckpoint const& e) const {
  if (e.which == "best" && !best_model_path_.empty()) e.candidates.push_back(best_model_path_);
  if (e.which == "last") {
    for (auto& each : detail::last_files(dirpath_)) e.candidates.push_back(std::move(each));
  }
}

bool ModelCheckpoint::leaves_out(event::Moment const& e) const {
  return is_trial_ || e.progress.task != Task::kFit || e.progress.stage == Stage::kSanityCheck ||
         e.progress.optimizer_steps == 0 || e.progress.optimizer_steps == last_step_saved_;
}

void ModelCheckpoint::save_after_epoch(event::Moment const& e) {
  if (leaves_out(e)) return;
  ++group_;
  if (is_due(e.progress.epoch + 1, options_.every_n_epochs)) save_best(e);
  save_last(e);
}

void ModelCheckpoint::save_best(event::Moment const& e) {
  if (options_.save_top_k == 0) return;
  if (options_.monitor.empty()) return save_newest(e);
  auto const value = monitored(e);
  if (!value) return;
  if (best_.takes(*value)) {
    save_scored(e, *value);
  } else if (options_.verbose) {
    tell(e, *value, {});
  }
}

std::optional<double> ModelCheckpoint::monitored(event::Moment const& e) {
  auto const value = e.metrics.get(options_.monitor);
  if (value) return value;
  std::string names;
  for (auto const& each : e.metrics.all()) names += (names.empty() ? "`" : ", `") + each.name + '`';
  auto const message = fmt::format(
      "monitor of ModelCheckpoint must be the name of a logged value, but got `{}`; the "
      "logged values are: {}",
      options_.monitor, names.empty() ? "none" : names);
  if (has_validated_) throw std::invalid_argument(message);
  if (!std::exchange(has_warned_, true)) TORCH_WARN(message);
  return std::nullopt;
}

void ModelCheckpoint::save_newest(event::Moment const& e) {
  auto path = path_of(e, name_, best_model_path_);
  Saving saving{.kind = Saving::Kind::kNewest, .path = path, .previous = best_model_path_};
  if (options_.save_top_k == 1) saving.obsolete = best_model_path_;
  best_model_path_ = std::move(path);
  if (options_.verbose) tell(e, 0, best_model_path_);
  request(e, std::move(saving));
}

void ModelCheckpoint::save_scored(event::Moment const& e, double value) {
  double const score = std::isnan(value) ? best_.worst_score() : value;
  Saving saving{.kind = Saving::Kind::kBest,
                .removed = best_.make_room(),
                .old_current_score = current_score_};
  if (saving.removed) saving.obsolete = saving.removed->path;
  saving.path = path_of(e, name_, saving.obsolete);
  saving.old_score = best_.put(saving.path, score);
  current_score_ = score;
  update_best();
  if (options_.verbose) tell(e, score, saving.path);
  request(e, std::move(saving));
}

void ModelCheckpoint::save_last(event::Moment const& e) {
  if (options_.save_last == SaveLast::kNone) return;
  auto path = path_of(e, last_name_, last_model_path_);
  auto const previous = std::exchange(last_model_path_, path);
  auto* const newest = savings_.empty() ? nullptr : &savings_.back();
  if (options_.save_last == SaveLast::kLink && newest && newest->group == group_) {
    newest->link = std::move(path);
    newest->previous_link = previous;
    return;
  }
  request(e, {.kind = Saving::Kind::kLast,
              .path = std::move(path),
              .previous = previous,
              .obsolete = previous});
}

/// The state is what it will be when the file stands, so that the file tells of itself.
void ModelCheckpoint::request(event::Moment const& e, Saving saving) {
  saving.group = group_;
  saving.step = e.progress.optimizer_steps;
  saving.last_step_saved = std::exchange(last_step_saved_, saving.step);
  e.control.request_checkpoint(saving.path, {.weights_only = options_.save_weights_only,
                                             .asynchronous = options_.asynchronous,
                                             .on_error = options_.on_error});
  savings_.push_back(std::move(saving));
}

fs::path ModelCheckpoint::path_of(event::Moment const& e, detail::CheckpointName const& name,
                                  fs::path const& reusable) const {
  auto const text = name.format(values_of(e));
  auto path = dirpath_ / (text + ".ckpt");
  for (int version = 1; options_.enable_version_counter && path != reusable && is_taken(e, path);
       ++version) {
    path = dirpath_ / fmt::format("{}-v{}.ckpt", text, version);
  }
  return path;
}

bool ModelCheckpoint::is_taken(event::Moment const& e, fs::path const& path) const {
  for (auto const& saving : savings_) {
    if (saving.path == path || saving.link == path) return true;
  }
  return detail::is_there(path) || e.control.checkpoint_requested(path);
}

void ModelCheckpoint::update_best() {
  auto const* const best = best_.best();
  best_model_path_ = best ? best->path : fs::path();
  best_model_score_ = best ? std::optional(best->score) : std::nullopt;
}

void ModelCheckpoint::tell(event::Moment const& e, double value, fs::path const& path) const {
  auto text = fmt::format("epoch {}, step {}: ", e.progress.epoch, e.progress.optimizer_steps);
  if (path.empty()) {
    text += fmt::format("`{}` was not in top {}", options_.monitor, options_.save_top_k);
  } else if (options_.monitor.empty()) {
    text += fmt::format("saving `{}`", path.string());
  } else {
    text += fmt::format("`{}` reached {:.5f} (best {:.5f}), saving `{}`", options_.monitor, value,
                        best_model_score_.value_or(value), path.string());
  }
  std::fprintf(stderr, "%s\n", text.c_str());
}

}  // namespace sferic
