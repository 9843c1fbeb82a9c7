#pragma once

#include <sferic/events/logged.hpp>

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace sferic::detail {

/// The training begins: what it was set up with is to be written.
struct LogBegin {};

/// The training goes on from a checkpoint, before which there were `LogRecord::step` steps. Those
/// that have been logged from there on are about to be logged again.
struct LogResume {};

/// The training is over.
struct LogEnd {
  bool well;  ///< without an error
};

/// What a logger hands to the thread that writes.
struct LogRecord {
  double time;         ///< seconds since 1970
  std::int64_t step;   ///< the optimizer step
  std::int64_t epoch;  ///< from 0
  std::variant<LogBegin, std::vector<LoggedValue>, std::vector<LoggedMedia>, LogResume, LogEnd>
      content;
};

/// About how much memory it takes.
std::size_t bytes_of(LogRecord const& record);

/// A variant's visitor out of functions.
template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace sferic::detail
