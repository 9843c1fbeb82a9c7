#pragma once

#include <sferic/loggers/logger_options.hpp>

#include <filesystem>
#include <mutex>

namespace sferic::detail {

/// The folder of a run, `folder/name/version_N`. For any thread.
class RunFolder {
 public:
  explicit RunFolder(LoggerOptions const& options);

  /// Makes the folder the first time, where no version is given under a number that nobody else
  /// has. An absolute path. Throws LogError.
  std::filesystem::path const& path();

  /// N, after path() with the same errors.
  std::int64_t version();

 private:
  void make();

  std::filesystem::path const experiment_;
  std::mutex mutex_;
  std::optional<std::int64_t> version_;
  std::filesystem::path path_;  ///< empty until it is made
};

}  // namespace sferic::detail
