#pragma once

#include <string>

namespace sferic::test {

/// The pieces that pickles are made of, for tests that write them by hand.
inline std::string text(std::string const& content) {
  return std::string("\x8c") + static_cast<char>(content.size()) + content;
}

inline std::string global(std::string const& module, std::string const& name) {
  return "c" + module + "\n" + name + "\n";
}

/// The reference to a storage of 6 elements in the record "0".
inline std::string storage(std::string const& type) {
  return "(" + text("storage") + global("torch", type) + text("0") + text("cpu") + "K\x06tQ";
}

}  // namespace sferic::test
