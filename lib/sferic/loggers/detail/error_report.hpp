#pragma once

#include <sferic/loggers/logger_options.hpp>

#include <functional>
#include <mutex>
#include <set>
#include <string>

namespace sferic::detail {

/// Tells of an error in writing. For any thread.
using Report = std::function<void(std::string const& error)>;

/// What becomes of errors in writing, each of which is warned of once or thrown once in a task.
class ErrorReport {
 public:
  ErrorReport(std::string logger, LogErrors on_error);

  /// Warns, or keeps the error for throw_if_any().
  void tell(std::string const& error);

  /// For the thread that trains. Throws LogError.
  void throw_if_any();

  /// As throw_if_any(), and the next task is told of everything again that it is to throw.
  void end_task();

 private:
  std::string const logger_;
  LogErrors const on_error_;
  std::mutex mutex_;
  std::set<std::string> told_;
  std::string to_throw_;  ///< the first since the last throw; empty if there is none
};

}  // namespace sferic::detail
