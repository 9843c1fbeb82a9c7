#pragma once

#include <filesystem>

/// What an example is called with: `digits.csv.gz FOLDER [--short]`.
struct Arguments {
  char const* digits;
  std::filesystem::path folder;  ///< for its pictures
  bool is_short;                 ///< to train for a few seconds only
};

/// The main function of an example that leaves pictures. Tells how it is called, and errors.
int run_example(int argc, char** argv, void (*run)(Arguments const&));
