#include "network.hpp"

#include <cstdlib>
#include <sched.h>
#include <stdexcept>
#include <string>

namespace sferic::bench {

namespace {

constexpr char const* kOwn = "SFERIC_BENCH_OWN_NETWORK";

bool runs(std::string const& command) {
  return std::system(("{ " + command + "; } >/dev/null 2>&1").c_str()) == 0;
}

/// Both directions go through the loopback's one queue.
std::string limit(int mbit) {
  return "tc qdisc replace dev lo root tbf rate " + std::to_string(2 * mbit) +
         "mbit burst 1mb latency 100ms";
}

}  // namespace

void take_own_network() {
  if (!runs("unshare --net sh -c 'ip link set lo up && " + limit(1000) + "'")) return;
  if (unshare(CLONE_NEWNET) != 0 || !runs("ip link set lo up")) {
    throw std::runtime_error("there is no loopback of the program's own");
  }
  setenv(kOwn, "1", 1);
}

bool has_own_network() { return std::getenv(kOwn); }

void limit_network(int mbit) {
  if (!has_own_network()) return;
  runs("tc qdisc del dev lo root");
  if (mbit > 0 && !runs(limit(mbit))) throw std::runtime_error("the loopback cannot be limited");
}

}  // namespace sferic::bench
