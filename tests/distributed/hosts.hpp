#pragma once

#include <array>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include "distributed/processes.hpp"

namespace sferic::test {

/// What a shell says to a command that fails; nothing where it doesn't.
inline std::optional<std::string> failure_of(std::string const& command) {
  auto* const pipe = popen(("exec 2>&1; set -e; " + command).c_str(), "r");
  if (!pipe) return "there is no shell";
  std::string said;
  std::array<char, 256> some;
  while (auto const count = std::fread(some.data(), 1, some.size(), pipe)) {
    said.append(some.data(), count);
  }
  if (pclose(pipe) == 0) return std::nullopt;
  return said;
}

/// Hosts of their own, each a network namespace whose cable leads to a switch, which is another
/// one. They last as long as this object.
class Hosts {
 public:
  /// Why there can be none, or nothing.
  static std::optional<std::string> lack() {
    auto const name = "sferic-" + std::to_string(getpid()) + "-try";
    return failure_of("ip netns add " + name + "; ip -n " + name +
                      " link add bridge type bridge; ip netns del " + name);
  }

  explicit Hosts(int count) : count_(count) {
    remove();  // what a killed process of this number has left
    run("ip netns add " + name_of_switch() + "; " + on_switch("add bridge type bridge") +
        on_switch("set bridge up"));
    for (int host = 0; host < count; ++host) add(host);
  }
  ~Hosts() { remove(); }
  Hosts(Hosts const&) = delete;
  Hosts& operator=(Hosts const&) = delete;

  std::string address(int host) const { return "10.77.0." + std::to_string(host + 1); }

  /// A rank on each, as the user starts it there. No name leads to a host; with an interface's, the
  /// ranks are told of it.
  RankPlaces places(std::string const& interface = {}) const {
    RankPlaces places{address(0), 29500};
    for (int host = 0; host < count_; ++host) {
      std::vector<std::string> words = {"/usr/bin/env"};
      if (!interface.empty()) words.push_back("GLOO_SOCKET_IFNAME=" + interface);
      for (auto const* const word : {"ip", "netns", "exec"}) words.push_back(word);
      words.push_back(name(host));
      places.run_at.push_back(words);
    }
    return places;
  }

  /// Pulls the cable: nothing arrives any more, and nobody is told.
  void cut(int host) { run(on_switch("set " + port(host) + " down")); }
  void mend(int host) { run(on_switch("set " + port(host) + " up")); }

 private:
  void add(int host) {
    auto const at = "ip -n " + name(host) + " ";
    run("ip netns add " + name(host) + "; " +
        on_switch("add " + port(host) + " type veth peer name eth0 netns " + name(host)) +
        on_switch("set " + port(host) + " master bridge up") + at + "link set lo up; " + at +
        "addr add " + address(host) + "/24 dev eth0; " + at + "link set eth0 up");
  }

  void remove() const {
    for (int host = 0; host < count_; ++host) failure_of("ip netns del " + name(host));
    failure_of("ip netns del " + name_of_switch());
  }

  static void run(std::string const& command) {
    if (auto const said = failure_of(command)) throw std::runtime_error(command + ": " + *said);
  }

  static std::string prefix() { return "sferic-" + std::to_string(getpid()) + "-"; }
  static std::string name(int host) { return prefix() + std::to_string(host); }
  static std::string name_of_switch() { return prefix() + "switch"; }
  static std::string port(int host) { return "port" + std::to_string(host); }
  static std::string on_switch(std::string const& words) {
    return "ip -n " + name_of_switch() + " link " + words + "; ";
  }

  int count_;
};

}  // namespace sferic::test
