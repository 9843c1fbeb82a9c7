#include <sferic/signal/detail/plan.hpp>

#include <sferic/signal/detail/slot.hpp>
#include <sferic/signal/detail/topology.hpp>

#include <algorithm>
#include <utility>

namespace sferic::detail {

namespace {

/// A chain is cut after so many slots: where the compiler does not turn its calls into jumps (in
/// builds that are not optimised), this bounds the depth of the stack.
constexpr std::size_t kSlotsPerChain = 64;

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

/// The entry of the slot at `index`, behind the chains' ends that come before it.
constexpr std::size_t entry_of(std::size_t index) { return index + index / kSlotsPerChain; }

/// How many entries so many slots need, the last chain's end included.
constexpr std::size_t entries_for(std::size_t slots) {
  return slots == 0 ? 1 : entry_of(slots - 1) + 2;
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

Plan::Plan(std::vector<std::shared_ptr<Slot>> slots, std::shared_ptr<Topology> topology)
    : slots_(std::move(slots)),
      entries_(std::make_unique<Entry[]>(entries_for(slots_.size()))),
      topology_(std::move(topology)) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Entry* const entry = &entries_[entry_of(i)];
    entry->context = slots_[i]->context;
    if (i > 0 && i % kSlotsPerChain == 0) {
      Entry* const end = entry - 1;
      end->context = entry;
      end->thunk.store(i == kSlotsPerChain ? &end_first_chain : &end_chain);
    }
  }
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
    entries_[entry_of(i)].thunk.store(thunk_of(*slots_[i]), std::memory_order_release);
  }
}

void Plan::refresh(Slot const& slot) noexcept {
  std::size_t const index = position(slot);
  if (index == slots_.size()) return;
  entries_[entry_of(index)].thunk.store(thunk_of(slot), std::memory_order_release);
}

}  // namespace sferic::detail
