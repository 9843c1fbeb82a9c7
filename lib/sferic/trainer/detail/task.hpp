#pragma once

#include <sferic/trainer/detail/loop_context.hpp>

#include <functional>

namespace sferic::detail {

/// Runs one task from Setup to Teardown. An error, whoever throws it, is told by event::Exception
/// and leaves unchanged after Teardown; errors that handlers of these two events throw meanwhile
/// are reported as warnings. `busy` guards the trainer against a second task within the first.
/// Unless the task `goes_on` from the one before, epochs, steps and batches are counted anew.
void run_task(LoopContext const& context, bool& busy, Task task, bool goes_on,
              std::function<void()> const& body);

}  // namespace sferic::detail
