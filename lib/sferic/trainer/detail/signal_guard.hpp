#pragma once

#include <sferic/trainer/trainer_options.hpp>

#include <atomic>

namespace sferic::detail {

/// While at least one guard lives, SIGINT and SIGTERM are kept for throw_if_interrupted(), in every
/// thread that calls it, instead of ending the program; a second signal ends it. A signal that came
/// too late for anybody to throw ends the program when the last guard goes.
class SignalGuard {
 public:
  explicit SignalGuard(bool active);
  ~SignalGuard();
  SignalGuard(SignalGuard const&) = delete;
  SignalGuard& operator=(SignalGuard const&) = delete;

 private:
  bool active_;
};

/// The signal that has come, or 0.
inline std::atomic<int> pending_signal = 0;

[[noreturn]] void throw_interrupted(int signal);

/// The signal that has come, or 0 where none has or the trainer doesn't handle them.
inline int kept_signal(TrainerOptions const& options) {
  return options.handle_signals ? pending_signal.load(std::memory_order_relaxed) : 0;
}

/// Throws Interrupted if a signal has come, and the trainer handles signals.
inline void throw_if_interrupted(TrainerOptions const& options) {
  if (int const signal = kept_signal(options)) throw_interrupted(signal);
}

}  // namespace sferic::detail
