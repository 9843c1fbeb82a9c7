#pragma once

#include <cstddef>
#include <cstdio>
#include <link.h>

namespace sferic::test {

/// Prints the libraries that this process has loaded, one a line.
inline void print_loaded_libraries() {
  dl_iterate_phdr([](dl_phdr_info* library, std::size_t, void*) {
    if (*library->dlpi_name) std::puts(library->dlpi_name);
    return 0;
  }, nullptr);
}

}  // namespace sferic::test
