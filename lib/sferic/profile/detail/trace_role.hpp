#pragma once

#include <sferic/profile/detail/trace_record.hpp>
#include <sferic/profile/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sferic::detail {

/// A span that reaches from one event to another, both included.
enum class Frame : std::uint8_t {
  kNone,
  kTask,
  kSanityCheck,
  kTraining,
  kEpoch,
  kValidation,
  kTest,
  kPrediction,
  kBatch,
  kValidationBatch,
  kTestBatch,
  kPredictBatch,
  kCheckpoint,
};

struct FrameInfo {
  std::string_view name;
  SpanKind kind;
  int level;  ///< a frame is never within one of its own level or of a greater one
};

FrameInfo const& info_of(Frame frame) noexcept;

/// What an event of the trainer is to a trace. (See event::Catalogue; the names are all that is
/// known of events here.)
struct TraceRole {
  enum class Part : std::uint8_t { kGoesOn, kBegins };

  std::string_view event;
  Unit unit = Unit::kOther;
  Part part = Part::kGoesOn;  ///< whether another such unit begins
  Frame begins = Frame::kNone;
  Frame ends = Frame::kNone;
  std::string_view phase = {};  ///< what is done from its end on, to the next event of the batch
  std::string_view until = {};  ///< that event, if the phase is none before others
  bool breaks = false;          ///< what the task was doing ends here
  std::string_view task = {};   ///< what task it is that has this event
};

/// The number of an event's role; 0 is that of events which are not the trainer's own, or belong to
/// whatever comes before.
std::uint8_t role_number(std::string_view event) noexcept;
TraceRole const& role_of(std::uint8_t number) noexcept;

}  // namespace sferic::detail
