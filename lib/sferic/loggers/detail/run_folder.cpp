#include <sferic/loggers/detail/run_folder.hpp>

#include <sferic/loggers/log_error.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

namespace sferic::detail {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kVersion = "version_";

/// Beyond this, folders are not ours, and the next number could not be counted any more.
constexpr auto kHighestVersion = std::numeric_limits<std::int64_t>::max() / 2;

/// N of "version_N", or -1.
std::int64_t version_of(fs::path const& folder) {
  auto const name = folder.filename().string();
  if (!name.starts_with(kVersion)) return -1;
  auto const* const end = name.data() + name.size();
  std::int64_t version = -1;
  auto const parsed = std::from_chars(name.data() + kVersion.size(), end, version);
  bool const is_number = parsed.ec == std::errc() && parsed.ptr == end;
  return is_number && version <= kHighestVersion ? version : -1;
}

std::int64_t next_version(fs::path const& experiment) {
  std::int64_t highest = -1;
  std::error_code ignored;  // what cannot be listed cannot be made either
  for (fs::directory_iterator it(experiment, ignored), end; !ignored && it != end;
       it.increment(ignored)) {
    highest = std::max(highest, version_of(it->path()));
  }
  return highest + 1;
}

fs::path run_of(fs::path const& experiment, std::int64_t version) {
  return experiment / (std::string(kVersion) + std::to_string(version));
}

/// What an error in making a folder throws.
void check(fs::path const& folder, std::error_code const& error) {
  if (!error) return;
  throw LogError("cannot make the folder `" + folder.string() + "`: " + error.message());
}

}  // namespace

RunFolder::RunFolder(LoggerOptions const& options)
    : experiment_((fs::absolute(options.folder) / options.name).lexically_normal()),
      version_(options.version) {}

fs::path const& RunFolder::path() {
  std::lock_guard const lock(mutex_);
  if (path_.empty()) make();
  return path_;
}

std::int64_t RunFolder::version() {
  path();
  return *version_;  // does not change any more
}

void RunFolder::make() {
  std::error_code error;
  if (version_) {
    auto const run = run_of(experiment_, *version_);
    fs::create_directories(run, error);
    check(run, error);
    path_ = run;
    return;
  }
  fs::create_directories(experiment_, error);
  check(experiment_, error);
  auto version = next_version(experiment_);
  while (true) {
    auto const run = run_of(experiment_, version);
    bool const is_new = fs::create_directory(run, error);
    check(run, error);
    if (is_new) break;
    ++version;
  }
  version_ = version;
  path_ = run_of(experiment_, version);
}

}  // namespace sferic::detail
