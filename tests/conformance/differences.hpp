#pragma once

#include <sferic/events/progress.hpp>

#include <exception>
#include <string>
#include <string_view>

#include "conformance/trace.hpp"

/// How sferic's account of a run becomes one in Lightning's words. What is not named here has to be
/// the same.
namespace sferic::conformance {

/// Whether Lightning 2 has no hook for this event: it had one in older versions, or never.
bool is_sferics_own(std::string_view event);

/// Whether sferic has an event for this hook of Lightning's callbacks, written without "on_".
bool is_hook(std::string_view hook);

/// As setup and teardown tell the task: "TrainerFn.FITTING".
std::string lightnings_name(Task task);

/// The kind of an error: a std::invalid_argument is a ValueError, an Interrupted a
/// KeyboardInterrupt, another std::runtime_error a RuntimeError; the rest is told by its message.
std::string lightnings_name(std::exception_ptr const& error);

/// What sferic's error for this one of Lightning's is called here: both a ValueError and a
/// MisconfigurationException are a std::invalid_argument.
std::string sferics_error(std::string const& name);

/// sferic tears down after an exception too; Lightning leaves that hook out. Takes it out.
void leave_out_teardown_after_exception(Trace& trace);

/// Whether Lightning 2.2 would have returned normally, so that the recorded program went on: after
/// a KeyboardInterrupt, for which sferic throws Interrupted.
bool lightning_returns_after(std::exception_ptr const& error);

/// How a run ends whose last task ended by `error`, or well: an error is told only if Lightning
/// throws it, too.
TraceEnd lightnings_end(Progress const& progress, std::exception_ptr const& error);

}  // namespace sferic::conformance
