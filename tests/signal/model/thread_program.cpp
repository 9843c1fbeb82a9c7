#include "signal/model/thread_program.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace sferic::test::model {

namespace {

thread_local ThreadProgram* program_here = nullptr;
constexpr std::size_t kDeepest = 3;
constexpr std::size_t kMostOwn = 8;

/// In each handler.
class Capture {
 public:
  explicit Capture(World& world, std::shared_ptr<Witness> witness)
      : world_(&world), witness_(std::move(witness)) {
    world_->living.fetch_add(1, std::memory_order_relaxed);
  }
  Capture(Capture&& other) noexcept
      : world_(std::exchange(other.world_, nullptr)), witness_(std::move(other.witness_)) {}
  Capture& operator=(Capture&&) = delete;
  ~Capture() {
    if (world_ == nullptr) return;
    world_->living.fetch_sub(1, std::memory_order_relaxed);
    if (ThreadProgram::runs_here()) ThreadProgram::here().released();
  }

  void called() const { ThreadProgram::here().called(*witness_); }

 private:
  World* world_;
  std::shared_ptr<Witness> witness_;
};

}  // namespace

/// What tracked slots use; freed at its end, which the sanitizers watch.
struct ThreadProgram::Owner {
  std::unique_ptr<int> one = std::make_unique<int>(1);
};

void World::show(Shown shown, std::size_t place) {
  std::lock_guard const lock(mutex);
  std::swap(all_shown[place], shown);
}

World::Shown World::shown(std::size_t place) {
  std::lock_guard const lock(mutex);
  return all_shown[place];
}

ThreadProgram& ThreadProgram::here() { return *program_here; }

bool ThreadProgram::runs_here() { return program_here != nullptr; }

void ThreadProgram::run(int steps) {
  program_here = this;
  while (steps_ < steps) step();
  for (auto const& own : own_) own->witness->blocked = kNever;
  // Not own_.clear(): a Blocker may be the last to hold a slot, whose captures' destructor emits.
  std::exchange(own_, {}).clear();
  signal_.reset();
  owner_.reset();
  program_here = nullptr;
}

void ThreadProgram::step() {
  ++steps_;
  int const choice = below(32);
  if (choice < 8) return emit(world_.signal);
  if (choice < 14) return connect(world_.signal);
  if (choice < 17) return disconnect();
  if (choice < 20) return block();
  if (choice < 22) return use_shown();
  if (choice < 23) return world_.signal.disconnect(Order::kLast);
  if (choice < 26) return owner_.reset();
  if (choice < 27) return static_cast<void>(world_.signal.slot_count());
  if (choice < 28) return end_own_signal();
  if (!signal_) return;
  if (choice < 30) return connect(*signal_);
  emit(*signal_);
}

void ThreadProgram::emit(Signal<Event> const& signal) {
  if (emissions_.size() >= kDeepest) return;
  std::vector<std::pair<std::shared_ptr<Own>, int>> expected;
  for (auto const& own : own_) {
    if (own->signal == &signal && own->is_alone && own->witness->blocked == kNever)
      expected.emplace_back(own, own->changes);
  }
  emissions_.push_back({.began = world_.now()});
  bool complete = true;
  try {
    signal.emit({});
  } catch (std::runtime_error const&) {
    complete = false;
  }
  auto const called = std::move(emissions_.back().called);
  emissions_.pop_back();
  for (auto const& [own, changes] : expected) {
    if (complete && own->changes == changes &&
        std::find(called.begin(), called.end(), own->witness.get()) == called.end())
      world_.violated("an emission passes a slot over");
  }
}

void ThreadProgram::called(Witness& witness) {
  witness.calls.fetch_add(1, std::memory_order_relaxed);
  if (char const* const wrong = emissions_.back().call(witness, thread_)) world_.violated(wrong);
  if (one_in(8)) step();
  if (one_in(16)) std::this_thread::yield();
  if (witness.waited_for.load(std::memory_order_relaxed))
    world_.violated("disconnect_and_wait() has not waited for a call");
  if (witness.plain != 1) world_.violated("a slot is called after disconnect_and_wait()");
  witness.calls.fetch_sub(1, std::memory_order_relaxed);
  emissions_.back().idle_since = world_.now();
  if (one_in(64)) throw std::runtime_error("a slot's error");
}

void ThreadProgram::released() {
  if (world_.closing || !one_in(8)) return;
  ++destructors_;
  emit(world_.signal);
  --destructors_;
}

void ThreadProgram::connect(Signal<Event>& signal) {
  if (own_.size() >= kMostOwn) return;
  auto own = std::make_shared<Own>();
  own->signal = &signal;
  own->witness = std::make_shared<Witness>();
  Witness& witness = *own->witness;
  witness.order = static_cast<Order>(below(4));
  // An emission may run destructors before it looks who is connected.
  if (destructors_ == 0) witness.thread = thread_;
  witness.connect_began = world_.now();

  Capture capture(world_, own->witness);
  auto const handler = [&] {
    return [capture = std::move(capture)](Event const&) { capture.called(); };
  };
  bool const tracked = one_in(4);
  bool const filtered = !tracked && one_in(4);
  if (tracked) {
    if (!owner_) owner_ = std::make_shared<Owner>();
    auto tracking = [&world = world_, used = owner_.get(),
                     capture = std::move(capture)](Event const&) {
      capture.called();
      if (*used->one != 1) world.violated("a slot is called after its owner's end");
    };
    own->connection = signal.connect(track(owner_, std::move(tracking)), witness.order);
  } else if (filtered) {
    own->connection = signal.connect(every(2), handler(), witness.order);
  } else {
    own->connection = signal.connect(handler(), witness.order);
  }
  witness.connect_ended = world_.now();

  bool const shown = one_in(3);
  if (shown) world_.show({own->witness, own->connection}, static_cast<std::size_t>(below(6)));
  own->is_alone = !tracked && !filtered && !shown && witness.order != Order::kLast;
  own_.push_back(std::move(own));
}

std::shared_ptr<ThreadProgram::Own> ThreadProgram::an_own() {
  return own_.empty() ? nullptr : own_[random_() % own_.size()];
}

/// Nobody waits inside an emission: two that wait for each other would wait forever.
void ThreadProgram::disconnect() {
  auto const own = an_own();
  if (!own) return;
  ++own->changes;
  std::erase(own_, own);
  Witness& witness = *own->witness;
  if (inside() || one_in(2)) {
    own->connection.disconnect();
    witness.disconnected = world_.now();
    return;
  }
  own->connection.disconnect_and_wait();
  if (witness.calls.load(std::memory_order_relaxed) != 0)
    world_.violated("disconnect_and_wait() returns during a call");
  witness.waited_for.store(true, std::memory_order_relaxed);
  // A slot that another thread has ended may be gone already: then there is nothing left to wait
  // for, and nothing that orders its last call before this.
  if (own->is_alone) witness.plain = 0;
  witness.disconnected = world_.now();
}

void ThreadProgram::block() {
  auto const own = an_own();
  if (!own) return;
  ++own->changes;
  if (own->witness->blocked == kNever) {
    own->blocker = own->connection.block();
    own->witness->blocked = world_.now();
  } else {
    own->witness->blocked = kNever;
    own->blocker.unblock();
  }
}

void ThreadProgram::use_shown() {
  World::Shown const shown = world_.shown(static_cast<std::size_t>(below(6)));
  if (!shown.witness) return;
  switch (below(4)) {
    case 0: {
      Blocker const blocker = shown.connection.block();
      step();
      break;
    }
    case 1:
      static_cast<void>(shown.connection.connected());
      break;
    case 2:
      if (!inside()) return shown.connection.disconnect_and_wait();
      break;
    default:
      shown.connection.disconnect();
  }
}

/// Also from inside its own slots; only this thread uses the signal.
void ThreadProgram::end_own_signal() {
  if (destructors_ > 0) return;
  if (signal_) {
    for (auto const& own : own_) {
      if (own->signal != signal_.get()) continue;
      own->is_alone = false;
      ++own->changes;
    }
    signal_.reset();
  } else {
    signal_ = std::make_unique<Signal<Event>>();
  }
}

}  // namespace sferic::test::model
