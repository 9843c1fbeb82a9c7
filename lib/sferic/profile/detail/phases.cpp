#include <sferic/profile/detail/phases.hpp>

#include <iterator>
#include <map>

namespace sferic::detail {

namespace {

using enum Phase;

std::map<std::string_view, PhaseMark> make_marks() {
  std::map<std::string_view, PhaseMark> marks = {
      {"batch_start", {.begins = kLoop, .ends = kData, .begins_step = true, .is_in_step = true}},
      {"train_batch_start", {.begins = kForward, .is_in_step = true}},
      {"before_zero_grad", {.begins = kZeroGrad, .is_in_step = true}},
      {"before_backward", {.begins = kBackward, .is_in_step = true}},
      {"after_backward", {.begins = kLoop, .is_in_step = true}},
      {"before_optimizer_step", {.begins = kOptimizerStep, .is_in_step = true}},
      {"after_optimizer_step", {.begins = kLoop, .is_in_step = true}},
      {"train_batch_end", {.begins = kLoop, .is_in_step = true}},
      {"batch_end", {.begins = kOther, .ends_step = true, .is_in_step = true}},
      {"metrics_logged", {.is_in_step = true}},
      {"media_logged", {.is_in_step = true}},
      {"validation_start", {.begins = kOther, .begins_validation = true}},
      {"validation_batch_start", {.begins = kValidationStep, .ends = kValidationData}},
      {"validation_batch_end", {.begins = kOther}},
      {"validation_end", {.begins = kOther, .ends_validation = true}},
      {"test_batch_start", {.begins = kTestStep, .ends = kTestData}},
      {"test_batch_end", {.begins = kOther}},
      {"predict_batch_start", {.begins = kPredictStep, .ends = kPredictData}},
      {"predict_batch_end", {.begins = kOther}},
      {"save_checkpoint", {.begins = kCheckpoint}},
      {"checkpoint_saved", {.begins = kOther}},
      {"checkpoint_failed", {.begins = kOther}},
  };
  for (auto const* event : {"setup",
                            "before_accelerator_backend_setup",
                            "fit_start",
                            "pretrain_routine_start",
                            "pretrain_routine_end",
                            "sanity_check_start",
                            "sanity_check_end",
                            "train_start",
                            "epoch_start",
                            "train_epoch_start",
                            "validation_epoch_start",
                            "validation_epoch_end",
                            "train_epoch_end",
                            "epoch_end",
                            "train_end",
                            "fit_end",
                            "test_start",
                            "test_epoch_start",
                            "test_epoch_end",
                            "test_end",
                            "predict_start",
                            "predict_epoch_start",
                            "predict_epoch_end",
                            "predict_end",
                            "exception",
                            "teardown"}) {
    marks[event] = {.begins = kOther};
  }
  return marks;
}

}  // namespace

std::string_view name(Phase phase) {
  constexpr std::string_view kNames[] = {
      "data",      "forward",      "zero_grad",       "backward",        "optimizer_step",
      "loop",      "validation",   "validation_data", "validation_step", "test_data",
      "test_step", "predict_data", "predict_step",    "checkpoint",      "other"};
  static_assert(std::size(kNames) == kPhases);
  return kNames[static_cast<std::size_t>(phase)];
}

PhaseMark mark_of(std::string_view event) {
  static auto const marks = make_marks();
  auto const found = marks.find(event);
  return found == marks.end() ? PhaseMark() : found->second;
}

void Phases::emission_begins(PhaseMark const& mark, Time now) noexcept {
  spent_ += now - since_;
  if (mark.begins) end_phase(mark);
  if (mark.begins_step) begin_step(now);
  if (mark.begins_validation) validation_began_ = now;
}

void Phases::emission_ends(PhaseMark const& mark, Time now) noexcept {
  since_ = now;
  if (mark.begins) {
    phase_ = mark.begins;
    phase_began_ = now;
    spent_ = Nanoseconds(0);
  }
  if (mark.ends_step) end_step(now);
  if (mark.ends_validation && validation_began_) {
    times_[static_cast<std::size_t>(kValidation)].add(now - *validation_began_);
    validation_began_.reset();
  }
}

void Phases::end_phase(PhaseMark const& mark) noexcept {
  if (!phase_) return;
  // A checkpoint that another thread goes on writing has no event at the end of what it took here.
  if (mark.ends && *phase_ != kCheckpoint) phase_ = mark.ends;
  times_[static_cast<std::size_t>(*phase_)].add(spent_);
}

/// The wait for the batch belongs to it.
void Phases::begin_step(Time now) noexcept {
  bool const has_waited = phase_ == kData;
  if (step_began_) end_step(has_waited ? phase_began_ : now);  // one that was left out
  step_began_ = has_waited ? phase_began_ : now;
}

void Phases::end_step(Time now) noexcept {
  if (step_began_) steps_.add(now - *step_began_);
  step_began_.reset();
}

}  // namespace sferic::detail
