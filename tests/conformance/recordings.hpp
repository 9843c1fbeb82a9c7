#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "conformance/json_fields.hpp"

namespace sferic::conformance {

/// The folder that the environment variable SFERIC_CONFORMANCE_DIR names, or the recordings that
/// lie here.
std::filesystem::path recordings_folder();

/// Whether the folder has any of the files that recordings are in.
bool has_recordings(std::filesystem::path const& folder);

/// A file's recorded cases. Throws NotUnderstood, naming the file.
Json cases_of(std::filesystem::path const& file);

/// How many cases there were, and how many of them agree.
struct Agreement {
  std::int64_t cases = 0;
  std::int64_t agree = 0;
};

/// Tells the difference between a recorded case and sferic, or nothing. May throw.
using Check = std::function<std::optional<std::string>(Json const& recorded)>;

/// Checks every case and prints a line for each, and one for all: "44 of 44 traces agree". A case
/// without a name is named by its number, counted from 0. An exception is a difference.
Agreement check_cases(Json const& cases, std::string_view plural, Check const& check,
                      std::ostream& out);

}  // namespace sferic::conformance
