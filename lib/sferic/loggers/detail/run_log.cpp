#include <sferic/loggers/detail/run_log.hpp>

#include <sferic/loggers/detail/hparams_file.hpp>
#include <sferic/loggers/detail/kept_records.hpp>
#include <sferic/loggers/detail/logger_checks.hpp>
#include <sferic/loggers/detail/run_folder.hpp>
#include <sferic/loggers/detail/writer_thread.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace sferic::detail {

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// A time that can be added to the present one: at most some thirty years.
std::chrono::duration<double> interval_of(LoggerOptions const& options) {
  return std::chrono::duration<double>(std::min(options.flush_seconds, 1e9));
}

}  // namespace

struct RunLog::Impl {
  Impl(char const* logger, LoggerOptions given, MakeLogFormat make_format)
      : options(std::move(given)),
        make(make_format),
        folder(options),
        errors(logger, options.on_error) {}

  void push(event::Moment const& e, std::int64_t step, decltype(LogRecord::content) content) {
    if (e.progress.rank != 0) return;
    if (!thread) {
      try_to([this] { folder.path(); });  // here, for loggers to get their versions in order
      WriterThread::Work work{[this](LogRecord const& record) { write(record); },
                              [this] { flush_format(); }};
      thread.emplace(std::move(work), options.queue_bytes, interval_of(options));
    }
    thread->push({now(), step, e.progress.epoch, std::move(content)});
  }

  template <class Action>
  void try_to(Action action) {
    try {
      action();
    } catch (std::exception const& error) {
      errors.tell(error.what());
    }
  }

  // These run on the thread.

  void write(LogRecord const& record) {
    if (!format) try_to([this] { open(); });
    if (format) {
      try_to([&] { format->write(record); });
    } else {
      unopened.keep(record);
    }
  }

  void flush_format() {
    if (!format && !unopened.empty()) try_to([this] { open(); });
    if (!format) return;
    if (!has_hparams) try_to([this] { write_hparams_file(); });
    try_to([this] { format->flush(); });
  }

  void open() {
    auto const& path = folder.path();
    format = make(path, options, [this](std::string const& error) { errors.tell(error); });
    for (auto const& record : unopened.take()) {
      try_to([&] { format->write(record); });
    }
    if (auto const lost = unopened.take_lost(); lost > 0) {
      errors.tell("`" + path.string() + "` lacks " + std::to_string(lost) +
                  " records, logged while it could not be made");
    }
  }

  void write_hparams_file() {
    write_hparams(folder.path(), options.hparams);
    has_hparams = true;
  }

  LoggerOptions const options;
  MakeLogFormat const make;
  RunFolder folder;
  ErrorReport errors;

  bool is_fit = false;  ///< and not a trial
  bool is_well = true;
  bool is_epoch_over = false;

  // Of the thread.
  std::optional<LogFormat> format;  ///< none before it is needed and its folder is made
  KeptRecords unopened{options.queue_bytes};
  bool has_hparams = options.hparams.empty();

  std::optional<WriterThread> thread;  ///< last: it uses the others
};

RunLog::RunLog(char const* logger, LoggerOptions options, MakeLogFormat make) {
  check_options(logger, options);
  impl_ = std::make_unique<Impl>(logger, std::move(options), make);
}

RunLog::~RunLog() = default;
RunLog::RunLog(RunLog&&) noexcept = default;
RunLog& RunLog::operator=(RunLog&&) noexcept = default;

void RunLog::on(event::FitStart const& e) {
  impl_->is_fit = !e.plan.is_trial;
  impl_->is_well = true;
  if (!impl_->is_fit || impl_->options.hparams.empty()) return;
  impl_->push(e, e.progress.optimizer_steps, LogBegin{});
}

/// Outside of a fit it is for evaluation, and nothing is logged again.
void RunLog::on(event::LoadCheckpoint const& e) {
  if (impl_->is_fit) impl_->push(e, e.progress.optimizer_steps, LogResume{});
}

/// A fit that goes on from it makes none of these steps again.
void RunLog::on(event::SaveCheckpoint const&) { flush(); }

void RunLog::on(event::MetricsLogged const& e) {
  impl_->errors.throw_if_any();
  impl_->push(e, e.step, e.values);
  if (std::exchange(impl_->is_epoch_over, false) && impl_->thread) impl_->thread->request_flush();
}

void RunLog::write_media(event::MediaLogged const& e) {
  impl_->errors.throw_if_any();
  impl_->push(e, e.step, e.media);
}

/// The values of the epoch are told right after this.
void RunLog::on(event::TrainEpochEnd const&) {
  impl_->is_epoch_over = true;
  if (impl_->thread) impl_->thread->request_flush();
}

void RunLog::on(event::Exception const&) {
  impl_->is_well = false;
  flush();
}

void RunLog::on(event::Teardown const& e) {
  if (std::exchange(impl_->is_fit, false) && impl_->thread) {
    impl_->push(e, e.progress.optimizer_steps, LogEnd{impl_->is_well});
  }
  flush();
  impl_->errors.end_task();
}

std::filesystem::path const& RunLog::log_dir() { return impl_->folder.path(); }

std::int64_t RunLog::version() { return impl_->folder.version(); }

void RunLog::flush() {
  if (impl_->thread) impl_->thread->flush();
}

}  // namespace sferic::detail
