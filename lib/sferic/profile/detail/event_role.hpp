#pragma once

#include <sferic/profile/detail/trace_record.hpp>
#include <sferic/profile/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sferic::detail {

/// What a loop does between two events.
enum class Phase : std::uint8_t {
  kData,
  kForward,
  kZeroGrad,
  kBackward,
  kOptimizerStep,
  kLoop,
  kValidation,
  kValidationData,
  kValidationStep,
  kTestData,
  kTestStep,
  kPredictData,
  kPredictStep,
  kCheckpoint,
  kOther,
};
constexpr std::size_t kPhases = static_cast<std::size_t>(Phase::kOther) + 1;

std::string_view name(Phase phase);
constexpr bool is_in_step(Phase phase) { return phase <= Phase::kLoop; }

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

/// What an event of the trainer is to those who measure. (See event::Catalogue; the names are all
/// that is known of events here.)
struct EventRole {
  std::string_view event = {};
  Unit unit = Unit::kOther;
  bool begins_unit = false;
  Frame begins = Frame::kNone;
  Frame ends = Frame::kNone;
  std::optional<Phase> phase = Phase::kOther;  ///< from its end on; none: that before goes on
  std::optional<Phase> before = {};            ///< what the time before it was, whatever had begun
  bool may_go_on = false;      ///< with a forward pass, in a step that optimizes by itself
  bool breaks = false;         ///< what the task was doing ends here
  bool tells_of_step = false;  ///< it is emitted in steps, among other places
  std::string_view task = {};  ///< what task it is that has this event
};

/// The number of an event's role; 0 is that of events which are not the trainer's own.
std::uint8_t role_number(std::string_view event) noexcept;
EventRole const& role_of(std::uint8_t number) noexcept;
inline EventRole const& role_of(std::string_view event) noexcept {
  return role_of(role_number(event));
}

}  // namespace sferic::detail
