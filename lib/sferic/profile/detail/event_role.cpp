#include <sferic/profile/detail/event_role.hpp>

#include <algorithm>
#include <iterator>

namespace sferic::detail {

namespace {

using enum Phase;

constexpr EventRole kRoles[] = {
    {.phase = {}},
    {.event = "init_start", .unit = Unit::kTask, .begins_unit = true, .phase = {}},
    {.event = "init_end", .unit = Unit::kTask, .phase = {}},
    {.event = "setup", .unit = Unit::kTask, .begins_unit = true, .begins = Frame::kTask},
    {.event = "before_accelerator_backend_setup", .unit = Unit::kTask},
    {.event = "fit_start", .unit = Unit::kTask, .task = "fit"},
    {.event = "pretrain_routine_start", .unit = Unit::kTask},
    {.event = "find_checkpoint", .unit = Unit::kTask},
    {.event = "load_checkpoint", .unit = Unit::kTask},
    {.event = "pretrain_routine_end", .unit = Unit::kTask},
    {.event = "sanity_check_start", .unit = Unit::kTask, .begins = Frame::kSanityCheck},
    {.event = "sanity_check_end", .unit = Unit::kTask, .ends = Frame::kSanityCheck},
    {.event = "train_start", .unit = Unit::kTask, .begins = Frame::kTraining},
    {.event = "train_end", .unit = Unit::kTask, .ends = Frame::kTraining},
    {.event = "fit_end", .unit = Unit::kTask},
    {.event = "keyboard_interrupt", .unit = Unit::kTask, .breaks = true},
    {.event = "exception", .unit = Unit::kTask, .breaks = true},
    {.event = "teardown", .unit = Unit::kTask, .ends = Frame::kTask},

    {.event = "epoch_start", .unit = Unit::kEpoch, .begins_unit = true, .begins = Frame::kEpoch},
    {.event = "train_epoch_start", .unit = Unit::kEpoch},
    {.event = "train_epoch_end", .unit = Unit::kEpoch},
    {.event = "epoch_end", .unit = Unit::kEpoch, .ends = Frame::kEpoch},

    {.event = "batch_start",
     .unit = Unit::kBatch,
     .begins_unit = true,
     .begins = Frame::kBatch,
     .phase = kLoop,
     .before = kData},
    {.event = "train_batch_start", .unit = Unit::kBatch, .phase = kForward},
    {.event = "before_zero_grad", .unit = Unit::kBatch, .phase = kZeroGrad},
    {.event = "before_backward", .unit = Unit::kBatch, .phase = kBackward},
    {.event = "after_backward", .unit = Unit::kBatch, .phase = kLoop, .may_go_on = true},
    {.event = "before_optimizer_step", .unit = Unit::kBatch, .phase = kOptimizerStep},
    {.event = "after_optimizer_step", .unit = Unit::kBatch, .phase = kLoop, .may_go_on = true},
    {.event = "train_batch_end", .unit = Unit::kBatch, .phase = kLoop},
    {.event = "batch_end", .unit = Unit::kBatch, .ends = Frame::kBatch},

    {.event = "validation_start",
     .unit = Unit::kEvaluation,
     .begins_unit = true,
     .begins = Frame::kValidation,
     .task = "validate"},
    {.event = "validation_epoch_start", .unit = Unit::kEvaluation},
    {.event = "validation_batch_start",
     .unit = Unit::kEvaluationBatch,
     .begins_unit = true,
     .begins = Frame::kValidationBatch,
     .phase = kValidationStep,
     .before = kValidationData},
    {.event = "validation_batch_end",
     .unit = Unit::kEvaluationBatch,
     .ends = Frame::kValidationBatch},
    {.event = "validation_epoch_end", .unit = Unit::kEvaluation},
    {.event = "validation_end", .unit = Unit::kEvaluation, .ends = Frame::kValidation},

    {.event = "test_start",
     .unit = Unit::kEvaluation,
     .begins_unit = true,
     .begins = Frame::kTest,
     .task = "test"},
    {.event = "test_epoch_start", .unit = Unit::kEvaluation},
    {.event = "test_batch_start",
     .unit = Unit::kEvaluationBatch,
     .begins_unit = true,
     .begins = Frame::kTestBatch,
     .phase = kTestStep,
     .before = kTestData},
    {.event = "test_batch_end", .unit = Unit::kEvaluationBatch, .ends = Frame::kTestBatch},
    {.event = "test_epoch_end", .unit = Unit::kEvaluation},
    {.event = "test_end", .unit = Unit::kEvaluation, .ends = Frame::kTest},

    {.event = "predict_start",
     .unit = Unit::kEvaluation,
     .begins_unit = true,
     .begins = Frame::kPrediction,
     .task = "predict"},
    {.event = "predict_epoch_start", .unit = Unit::kEvaluation},
    {.event = "predict_batch_start",
     .unit = Unit::kEvaluationBatch,
     .begins_unit = true,
     .begins = Frame::kPredictBatch,
     .phase = kPredictStep,
     .before = kPredictData},
    {.event = "predict_batch_end", .unit = Unit::kEvaluationBatch, .ends = Frame::kPredictBatch},
    {.event = "predict_epoch_end", .unit = Unit::kEvaluation},
    {.event = "predict_end", .unit = Unit::kEvaluation, .ends = Frame::kPrediction},

    {.event = "save_checkpoint",
     .unit = Unit::kCheckpoint,
     .begins_unit = true,
     .begins = Frame::kCheckpoint,
     .phase = kCheckpoint},
    {.event = "checkpoint_saved", .unit = Unit::kCheckpoint, .ends = Frame::kCheckpoint},
    {.event = "checkpoint_failed", .unit = Unit::kCheckpoint, .ends = Frame::kCheckpoint},

    {.event = "metrics_logged", .phase = {}, .tells_of_step = true},
    {.event = "media_logged", .phase = {}, .tells_of_step = true},
};
static_assert(std::size(kRoles) < 256);

constexpr FrameInfo kFrames[] = {
    {"", SpanKind::kTask, 0},
    {"task", SpanKind::kTask, 0},
    {"sanity check", SpanKind::kTask, 1},
    {"training", SpanKind::kTask, 1},
    {"epoch", SpanKind::kEpoch, 2},
    {"validation", SpanKind::kEpoch, 3},
    {"test", SpanKind::kEpoch, 3},
    {"prediction", SpanKind::kEpoch, 3},
    {"batch", SpanKind::kBatch, 3},
    {"validation batch", SpanKind::kBatch, 4},
    {"test batch", SpanKind::kBatch, 4},
    {"predict batch", SpanKind::kBatch, 4},
    {"checkpoint", SpanKind::kPhase, 5},
};

}  // namespace

std::string_view name(Phase phase) {
  constexpr std::string_view kNames[] = {
      "data",      "forward",      "zero_grad",       "backward",        "optimizer_step",
      "loop",      "validation",   "validation_data", "validation_step", "test_data",
      "test_step", "predict_data", "predict_step",    "checkpoint",      "other"};
  static_assert(std::size(kNames) == kPhases);
  return kNames[static_cast<std::size_t>(phase)];
}

FrameInfo const& info_of(Frame frame) noexcept { return kFrames[static_cast<std::size_t>(frame)]; }

std::uint8_t role_number(std::string_view event) noexcept {
  auto const* const found = std::find_if(std::begin(kRoles), std::end(kRoles),
                                         [&](auto const& role) { return role.event == event; });
  return found == std::end(kRoles) ? std::uint8_t{0}
                                   : static_cast<std::uint8_t>(found - std::begin(kRoles));
}

EventRole const& role_of(std::uint8_t number) noexcept { return kRoles[number]; }

}  // namespace sferic::detail
