#include <sferic/callbacks/detail/shared_library.hpp>

#include <dlfcn.h>
#include <stdexcept>
#include <utility>

namespace sferic::detail {

SharedLibrary::SharedLibrary(std::string const& name)
    : handle_(dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_) return;
  char const* const why = dlerror();
  throw std::runtime_error(why ? why : name + " cannot be loaded");
}

SharedLibrary SharedLibrary::loaded(std::string const& name) {
  SharedLibrary library;
  library.handle_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
  return library;
}

SharedLibrary::~SharedLibrary() {
  if (handle_) dlclose(handle_);
}

SharedLibrary::SharedLibrary(SharedLibrary&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)) {}

SharedLibrary& SharedLibrary::operator=(SharedLibrary&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

void* SharedLibrary::symbol(char const* name) const noexcept { return dlsym(handle_, name); }

}  // namespace sferic::detail
