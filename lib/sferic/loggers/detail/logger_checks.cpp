#include <sferic/loggers/detail/logger_checks.hpp>

#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

namespace sferic::detail {

namespace {

template <class Value>
void require(bool fits, char const* logger, char const* option, char const* range,
             Value const& value) {
  if (fits) return;
  std::ostringstream message;
  message << option << " of " << logger << " must be " << range << ", but got " << value;
  throw std::invalid_argument(message.str());
}

/// Whether `folder/name` is in the folder, or the folder itself.
bool is_within_folder(std::filesystem::path const& name) {
  return !name.is_absolute() && *name.lexically_normal().begin() != "..";
}

}  // namespace

void check_options(char const* logger, LoggerOptions const& options) {
  require(!options.folder.empty(), logger, "folder", "a path, such as \".\"", options.folder);
  auto const name = std::filesystem::path(options.name);
  require(name.empty() || is_within_folder(name), logger, "name", "a path within `folder`", name);
  auto const version = options.version.value_or(0);
  require(version >= 0, logger, "version", ">= 0", version);
  require(options.flush_seconds >= 0, logger, "flush_seconds", ">= 0", options.flush_seconds);
  require(options.queue_bytes >= 1, logger, "queue_bytes", ">= 1", options.queue_bytes);
  std::set<std::string> names;
  for (auto const& parameter : options.hparams) {
    bool const is_new = !parameter.name.empty() && names.insert(parameter.name).second;
    require(is_new, logger, "hparams", "names, each once", "\"" + parameter.name + "\"");
  }
}

}  // namespace sferic::detail
