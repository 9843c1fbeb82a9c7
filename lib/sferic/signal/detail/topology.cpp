#include <sferic/signal/detail/topology.hpp>

#include <sferic/signal/detail/barrier.hpp>
#include <sferic/signal/detail/cell.hpp>
#include <sferic/signal/detail/emission.hpp>
#include <sferic/signal/detail/probes.hpp>
#include <sferic/signal/detail/reclaim.hpp>
#include <sferic/signal/detail/type_name.hpp>

#include <boost/signals2/connection.hpp>
#include <boost/signals2/signal.hpp>
#include <boost/signals2/slot.hpp>

#include <algorithm>
#include <chrono>
#include <cxxabi.h>
#include <exception>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

namespace sferic::detail {

/// What Signals2 holds of a slot. However Signals2 comes to drop it (a connection, a group or all
/// disconnected, a tracked object gone), the slot is severed.
struct Registration {
  explicit Registration(std::shared_ptr<Slot> registered) : slot(std::move(registered)) {}
  ~Registration() {
    if (auto const topology = slot->topology.lock()) topology->sever(*slot);
  }
  Registration(Registration const&) = delete;
  Registration& operator=(Registration const&) = delete;

  std::shared_ptr<Slot> slot;
  boost::signals2::connection connection;
};

namespace {

/// The functor that Signals2 calls when it is enumerated.
struct Enumerate {
  std::shared_ptr<Registration> registration;
  void operator()(std::vector<std::shared_ptr<Slot>>& slots) const {
    slots.push_back(registration->slot);
  }
};

std::string name_of(Slot const& slot) {
  if (!slot.name.empty()) return slot.name;
  if (!slot.callback.empty()) return slot.callback;
  auto type = type_name(*slot.type);
  bool const is_lambda = type.find("{lambda") != type.npos || type.find("$_") != type.npos;
  return is_lambda ? "lambda" : type;
}

SlotInfo info_of(Slot const& slot) {
  return {.name = name_of(slot),
          .where = slot.where.text(),
          .filter = slot.filter ? slot.filter(slot) : std::string(),
          .order = slot.order,
          .blocked = slot.blockers > 0,
          .tracked = !slot.owners.empty()};
}

}  // namespace

struct Topology::Connections {
  boost::signals2::signal<void(std::vector<std::shared_ptr<Slot>>&)> signal;
};

Topology::Topology() : connections_(std::make_unique<Connections>()) {
  stale_.thunk.store(&compile_then_run, std::memory_order_relaxed);
  stale_.context = this;
}

Topology::~Topology() = default;

Topology* Topology::open(Published& published) {
  std::shared_ptr<Topology> topology(new Topology);
  topology->published_ = &published;
  topology->self_ = topology;
  return topology.get();
}

// Signals2 drops slots whose owners are gone when it is used next, and a capture that ends with one
// may be all that kept the signal: hence `keep_alive` here and below.
std::weak_ptr<Slot> Topology::connect(std::shared_ptr<Slot> slot) {
  auto const keep_alive = shared_from_this();
  auto const registration = std::make_shared<Registration>(slot);
  {
    std::lock_guard const lock(mutex_);
    count(*slot, +1);
  }
  slot->registration = registration;
  slot->topology = weak_from_this();
  decltype(connections_->signal)::slot_type entry{Enumerate{registration}};
  for (auto const& owner : slot->owners) entry.track_foreign(owner);

  boost::signals2::connection connection;
  try {
    connection = connections_->signal.connect(static_cast<int>(slot->order), entry);
  } catch (...) {
    sever(*slot);  // Signals2 may have it in one of its lists already
    throw;
  }
  bool others_wait = false;
  {
    std::lock_guard const lock(mutex_);
    registration->connection = std::move(connection);
    others_wait = retire_plan(unpublish(&stale_));
  }
  if (others_wait) free_retired_plans();
  return slot;
}

void Topology::disconnect(Slot& slot) noexcept {
  sever(slot);
  auto const registration = slot.registration.lock();
  if (!registration) return;
  boost::signals2::connection connection;
  {
    std::lock_guard const lock(mutex_);
    connection = registration->connection;
  }
  connection.disconnect();
}

void Topology::disconnect(Order order) noexcept {
  auto const keep_alive = shared_from_this();
  connections_->signal.disconnect(static_cast<int>(order));
}

void Topology::disconnect_all() noexcept {
  auto const keep_alive = shared_from_this();
  connections_->signal.disconnect_all_slots();
}

void Topology::close() noexcept {
  std::shared_ptr<Topology> self;
  {
    std::lock_guard const lock(mutex_);
    self = std::move(self_);
    if (version_ > 0) retire_plan(unpublish(nullptr));  // else it may be another's plan
    published_ = nullptr;
  }
  disconnect_all();
  free_retired_plans();
}

void Topology::move_to(Published& published) noexcept {
  std::lock_guard const lock(mutex_);
  published.store(published_->exchange(nullptr, std::memory_order_seq_cst),
                  std::memory_order_seq_cst);
  published_ = &published;
}

void Topology::add_blockers(Slot& slot, int count) noexcept {
  std::lock_guard const lock(mutex_);
  slot.blockers += count;
  for (Plan* const plan : live_) plan->refresh(slot);
}

void Topology::keep(Slot& slot, std::shared_ptr<void const> object) noexcept {
  std::lock_guard const lock(mutex_);
  std::swap(slot.kept, object);  // what it was goes after the lock
}

void Topology::set_name(Slot& slot, std::string name) { replace(slot.name, std::move(name)); }

void Topology::set_callback(Slot& slot, std::string name) {
  replace(slot.callback, std::move(name));
}

/// Observers have to be told of it.
void Topology::replace(std::string& name, std::string by) {
  bool observed = false;
  {
    std::lock_guard const lock(mutex_);
    std::swap(name, by);
    observed = !observers_.empty();
    if (observed) retire_plan(unpublish(&stale_));
  }
  if (observed) free_retired_plans();
}

bool Topology::observe(std::shared_ptr<EmissionObserver> observer, std::string_view name) {
  std::lock_guard const lock(mutex_);
  observers_.push_back({std::move(observer), std::string(name)});
  Plan* const plan = unpublish(&stale_);
  retire_plan(plan);
  return plan != nullptr;
}

void Topology::stop_observing(EmissionObserver const& observer) noexcept {
  {
    std::lock_guard const lock(mutex_);
    std::erase_if(observers_, [&](auto const& each) { return each.observer.get() == &observer; });
    retire_plan(unpublish(&stale_));
  }
  free_retired_plans();
}

bool Topology::connected(Slot const& slot) const noexcept {
  std::lock_guard const lock(mutex_);
  return slot.connected && std::none_of(slot.owners.begin(), slot.owners.end(),
                                        [](auto const& owner) { return owner.expired(); });
}

bool Topology::blocked(Slot const& slot) const noexcept {
  std::lock_guard const lock(mutex_);
  return slot.blockers > 0;
}

/// The loop of a training asks in each batch.
std::size_t Topology::slot_count() const {
  {
    std::lock_guard const lock(mutex_);
    if (tracking_ == 0) return connected_;
  }
  return slots().size();
}

void Topology::count(Slot const& slot, int change) noexcept {
  connected_ += static_cast<std::size_t>(change);
  if (!slot.owners.empty()) tracking_ += static_cast<std::size_t>(change);
}

std::vector<std::shared_ptr<Slot>> Topology::slots() const {
  auto const keep_alive = shared_from_this();
  std::vector<std::shared_ptr<Slot>> known;
  connections_->signal(known);
  // Signals2 learns a little later than we that a slot has ended. It is let go without the lock.
  std::vector<std::shared_ptr<Slot>> connected;
  connected.reserve(known.size());
  std::lock_guard const lock(mutex_);
  std::copy_if(known.begin(), known.end(), std::back_inserter(connected),
               [](auto const& slot) { return slot->connected; });
  return connected;
}

std::vector<SlotInfo> Topology::describe() const { return describe(slots()); }

std::vector<SlotInfo> Topology::describe(std::vector<std::shared_ptr<Slot>> const& slots) const {
  std::vector<SlotInfo> infos;
  infos.reserve(slots.size());
  std::lock_guard const lock(mutex_);
  for (auto const& slot : slots) infos.push_back(info_of(*slot));
  return infos;
}

std::unique_ptr<Probes> Topology::probes_for(
    std::vector<std::shared_ptr<Slot>> const& slots) const {
  std::vector<ObserverOf> observers;
  {
    std::lock_guard const lock(mutex_);
    observers = observers_;
  }
  return observers.empty() ? nullptr : std::make_unique<Probes>(observers, describe(slots));
}

void Topology::emit_to_all(void const* event, ErrorHandler on_error, void* context) {
  auto const keep_alive = shared_from_this();
  auto const all = slots();
  auto const probes = probes_for(all);
  std::optional<ObservedEmission> observed;
  if (probes) observed.emplace(*probes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const& slot = all[i];
    if (!begin_call(*slot)) continue;
    if (observed) observed->begin_call(i);
    Entry chain[2];
    chain[0].context = slot->context;
    std::exception_ptr error;
    try {
      slot->thunk(chain, event);
    } catch (abi::__forced_unwind&) {  // the thread is being cancelled
      end_call(*slot);
      throw;
    } catch (...) {
      error = std::current_exception();
    }
    end_call(*slot);
    if (observed) observed->end_call();
    if (error) on_error(context, error);
  }
}

bool Topology::begin_call(Slot const& slot) {
  std::lock_guard const lock(mutex_);
  if (!slot.connected || slot.blockers > 0) return false;
  calls_.push_back({&slot, std::this_thread::get_id()});
  return true;
}

void Topology::end_call(Slot const& slot) noexcept {
  std::lock_guard const lock(mutex_);
  calls_.erase(std::find(calls_.begin(), calls_.end(), Call{&slot, std::this_thread::get_id()}));
}

void Topology::wait_for_calls(Slot const& slot) const noexcept {
  auto const running = [&] {
    std::lock_guard const lock(mutex_);
    return std::any_of(live_.begin(), live_.end(), [&](Plan const* plan) {
      return plan->contains(slot) && runs_on_another_thread(*plan);
    }) || std::any_of(calls_.begin(), calls_.end(), [&](Call const& call) {
      return call.slot == &slot && call.thread != std::this_thread::get_id();
    });
  };
  order_emitters_before_this();
  while (running()) std::this_thread::sleep_for(std::chrono::microseconds(20));
}

void Topology::sever(Slot& slot) noexcept {
  {
    std::lock_guard const lock(mutex_);
    if (!slot.connected) return;
    slot.connected = false;
    count(slot, -1);
    for (Plan* const plan : live_) plan->refresh(slot);
    retire_plan(unpublish(&stale_));
  }
  free_retired_plans();
}

void Topology::forget(Plan const& plan) noexcept {
  std::lock_guard const lock(mutex_);
  std::erase(live_, &plan);
}

Plan* Topology::unpublish(Entry const* replacement) noexcept {
  ++version_;
  if (published_ != nullptr) published_->store(replacement, std::memory_order_seq_cst);
  return std::exchange(current_, nullptr);
}

Topology::Published* Topology::published() const noexcept {
  std::lock_guard const lock(mutex_);
  return published_;
}

void Topology::compile() {
  for (;;) {
    std::uint64_t seen = 0;
    {
      std::lock_guard const lock(mutex_);
      seen = version_;
    }
    auto connected = slots();
    auto probes = probes_for(connected);
    auto plan =
        connected.empty() && !probes
            ? nullptr
            : std::make_unique<Plan>(std::move(connected), std::move(probes), shared_from_this());

    std::lock_guard const lock(mutex_);
    if (published_ == nullptr || published_->load(std::memory_order_relaxed) != &stale_) return;
    if (version_ != seen) continue;
    if (plan) {
      live_.push_back(plan.get());
      plan->refresh();
    }
    published_->store(plan ? plan->first() : nullptr, std::memory_order_seq_cst);
    current_ = plan.release();
    return;
  }
}

Entry const* Topology::compile_then_run(Entry const* entry, void const* event) {
  auto const topology = static_cast<Topology*>(entry->context)->shared_from_this();
  topology->compile();
  Published* const published = topology->published();
  if (published == nullptr) return nullptr;
  Entry const* const plan = published->load(std::memory_order_relaxed);
  if (plan != nullptr) run_published(*published, event, plan);
  return nullptr;
}

void drop_expired(Slot& slot) noexcept {
  if (auto const topology = slot.topology.lock()) topology->disconnect(slot);
}

}  // namespace sferic::detail
