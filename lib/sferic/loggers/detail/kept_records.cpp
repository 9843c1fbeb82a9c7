#include <sferic/loggers/detail/kept_records.hpp>

#include <utility>

namespace sferic::detail {

namespace {

bool has_values(LogRecord const& record) {
  return std::holds_alternative<std::vector<LoggedValue>>(record.content) ||
         std::holds_alternative<std::vector<LoggedMedia>>(record.content);
}

}  // namespace

/// Of the others there are few, and what is logged later would be understood wrongly without them.
void KeptRecords::keep(LogRecord const& record) {
  if (bytes_ >= max_bytes_ && has_values(record)) {
    ++lost_;
    return;
  }
  bytes_ += bytes_of(record);
  records_.push_back(record);
}

std::vector<LogRecord> KeptRecords::take() {
  bytes_ = 0;
  return std::exchange(records_, {});
}

std::int64_t KeptRecords::take_lost() { return std::exchange(lost_, 0); }

}  // namespace sferic::detail
