#include <sferic/trainer/detail/signal_guard.hpp>

#include <sferic/trainer/interrupted.hpp>

#include <csignal>
#include <mutex>
#include <string>

namespace sferic {

namespace {

std::string name_of(int signal) {
  if (signal == SIGINT) return "SIGINT";
  if (signal == SIGTERM) return "SIGTERM";
  return "signal " + std::to_string(signal);
}

}  // namespace

Interrupted::Interrupted(int signal)
    : std::runtime_error("interrupted by " + name_of(signal)), signal_(signal) {}

namespace detail {

namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

std::mutex guards_mutex;
int guards = 0;

std::atomic<bool> thrown = false;  ///< the pending signal, by somebody

void let_it_end_the_program(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void keep(int signal) {
  int none = 0;
  if (!pending_signal.compare_exchange_strong(none, signal)) let_it_end_the_program(signal);
}

using Handler = void (*)(int);

bool is_handled_by(Handler handler, int signal) {
  struct sigaction present = {};
  return sigaction(signal, nullptr, &present) == 0 && (present.sa_flags & SA_SIGINFO) == 0 &&
         present.sa_handler == handler;
}

void install(int signal) {
  if (!is_handled_by(SIG_DFL, signal)) return;
  struct sigaction keeping = {};
  keeping.sa_handler = &keep;
  keeping.sa_flags = SA_RESTART;
  sigemptyset(&keeping.sa_mask);
  sigaction(signal, &keeping, nullptr);
}

}  // namespace

SignalGuard::SignalGuard(bool active) : active_(active) {
  if (!active_) return;
  std::lock_guard const lock(guards_mutex);
  if (guards++ > 0) return;
  pending_signal = 0;
  thrown = false;
  for (int const signal : kSignals) install(signal);
}

SignalGuard::~SignalGuard() {
  if (!active_) return;
  std::lock_guard const lock(guards_mutex);
  if (--guards > 0) return;
  for (int const signal : kSignals) {  // the program may have installed a handler meanwhile
    if (is_handled_by(&keep, signal)) std::signal(signal, SIG_DFL);
  }
  int const came = pending_signal.exchange(0);
  if (came != 0 && !thrown) std::raise(came);
}

void throw_interrupted(int signal) {
  thrown = true;
  throw Interrupted(signal);
}

}  // namespace detail
}  // namespace sferic
