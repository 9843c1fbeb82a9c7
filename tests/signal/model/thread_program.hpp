#pragma once

#include <sferic/signal/signal.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

#include "signal/model/model.hpp"
#include "signal/model/witness.hpp"

namespace sferic::test::model {

/// What the threads of one random program share.
struct World {
  explicit World(bool is_watched) : watched(is_watched) {}

  /// Later for whoever happens later. If not `watched`, always 0: a clock that all threads read
  /// orders what they do, and so hides races from the thread sanitizer.
  Time now() { return watched ? ++clock : 0; }

  void violated(char const* what) {
    char const* none = nullptr;
    violation.compare_exchange_strong(none, what);
  }

  struct Shown {
    std::shared_ptr<Witness> witness;
    Connection connection;
  };
  void show(Shown shown, std::size_t place);
  Shown shown(std::size_t place);

  bool const watched;
  Signal<Event> signal;
  std::atomic<Time> clock{0};
  std::atomic<int> living{0};  ///< captures
  std::atomic<bool> closing{false};
  std::atomic<char const*> violation{nullptr};
  std::mutex mutex;
  std::array<Shown, 6> all_shown;  ///< connections that any thread uses
};

/// What one thread does: at random, with the world's signal, with one of its own, and with the
/// connections of others.
class ThreadProgram {
 public:
  ThreadProgram(World& world, std::size_t thread, std::uint64_t seed)
      : world_(world), thread_(thread), random_(seed) {}
  ThreadProgram(ThreadProgram const&) = delete;
  ThreadProgram& operator=(ThreadProgram const&) = delete;
  ~ThreadProgram() = default;

  void run(int steps);
  int steps() const { return steps_; }

  /// The program that runs on this thread, which does part of its work inside slots.
  static ThreadProgram& here();
  static bool runs_here();
  void called(Witness& witness);
  void released();

 private:
  struct Owner;
  struct Own {
    std::shared_ptr<Witness> witness;
    Connection connection;
    Blocker blocker;
    Signal<Event> const* signal = nullptr;
    bool is_alone = false;  ///< with its thread: nothing else keeps it from being called
    int changes = 0;        ///< made by its thread
  };

  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool one_in(int n) { return below(n) == 0; }
  bool inside() const { return !emissions_.empty(); }

  void step();
  void emit(Signal<Event> const& signal);
  void connect(Signal<Event>& signal);
  std::shared_ptr<Own> an_own();
  void disconnect();
  void block();
  void use_shown();
  void end_own_signal();

  World& world_;
  std::size_t thread_;
  std::mt19937 random_;
  int steps_ = 0;
  std::unique_ptr<Signal<Event>> signal_ = std::make_unique<Signal<Event>>();
  std::vector<std::shared_ptr<Own>> own_;
  std::shared_ptr<Owner> owner_;
  std::vector<Seen> emissions_;  ///< under way on this thread
  int destructors_ = 0;          ///< under way on this thread, that emit
};

}  // namespace sferic::test::model
