#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
#include <zip.h>

namespace sferic::test {

using ZipEntries = std::vector<std::pair<std::string, std::string>>;

/// Writes an archive of these names and contents.
inline void write_zip(std::filesystem::path const& path, ZipEntries const& entries,
                      zip_int32_t method = ZIP_CM_STORE) {
  int error = 0;
  auto* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  if (!archive) throw std::runtime_error("can't make the archive " + path.string());
  for (auto const& [name, content] : entries) {
    auto* const source = zip_source_buffer(archive, content.data(), content.size(), 0);
    auto const index = zip_file_add(archive, name.c_str(), source, 0);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), method, 0);
  }
  if (zip_close(archive) != 0) throw std::runtime_error("can't write " + path.string());
}

}  // namespace sferic::test
