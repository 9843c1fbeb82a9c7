#include <sferic/signal/detail/plan.hpp>

#include <sferic/signal/detail/probes.hpp>
#include <sferic/signal/detail/slot.hpp>
#include <sferic/signal/detail/topology.hpp>

#include <algorithm>
#include <utility>

namespace sferic::detail {

namespace {

/// A chain is cut after so many items, slots and probes: where the compiler does not turn its calls
/// into jumps (in builds that are not optimised), this bounds the depth of the stack.
constexpr std::size_t kItemsPerChain = 64;

/// Ends a chain that is neither the first nor the last.
Entry const* end_chain(Entry const* entry, void const*) {
  return static_cast<Entry const*>(entry->context);
}

/// Ends the first chain of several: runs the others.
Entry const* end_first_chain(Entry const* entry, void const* event) {
  auto const* chain = static_cast<Entry const*>(entry->context);
  while (chain != nullptr) chain = chain->thunk.load(std::memory_order_relaxed)(chain, event);
  return nullptr;
}

Thunk thunk_of(Slot const& slot) noexcept {
  return slot.connected && slot.blockers == 0 ? slot.thunk : &skip;
}

/// The entry of the item at `index`, behind the chains' ends that come before it.
constexpr std::size_t entry_of(std::size_t index) { return index + index / kItemsPerChain; }

/// How many entries so many items need, the last chain's end included.
constexpr std::size_t entries_for(std::size_t items) {
  return items == 0 ? 1 : entry_of(items - 1) + 2;
}

/// The item that a slot is: behind its own probe, those of the slots before it, and the probe of
/// the emission.
constexpr std::size_t item_of(std::size_t slot, bool observed) {
  return observed ? 2 * slot + 2 : slot;
}

constexpr std::size_t items_for(std::size_t slots, bool observed) {
  return observed ? 2 * slots + 1 : slots;
}

}  // namespace

Entry const* skip(Entry const* entry, void const* event) {
  Thunk next;
  do {
    ++entry;
    next = entry->thunk.load(std::memory_order_relaxed);
  } while (next == &skip);
  if (next == nullptr) return nullptr;
  SFERIC_TAIL_CALL return next(entry, event);
}

Plan::Plan(std::vector<std::shared_ptr<Slot>> slots, std::unique_ptr<Probes> probes,
           std::shared_ptr<Topology> topology)
    : slots_(std::move(slots)), probes_(std::move(probes)), topology_(std::move(topology)) {
  auto const items = items_for(slots_.size(), probes_ != nullptr);
  entries_ = std::make_unique<Entry[]>(entries_for(items));
  for (std::size_t i = 0; i < slots_.size(); ++i) entry_of_slot(i).context = slots_[i]->context;
  end_chains(items);
  if (probes_) place_probes();
}

void Plan::end_chains(std::size_t items) noexcept {
  for (std::size_t i = kItemsPerChain; i < items; i += kItemsPerChain) {
    Entry* const next = &entries_[entry_of(i)];
    Entry* const end = next - 1;
    end->context = next;
    end->thunk.store(i == kItemsPerChain ? &end_first_chain : &end_chain);
  }
}

void Plan::place_probes() noexcept {
  entries_[0].context = probes_.get();
  entries_[0].thunk.store(&observe_emission);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Entry& entry = entries_[entry_of(item_of(i, true) - 1)];
    probes_->at(i).slot = &entry_of_slot(i);
    entry.context = &probes_->at(i);
    entry.thunk.store(&observe_call);
  }
}

Entry& Plan::entry_of_slot(std::size_t index) const noexcept {
  return entries_[entry_of(item_of(index, probes_ != nullptr))];
}

Plan::~Plan() { topology_->forget(*this); }

std::size_t Plan::position(Slot const& slot) const noexcept {
  auto const found = std::find_if(slots_.begin(), slots_.end(),
                                  [&](auto const& candidate) { return candidate.get() == &slot; });
  return static_cast<std::size_t>(found - slots_.begin());
}

bool Plan::contains(Slot const& slot) const noexcept { return position(slot) < slots_.size(); }

void Plan::refresh() noexcept {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    entry_of_slot(i).thunk.store(thunk_of(*slots_[i]), std::memory_order_release);
  }
}

void Plan::refresh(Slot const& slot) noexcept {
  std::size_t const index = position(slot);
  if (index == slots_.size()) return;
  entry_of_slot(index).thunk.store(thunk_of(slot), std::memory_order_release);
}

}  // namespace sferic::detail
