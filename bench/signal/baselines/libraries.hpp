#pragma once

#include "by_hand.hpp"
#include "sferic.hpp"
#include "signals2.hpp"

#if SFERIC_BENCH_SIGCPP
#include "sigcpp.hpp"
#endif
#if SFERIC_BENCH_POCO
#include "poco.hpp"
#endif
#if SFERIC_BENCH_GOBJECT
#include "gobject.hpp"
#endif

namespace sferic::bench {

/// Calls `visit.operator()<Library>(name)` for each library with signals.
template <class Visit>
void for_each_signal_library(Visit visit) {
  visit.template operator()<Sferic>("sferic");
  visit.template operator()<Signals2>("Boost.Signals2");
  visit.template operator()<Signals2WithoutMutex>("Boost.Signals2, no mutex");
#if SFERIC_BENCH_SIGCPP
  visit.template operator()<SigCpp>("libsigc++ 3");
#endif
#if SFERIC_BENCH_POCO
  visit.template operator()<Poco>("Poco");
#endif
#if SFERIC_BENCH_GOBJECT
  visit.template operator()<GObjectSignal>("GObject");
#endif
}

/// The same for every way to call several slots; the plain loop, which others are compared with,
/// is the first.
template <class Visit>
void for_each_library(Visit visit) {
  visit.template operator()<PlainLoop>("plain loop");
  visit.template operator()<DirectCalls>("direct calls");
  visit.template operator()<StdFunctions>("std::function");
  visit.template operator()<VirtualHooks>("virtual hooks");
  for_each_signal_library(visit);
}

}  // namespace sferic::bench
