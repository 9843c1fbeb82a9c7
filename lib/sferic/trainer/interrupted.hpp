#pragma once

#include <stdexcept>

namespace sferic {

/// A signal has ended the task, after event::KeyboardInterrupt (for SIGINT), event::Exception and
/// event::Teardown. A program that ends by it should tell so:
///
///   try {
///     trainer.fit(module, loader);
///   } catch (sferic::Interrupted const& interrupted) {
///     return interrupted.exit_code();
///   }
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int signal);

  /// SIGINT or SIGTERM.
  int signal() const noexcept { return signal_; }

  /// 128 and the signal's number, as shells count.
  int exit_code() const noexcept { return 128 + signal_; }

 private:
  int signal_;
};

}  // namespace sferic
