#pragma once

#include <sferic/signal/detail/plan.hpp>

#include <atomic>

namespace sferic::detail {

/// Runs the plan that a signal publishes, and keeps it alive meanwhile.
///
/// The emitting side pays plain loads and stores only. It writes down which plan it runs and then
/// looks whether that plan is still the published one; whoever retires a plan first takes it from
/// the signal and then looks for threads that run it. One of the two sees the other, provided that
/// each side's write is visible before its read: the retiring side issues a barrier on all cores
/// (membarrier) for both. Where the system has no such call, under the thread sanitizer, which does
/// not know it, and in nested emissions, both sides use sequentially consistent accesses instead.
void run_published(std::atomic<Entry const*> const& published, void const* event);

}  // namespace sferic::detail
