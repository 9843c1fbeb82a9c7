#include <sferic/signal/signal.hpp>

#include <sferic/signal/detail/observed_signals.hpp>
#include <sferic/signal/detail/topology.hpp>
#include <sferic/signal/emission_observer.hpp>

#include <stdexcept>

namespace sferic {

void detail::refuse_empty_handler() {
  throw std::invalid_argument("sferic: a function that is to be called is empty");
}

SignalBase::SignalBase(SignalBase&& other) noexcept { *this = std::move(other); }

SignalBase& SignalBase::operator=(SignalBase&& other) noexcept {
  if (this == &other) return *this;
  close();
  if (auto* const taken = other.topology_.exchange(nullptr)) {
    taken->move_to(plan_);
    topology_.store(taken);
  }
  return *this;
}

SignalBase::~SignalBase() { close(); }

void SignalBase::close() noexcept {
  // Again, if the destructor of a capture has connected something meanwhile.
  while (auto* const topology = topology_.exchange(nullptr)) topology->close();
}

detail::Topology& SignalBase::topology() {
  auto* topology = topology_.load(std::memory_order_acquire);
  if (topology != nullptr) return *topology;
  auto* const opened = detail::Topology::open(plan_);
  if (topology_.compare_exchange_strong(topology, opened)) return *opened;
  opened->close();  // another thread was first
  return *topology;
}

Connection SignalBase::connect(std::shared_ptr<detail::Slot> slot) {
  return Connection(topology().connect(std::move(slot)));
}

void SignalBase::disconnect(Order order) noexcept {
  if (auto* const topology = topology_.load()) topology->disconnect(order);
}

void SignalBase::disconnect_all() noexcept {
  if (auto* const topology = topology_.load()) topology->disconnect_all();
}

void SignalBase::emit_to_all(void const* event, detail::ErrorHandler on_error,
                             void* context) const {
  if (auto* const topology = topology_.load()) topology->emit_to_all(event, on_error, context);
}

std::vector<SlotInfo> SignalBase::slots() const {
  auto* const topology = topology_.load();
  return topology == nullptr ? std::vector<SlotInfo>() : topology->describe();
}

void SignalBase::observe(Observation const& observation, std::string_view name) {
  if (observation.signals()) observe(*observation.signals(), name);
}

void SignalBase::observe(detail::ObservedSignals& signals, std::string_view name) {
  signals.add(topology(), name);
}

std::size_t SignalBase::slot_count() const {
  auto* const topology = topology_.load();
  return topology == nullptr ? 0 : topology->slot_count();
}

}  // namespace sferic
