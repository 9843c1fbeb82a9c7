#pragma once

namespace sferic::detail {

/// Whether order_emitters_before_this() orders the accesses of other threads.
bool barrier_reaches_emitters() noexcept;

/// After this, a look at what other threads run misses no emission that began before it.
void order_emitters_before_this() noexcept;

}  // namespace sferic::detail
