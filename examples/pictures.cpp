#include "pictures.hpp"

#include <cstdio>
#include <exception>
#include <string_view>

int run_example(int argc, char** argv, void (*run)(Arguments const&)) {
  bool const is_short = argc == 4 && argv[3] == std::string_view("--short");
  if (argc != 3 && !is_short) {
    std::fprintf(stderr, "usage: %s digits.csv.gz FOLDER [--short]\n", argv[0]);
    return 2;
  }
  try {
    run({argv[1], argv[2], is_short});
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
