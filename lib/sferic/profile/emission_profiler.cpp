#include <sferic/profile/emission_profiler.hpp>

#include <sferic/profile/detail/thread_counts.hpp>
#include <sferic/signal/signal.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

namespace sferic {

using detail::DurationCounts;
using detail::DurationSum;
using detail::EmissionCounts;
using detail::Phase;
using detail::ThreadCounts;

namespace {

/// Profilers are told apart by a number: a new one may lie where an old one lay.
std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

/// For which profiler a thread has counted last, and where.
struct LastUsed {
  std::uint64_t profiler = 0;
  ThreadCounts* counts = nullptr;
};
thread_local constinit LastUsed last_used;

/// The number of `key`, which is the next one if it is new.
template <class Map, class Key>
std::size_t number_of(Map& numbers, Key key) {
  return numbers.try_emplace(std::move(key), numbers.size()).first->second;
}

}  // namespace

struct EmissionProfiler::State {
  struct Slot {
    std::size_t signal;
    SlotInfo info;
  };

  std::uint64_t const number = next_number();
  std::mutex mutex;  ///< guards what follows
  std::map<std::string, std::size_t> signals_by_name;
  std::map<std::tuple<std::size_t, std::string, std::string>, std::size_t> slots_by_name;
  std::vector<std::string> signals;
  std::vector<Slot> slots;
  std::map<std::thread::id, ThreadCounts> threads;

  ThreadCounts& counts_of_this_thread() {
    if (last_used.profiler != number) [[unlikely]] {
      std::lock_guard const lock(mutex);
      last_used = {number, &threads[std::this_thread::get_id()]};
    }
    return *last_used.counts;
  }

  EmissionCounts& emissions(ThreadCounts& counts, std::size_t signal) {
    return counts.emissions.at(signal, mutex, [this](std::size_t index) {
      return std::unique_ptr<EmissionCounts>(new EmissionCounts{detail::role_of(signals[index])});
    });
  }

  /// What `part(counts)`, which may be null, comes to over all threads.
  template <class Part>
  Durations durations(Part part, double overhead = 0) const {
    DurationSum sum;
    for (auto const& [id, counts] : threads) {
      if (DurationCounts const* const durations = part(counts)) sum.add(*durations);
    }
    return sum.durations(overhead);
  }

  double seconds() const;
  std::vector<PhaseProfile> phases(Durations const& steps) const;
  EventProfile event(std::size_t signal, Durations const& steps, double overhead) const;
  HookProfile profile(double overhead);
};

double EmissionProfiler::State::seconds() const {
  auto first = Time::max();
  auto last = Time::min();
  for (auto const& [id, counts] : threads) {
    if (counts.last.load() == Time()) continue;
    first = std::min(first, counts.first.load());
    last = std::max(last, counts.last.load());
  }
  return first < last ? std::chrono::duration<double>(last - first).count() : 0;
}

std::vector<PhaseProfile> EmissionProfiler::State::phases(Durations const& steps) const {
  std::vector<PhaseProfile> phases;
  for (std::size_t i = 0; i < detail::kPhases; ++i) {
    auto const phase = static_cast<Phase>(i);
    auto const times = durations([&](auto const& counts) { return &counts.phases.of(phase); });
    if (times.count == 0) continue;
    PhaseProfile profile{std::string(detail::name(phase)), times};
    if (is_in_step(phase) && steps.total > 0) profile.share_of_step = times.total / steps.total;
    phases.push_back(std::move(profile));
  }
  return phases;
}

EventProfile EmissionProfiler::State::event(std::size_t signal, Durations const& steps,
                                            double overhead) const {
  EventProfile event{signals[signal], durations([&](auto const& counts) {
    auto const* const emissions = counts.emissions.find(signal);
    return emissions ? &emissions->durations : nullptr;
  })};
  auto const& role = detail::role_of(event.event);
  bool const is_in_step =
      (role.unit == detail::Unit::kBatch || role.tells_of_step) && steps.total > 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].signal != signal) continue;
    auto const calls =
        durations([&](auto const& counts) { return counts.calls.find(i); }, overhead);
    auto const& info = slots[i].info;
    event.handlers.push_back({info.name, info.where, info.filter, calls});
    if (is_in_step) event.handlers.back().share_of_step = calls.total / steps.total;
  }
  return event;
}

HookProfile EmissionProfiler::State::profile(double overhead) {
  std::lock_guard const lock(mutex);
  HookProfile profile{.seconds = seconds(), .overhead = overhead};
  profile.steps = durations([](auto const& counts) { return &counts.phases.steps(); });
  profile.phases = phases(profile.steps);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    auto found = event(i, profile.steps, overhead);
    bool const is_called = std::any_of(found.handlers.begin(), found.handlers.end(),
                                       [](auto const& each) { return each.calls.count > 0; });
    if (found.emissions.count > 0 || is_called) profile.events.push_back(std::move(found));
  }
  return profile;
}

EmissionProfiler::EmissionProfiler() : state_(std::make_unique<State>()) {}
EmissionProfiler::~EmissionProfiler() = default;

HookProfile EmissionProfiler::profile() const {
  static double const overhead = measured_overhead();
  return state_->profile(overhead);
}

/// What is measured where nothing is done.
double EmissionProfiler::measured_overhead() {
  struct Nothing {};
  Signal<Nothing> signal;
  for (int i = 0; i < 8; ++i) signal.connect([](auto const&) {});
  auto const profiler = std::make_shared<EmissionProfiler>();
  Observation const observation(profiler);
  signal.observe(observation, "nothing");
  for (int i = 0; i < 1000; ++i) signal.emit({});
  return profiler->state_->profile(0).events.at(0).handlers.at(0).calls.p50;
}

std::size_t EmissionProfiler::number_of_signal(std::string_view name) {
  std::lock_guard const lock(state_->mutex);
  auto const number = number_of(state_->signals_by_name, std::string(name));
  if (number == state_->signals.size()) state_->signals.emplace_back(name);
  return number;
}

std::size_t EmissionProfiler::number_of_slot(std::size_t signal, SlotInfo const& slot) {
  std::lock_guard const lock(state_->mutex);
  auto const number = number_of(state_->slots_by_name, std::tuple(signal, slot.name, slot.where));
  if (number == state_->slots.size()) state_->slots.push_back({signal, slot});
  return number;
}

void EmissionProfiler::emission_begins(std::size_t signal, Time now) noexcept {
  auto& counts = state_->counts_of_this_thread();
  auto const& role = state_->emissions(counts, signal).role;
  if (counts.depth++ > 0) return;
  if (counts.first.load(std::memory_order_relaxed) == Time()) counts.first = now;
  counts.phases.emission_begins(role, now);
}

void EmissionProfiler::call_ends(std::size_t slot, Time began, Time now) noexcept {
  state_->counts_of_this_thread()
      .calls.at(slot, state_->mutex, [](std::size_t) {
    return std::make_unique<DurationCounts>();
  }).add(now - began);
}

void EmissionProfiler::emission_ends(std::size_t signal, Time began, Time now) noexcept {
  auto& counts = state_->counts_of_this_thread();
  auto& emissions = state_->emissions(counts, signal);
  emissions.durations.add(now - began);
  if (--counts.depth > 0) return;
  counts.last.store(now, std::memory_order_relaxed);
  counts.phases.emission_ends(emissions.role, now);
}

}  // namespace sferic
