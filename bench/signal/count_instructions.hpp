#pragma once

#include <valgrind/callgrind.h>

#include <string>

#include "slots.hpp"

namespace sferic::bench {

/// Lets callgrind count the instructions of 1,000 emissions of something with emit(tick), and write
/// them into a file that has this name as the trigger of its dump.
template <class Wired>
void count_instructions(std::string const& name, Wired& wired) {
  Tick tick;
  auto const emit = [&](int times) {
    for (int i = 0; i < times; ++i) {
      asm volatile("" : : "g"(&tick), "g"(&wired) : "memory");
      wired.emit(tick);
    }
  };
  emit(2);
  CALLGRIND_ZERO_STATS;
  emit(1000);
  CALLGRIND_DUMP_STATS_AT(name.c_str());
}

}  // namespace sferic::bench
