#include <sferic/loggers/detail/error_report.hpp>

#include <sferic/loggers/log_error.hpp>

#include <cstdio>
#include <utility>

namespace sferic::detail {

ErrorReport::ErrorReport(std::string logger, LogErrors on_error)
    : logger_(std::move(logger)), on_error_(on_error) {}

void ErrorReport::tell(std::string const& error) {
  std::lock_guard const lock(mutex_);
  if (!told_.insert(error).second) return;
  auto const message = logger_ + ": " + error;
  if (on_error_ == LogErrors::kWarn) {
    std::fputs(("Warning: " + message + "\n").c_str(), stderr);
  } else if (to_throw_.empty()) {
    to_throw_ = message;
  }
}

void ErrorReport::throw_if_any() {
  std::lock_guard const lock(mutex_);
  if (!to_throw_.empty()) throw LogError(std::exchange(to_throw_, {}));
}

void ErrorReport::end_task() {
  if (on_error_ == LogErrors::kThrow) {
    std::lock_guard const lock(mutex_);
    told_.clear();
  }
  throw_if_any();
}

}  // namespace sferic::detail
