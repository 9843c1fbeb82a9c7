#pragma once

#include <sferic/loggers/logger_options.hpp>

#include <filesystem>
#include <vector>

namespace sferic::detail {

/// Writes hparams.json, one object of names and values, in place of an older one. Throws
/// std::runtime_error.
void write_hparams(std::filesystem::path const& folder, std::vector<HyperParameter> const& hparams);

}  // namespace sferic::detail
