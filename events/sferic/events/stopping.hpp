#pragma once

#include <sferic/events/moment.hpp>

#include <exception>
#include <string_view>

namespace sferic::event {

/// Somebody asked to stop; emitted once, where the loop takes notice.
struct StopRequested : Moment {
  static constexpr std::string_view kName = "stop_requested";
  std::string_view reason;
};

/// SIGINT ends the task (Ctrl-C); Exception and Teardown follow.
struct KeyboardInterrupt : Moment {
  static constexpr std::string_view kName = "keyboard_interrupt";
};

/// An error ends the task. It leaves fit() unchanged after Teardown, whatever handlers of this
/// event do; an error of theirs is reported and keeps this event from nobody.
struct Exception : Moment {
  static constexpr std::string_view kName = "exception";
  std::exception_ptr error;
  std::string_view what;  ///< its message
};

}  // namespace sferic::event
