#pragma once

#include <string>
#include <string_view>

namespace sferic {

/// Where a function is called, to tell in errors and profiles: a default argument `CallSite where =
/// CallSite::here()` says it. (In the place of std::source_location, which Clang 14 cannot use with
/// GCC's library.)
class CallSite {
 public:
  /// No place.
  constexpr CallSite() noexcept = default;

  static constexpr CallSite here(char const* file = __builtin_FILE(),
                                 int line = __builtin_LINE()) noexcept {
    return CallSite(file, line);
  }

  /// "main.cpp:12"; empty of no place.
  [[nodiscard]] std::string text() const {
    if (file_.empty()) return {};
    auto const name = file_.substr(file_.find_last_of('/') + 1);
    return std::string(name) + ":" + std::to_string(line_);
  }

 private:
  constexpr CallSite(char const* file, int line) noexcept : file_(file), line_(line) {}

  std::string_view file_;
  int line_ = 0;
};

}  // namespace sferic
