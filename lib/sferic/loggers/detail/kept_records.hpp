#pragma once

#include <sferic/loggers/detail/log_record.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sferic::detail {

/// Records for a file whose folder cannot be made yet.
class KeptRecords {
 public:
  /// Keeps at most `max_bytes`, beyond which it takes one more record.
  explicit KeptRecords(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void keep(LogRecord const& record);
  bool empty() const { return records_.empty(); }

  /// Forgets them.
  std::vector<LogRecord> take();

  /// How many were too much since the last time.
  std::int64_t take_lost();

 private:
  std::size_t const max_bytes_;
  std::vector<LogRecord> records_;
  std::size_t bytes_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace sferic::detail
