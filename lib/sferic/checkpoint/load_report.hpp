#pragma once

#include <string>
#include <vector>

namespace sferic {

/// What became of the callbacks' states when a checkpoint was loaded, by their keys.
struct LoadReport {
  std::vector<std::string> restored = {};
  std::vector<std::string> missing = {};  ///< in the file, and no callback of the trainer's
  std::vector<std::string> fresh = {};    ///< a callback of the trainer's, and not in the file
};

}  // namespace sferic
