#pragma once

#include <string>

namespace sferic::detail {

/// A library that is looked for at run time, so that a program runs without it.
class SharedLibrary {
 public:
  /// Loads it. Throws std::runtime_error with the loader's words.
  explicit SharedLibrary(std::string const& name);

  /// It as the program has loaded it already, or an empty one.
  static SharedLibrary loaded(std::string const& name);

  SharedLibrary() = default;
  ~SharedLibrary();
  SharedLibrary(SharedLibrary&& other) noexcept;
  SharedLibrary& operator=(SharedLibrary&& other) noexcept;

  explicit operator bool() const noexcept { return handle_ != nullptr; }

  /// Lets `function` point to what has this name; to null if there is none.
  template <class Function>
  void find(char const* name, Function*& function) const {
    function = reinterpret_cast<Function*>(symbol(name));
  }

 private:
  void* symbol(char const* name) const noexcept;

  void* handle_ = nullptr;
};

}  // namespace sferic::detail
