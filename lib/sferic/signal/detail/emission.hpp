#pragma once

#include <sferic/signal/detail/plan.hpp>

#include <atomic>

namespace sferic::detail {

/// Runs the plan that a signal publishes, seen to be `entry`, and keeps it alive meanwhile.
///
/// The emitting side pays plain loads and stores only. It writes down which plan it runs and then
/// looks whether that plan is still the published one; whoever retires a plan first takes it from
/// the signal and then looks for threads that run it. One of the two sees the other, provided that
/// each side's write is visible before its read: the retiring side issues a barrier on all cores
/// (membarrier) for both. The same holds at the end, for the emitter that ends its use of the plan
/// and then looks whether it was retired, and the retiring side that marks it so and then looks who
/// still runs it. Where the system has no such call, under the thread sanitizer, which does not
/// know it, and in nested emissions, both sides use sequentially consistent accesses instead.
void run_published(std::atomic<Entry const*> const& published, void const* event,
                   Entry const* entry);

}  // namespace sferic::detail
