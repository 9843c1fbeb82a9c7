#include <sferic/callbacks/progress_bar.hpp>

#include <sferic/metrics/metrics.hpp>

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace sferic {

namespace {

void check_seconds(char const* option, double seconds) {
  if (seconds >= 0) return;  // false for NaN too
  throw std::invalid_argument(fmt::format("{} must be >= 0, but got {}", option, seconds));
}

ProgressBarOptions checked(ProgressBarOptions options) {
  check_seconds("refresh_seconds", options.refresh_seconds);
  check_seconds("plain_seconds", options.plain_seconds);
  if (!options.file) throw std::invalid_argument("file must be an open stream, but got null");
  if (!options.clock) throw std::invalid_argument("clock must be a function, but got null");
  for (std::size_t i = 0; i < options.columns.size(); ++i) {
    if (options.columns[i]) continue;
    throw std::invalid_argument(fmt::format("columns must be functions, but got none at {}", i));
  }
  return options;
}

/// Counted from 1, as people do.
std::string epoch_title(Progress const& progress) {
  auto const epoch = progress.epoch + 1;
  if (!progress.max_epochs) return fmt::format("Epoch {}", epoch);
  return fmt::format("Epoch {}/{}", epoch, *progress.max_epochs);
}

std::string evaluation_title(Progress const& progress) {
  std::string title(name(progress.stage));
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  if (progress.loader > 0) title += fmt::format(" (loader {})", progress.loader + 1);
  return title;
}

}  // namespace

ProgressBar::ProgressBar(ProgressBarOptions options)
    : options_(checked(options)),
      output_(options_.file),
      interval_(output_.is_terminal() ? options_.refresh_seconds : options_.plain_seconds) {}

// A plain line is due some time after this, not with the first batch.
void ProgressBar::on(event::Setup const&) { shown_at_ = options_.clock(); }

void ProgressBar::on(event::TrainEpochStart const& e) { begin(epoch_, e); }
void ProgressBar::on(event::TrainBatchStart const& e) {
  if (!epoch_) begin(epoch_, e);  // of an epoch that a fit goes on with
}
void ProgressBar::on(event::TrainBatchEnd const& e) { advance(epoch_, e); }
void ProgressBar::on(event::TrainEpochEnd const& e) {
  if (e.progress.rank != 0) return;
  if (!epoch_) {  // a fit went on after the epoch's last batch
    begin(epoch_, e);
    epoch_->line.first = epoch_->line.done = e.progress.batch + 1;
  }
  finish(epoch_, e);
}

void ProgressBar::on(event::ValidationStart const& e) { begin(evaluation_, e); }
void ProgressBar::on(event::ValidationBatchStart const& e) { change_loader(e); }
void ProgressBar::on(event::ValidationBatchEnd const& e) { advance(evaluation_, e); }
void ProgressBar::on(event::ValidationEnd const& e) { finish_evaluation(e); }

void ProgressBar::on(event::TestStart const& e) { begin(evaluation_, e); }
void ProgressBar::on(event::TestBatchStart const& e) { change_loader(e); }
void ProgressBar::on(event::TestBatchEnd const& e) { advance(evaluation_, e); }
void ProgressBar::on(event::TestEnd const& e) { finish_evaluation(e); }

void ProgressBar::on(event::PredictStart const& e) { begin(evaluation_, e); }
void ProgressBar::on(event::PredictBatchStart const& e) { change_loader(e); }
void ProgressBar::on(event::PredictBatchEnd const& e) { advance(evaluation_, e); }
void ProgressBar::on(event::PredictEnd const& e) { finish_evaluation(e); }

void ProgressBar::on(event::Exception const&) { break_off(); }
void ProgressBar::on(event::Teardown const&) { break_off(); }

void ProgressBar::begin(std::optional<Pass>& pass, event::Moment const& e) {
  auto const& progress = e.progress;
  if (progress.rank != 0) return;
  bool const is_training = progress.stage == Stage::kTrain;
  pass.emplace();
  pass->line.title = is_training ? epoch_title(progress) : evaluation_title(progress);
  pass->line.first = pass->line.done = progress.batch;  // not 0 where a training is resumed
  pass->line.total = progress.batches;
  pass->loader = progress.loader;
  pass->is_transient = progress.task == Task::kFit && !is_training;
  pass->start = options_.clock();
  if (output_.is_terminal()) draw(*pass, e);
}

void ProgressBar::advance(std::optional<Pass>& pass, event::Moment const& e) {
  if (!pass) return;
  pass->line.done = e.progress.batch + 1;
  pass->line.total = e.progress.batches;
  if (options_.clock() - shown_at_ >= interval_) draw(*pass, e);
}

void ProgressBar::finish(std::optional<Pass>& pass, event::Moment const& e) {
  if (!pass) return;
  bool const leaves = options_.leave || !output_.is_terminal();
  if (leaves && !pass->is_transient) {
    pass->line.finished = true;
    draw(*pass, e);
    output_.keep();
  } else {
    output_.erase();
  }
  pass.reset();
}

void ProgressBar::change_loader(event::Moment const& e) {
  if (!evaluation_) return begin(evaluation_, e);  // of a validation that a fit goes on with
  if (evaluation_->loader == e.progress.loader) return;
  finish_loader(e);
  begin(evaluation_, e);
}

void ProgressBar::finish_loader(event::Moment const& e) {
  if (epoch_ && evaluation_) epoch_->start += options_.clock() - evaluation_->start;
  finish(evaluation_, e);
}

void ProgressBar::finish_evaluation(event::Moment const& e) {
  finish_loader(e);
  if (epoch_ && output_.is_terminal()) draw(*epoch_, e);
}

/// Leaves the line as it stands at this moment. Reads no values: after an error of a device that
/// would be an error again.
void ProgressBar::break_off() {
  if (auto* const pass = shown()) show(*pass);
  output_.keep();
  evaluation_.reset();
  epoch_.reset();
}

void ProgressBar::print(std::string_view text, std::FILE* file) {
  bool const is_in_the_way = output_.line_is_open();
  output_.erase();
  std::FILE* const to = file ? file : options_.file;
  std::fwrite(text.data(), 1, text.size(), to);
  std::fputc('\n', to);
  std::fflush(to);
  if (is_in_the_way) output_.show(shown()->line.text(output_.style()));
}

ProgressBar::Pass* ProgressBar::shown() {
  auto& pass = evaluation_ ? evaluation_ : epoch_;
  return pass ? &*pass : nullptr;
}

void ProgressBar::draw(Pass& pass, event::Moment const& e) {
  take_time(pass);
  std::vector<std::string> columns;  // the old ones stay where one throws
  for (auto const& column : options_.columns) {
    columns.push_back(
        column({e.progress, e.metrics, e.module, pass.line.seconds, pass.line.rate()}));
  }
  pass.line.columns = std::move(columns);
  if (!pass.is_transient) pass.line.values = e.metrics.progress_bar();
  show(pass);
}

void ProgressBar::show(Pass& pass) {
  take_time(pass);
  output_.show(pass.line.text(output_.style()));
}

void ProgressBar::take_time(Pass& pass) {
  shown_at_ = options_.clock();
  pass.line.seconds = std::chrono::duration<double>(shown_at_ - pass.start).count();
}

}  // namespace sferic
