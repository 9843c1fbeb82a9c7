#include <sferic/loggers/detail/overflow.hpp>

#include <exception>
#include <string>
#include <utility>

namespace sferic::detail {

Overflow::Overflow(std::filesystem::path path, char const* records, std::size_t max_bytes,
                   Report report)
    : path_(std::move(path)),
      records_(records),
      max_bytes_(max_bytes),
      report_(std::move(report)) {}

bool Overflow::takes_one_more(std::size_t waiting_bytes, std::function<void()> const& flush) {
  if (waiting_bytes < max_bytes_) return true;
  if (!has_failed_) {  // else it is tried again by the next flush, not for each record
    try {
      flush();
      return true;
    } catch (std::exception const& error) {
      report_(error.what());
    }
  }
  ++lost_;
  return false;
}

void Overflow::end_flush() {
  has_failed_ = false;
  if (auto const lost = std::exchange(lost_, 0); lost > 0) {
    report_("`" + path_.string() + "` lacks " + std::to_string(lost) + " " + records_ +
            ", logged while it could not be written");
  }
}

}  // namespace sferic::detail
