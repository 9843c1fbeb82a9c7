#include "pair.hpp"

#include <sferic/distributed/distributed.hpp>

#include <sys/wait.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include "network.hpp"
#include "support/free_port.hpp"

namespace sferic::bench {

namespace {

constexpr char const* kPipe = "SFERIC_BENCH_PIPE";
constexpr char const* kPort = "SFERIC_BENCH_PORT";  ///< of the loops by hand

void set(char const* variable, std::string const& value) { setenv(variable, value.c_str(), 1); }

int number_in(char const* variable) { return std::atoi(std::getenv(variable)); }

void run_as(int rank, int pipe, char** arguments) {
  set("RANK", std::to_string(rank));
  set("LOCAL_RANK", std::to_string(rank));
  set(kPipe, std::to_string(pipe));
  execv("/proc/self/exe", arguments);
  std::perror(arguments[0]);
  _exit(127);
}

}  // namespace

void Pair::start(char** arguments) {
  if (std::getenv(kPipe)) return;
  take_own_network();
  set("WORLD_SIZE", "2");
  set("MASTER_ADDR", "127.0.0.1");
  set("MASTER_PORT", std::to_string(test::free_port()));
  set(kPort, std::to_string(test::free_port()));
  set("OMP_NUM_THREADS", "1");  // as torchrun has it; OpenBLAS reads it when it is loaded
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("there is no pipe");
  bool const is_second = fork() == 0;
  close(ends[is_second ? 1 : 0]);
  run_as(is_second ? 1 : 0, ends[is_second ? 0 : 1], arguments);
}

Pair::Pair() : rank_(number_in("RANK")), pipe_(number_in(kPipe)), ranks_(sferic::distributed()) {
  sferic::detail::Launch const launch{.rank = rank_,
                                      .world_size = 2,
                                      .local_rank = rank_,
                                      .address = "127.0.0.1",
                                      .port = static_cast<std::uint16_t>(number_in(kPort))};
  group_ = sferic::detail::make_cpu_group(launch, {}, sferic::detail::make_store(launch, {}),
                                          sferic::detail::make_devices(launch));
}

void Pair::tell(std::size_t number) const {
  if (write(pipe_, &number, sizeof number) != sizeof number) {
    throw std::runtime_error("the second process has ended");
  }
}

void Pair::follow(std::function<void(std::size_t)> const& train) const {
  for (std::size_t number = 0; read(pipe_, &number, sizeof number) == sizeof number;) {
    train(number);
  }
}

void Pair::meet() const { group_->barrier()->wait(); }

void Pair::end() {
  close(pipe_);
  wait(nullptr);
}

}  // namespace sferic::bench
