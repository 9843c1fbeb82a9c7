#pragma once

#include <sferic/events/logged.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace sferic::detail {

/// The pictures of a run, `images/name/step.png` in its folder.
class ImageFiles {
 public:
  explicit ImageFiles(std::filesystem::path folder);

  /// Writes a picture; where there is one of this name and step, as `images/name/step-1.png` and so
  /// on. Its path in the folder. Throws std::runtime_error, whose message names the folder, or
  /// std::invalid_argument if there is nothing to see.
  std::string save(std::string const& name, std::int64_t step, Image const& image) const;

  /// Removes the pictures of this step and of all later ones.
  void remove_from(std::int64_t step) const;

 private:
  std::filesystem::path const folder_;
};

}  // namespace sferic::detail
