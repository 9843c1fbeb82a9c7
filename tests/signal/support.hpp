#pragma once

#include <sferic/signal/signal.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace sferic::test {

/// The event of these tests.
struct Tick {
  int value = 0;
};

/// A handler that writes its letter into a log, so that a log reads like a list of calls: "abc".
inline auto writes(char letter, std::string& log) {
  return [letter, &log](Tick const&) { log += letter; };
}

/// A handler that counts its calls.
inline auto counts(int& calls) {
  return [&calls](Tick const&) { ++calls; };
}

/// What one emission writes into `log`.
inline std::string emitted(Signal<Tick> const& signal, std::string& log) {
  log.clear();
  signal.emit({});
  return log;
}

/// A capture that counts its living instances.
class Counted {
 public:
  explicit Counted(std::atomic<int>& living) : living_(&living) { ++*living_; }
  Counted(Counted const& other) : Counted(*other.living_) {}
  Counted& operator=(Counted const&) = delete;
  ~Counted() { --*living_; }

  /// A handler that does nothing but hold one of these.
  static auto held(std::atomic<int>& living) {
    return [counted = Counted(living)](Tick const&) {};
  }

 private:
  std::atomic<int>* living_;
};

/// A capture, or a tracked object, whose destructor does what the test says.
class AtEnd {
 public:
  explicit AtEnd(std::function<void()> action) : action_(std::move(action)) {}
  AtEnd(AtEnd&& other) noexcept : action_(std::exchange(other.action_, nullptr)) {}
  AtEnd& operator=(AtEnd&&) = delete;
  ~AtEnd() {
    if (action_) action_();
  }

 private:
  std::function<void()> action_;
};

/// True for as long as the threads of a stress test are to go on.
class Running {
 public:
  explicit operator bool() const { return std::chrono::steady_clock::now() < end_; }

 private:
  std::chrono::steady_clock::time_point end_ =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(150);
};

}  // namespace sferic::test
