#include <sferic/signal/detail/probes.hpp>

#include <sferic/signal/detail/topology.hpp>

#include <chrono>
#include <utility>

namespace sferic::detail {

namespace {

EmissionObserver::Time now() noexcept { return std::chrono::steady_clock::now(); }

}  // namespace

thread_local constinit ObservedEmission* ObservedEmission::current_ = nullptr;

Probes::Probes(std::vector<ObserverOf> const& observers, std::vector<SlotInfo> const& slots) {
  for (auto const& [observer, name] : observers) {
    Watch watch{observer, observer->number_of_signal(name), {}};
    for (auto const& slot : slots) {
      watch.slots.push_back(observer->number_of_slot(watch.signal, slot));
    }
    watches_.push_back(std::move(watch));
  }
  for (std::size_t i = 0; i < slots.size(); ++i) probes_.push_back({i});
}

ObservedEmission::ObservedEmission(Probes const& probes) noexcept
    : probes_(probes), outer_(std::exchange(current_, this)), began_(now()), call_began_(began_) {
  for (auto const& watch : probes_.watches_) {
    watch.observer->emission_begins(watch.signal, began_);
  }
}

ObservedEmission::~ObservedEmission() {
  Time const end = now();
  tell_call(end);
  for (auto const& watch : probes_.watches_) {
    watch.observer->emission_ends(watch.signal, began_, end);
  }
  current_ = outer_;
}

void ObservedEmission::begin_call(std::size_t index) noexcept {
  end_call();
  running_ = index;
}

void ObservedEmission::end_call() noexcept {
  if (std::exchange(is_fresh_, false)) return;
  Time const time = now();
  tell_call(time);
  running_ = kNone;
  call_began_ = time;
}

void ObservedEmission::tell_call(Time time) noexcept {
  if (running_ == kNone) return;
  for (auto const& watch : probes_.watches_) {
    watch.observer->call_ends(watch.slots[running_], call_began_, time);
  }
}

Entry const* observe_emission(Entry const* entry, void const* event) {
  ObservedEmission const emission(*static_cast<Probes const*>(entry->context));
  return go_on(entry, event);
}

Entry const* observe_call(Entry const* entry, void const* event) {
  auto const& probe = *static_cast<Probe const*>(entry->context);
  auto& emission = ObservedEmission::current();
  if (probe.slot->thunk.load(std::memory_order_relaxed) == &skip) {
    emission.end_call();
  } else {
    emission.begin_call(probe.index);
  }
  SFERIC_TAIL_CALL return go_on(entry, event);
}

}  // namespace sferic::detail
