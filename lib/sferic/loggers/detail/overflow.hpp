#pragma once

#include <sferic/loggers/detail/error_report.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>

namespace sferic::detail {

/// What becomes of records for a file that takes no more, as on a full disk: those beyond
/// `max_bytes` of them are lost, which is told as soon as the file takes some again.
class Overflow {
 public:
  Overflow(std::filesystem::path path, char const* records, std::size_t max_bytes, Report report);

  /// Whether one more may wait beside so many bytes. If they are too many they are flushed, unless
  /// the last flush failed; if they stay too many, it is counted as lost.
  bool takes_one_more(std::size_t waiting_bytes, std::function<void()> const& flush);

  /// Around what a flush does: without the second one, it has failed.
  void begin_flush() { has_failed_ = true; }
  void end_flush();

 private:
  std::filesystem::path const path_;
  char const* const records_;  ///< what they are called: "lines"
  std::size_t const max_bytes_;
  Report const report_;
  bool has_failed_ = false;  ///< the last flush
  std::int64_t lost_ = 0;
};

}  // namespace sferic::detail
