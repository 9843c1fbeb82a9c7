// The programs of tests/signal/model, chosen by libFuzzer instead of a random number generator.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "signal/model/program.hpp"
#include "signal/model/settings.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
  using namespace sferic::test::model;
  static bool const is_traced = setting("SFERIC_MODEL_TRACE", 0) != 0;

  Decisions const decisions({bytes, size});
  Program program(decisions, is_traced ? &std::cerr : nullptr);
  program.run();
  if (program.failure().empty()) return 0;
  if (!is_traced) Program(decisions, &std::cerr).run();
  std::abort();
}
