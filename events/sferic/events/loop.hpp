#pragma once

#include <sferic/events/catalogue.hpp>

#include <array>
#include <string_view>

/// The loop of each task as data: every event of the Catalogue at the places where it is emitted.
/// Tests hold trainings to it; loop_text() draws it. It is that of trainings in which nobody calls
/// skip_batch() or end_epoch(), and no training_step optimizes by itself.
namespace sferic::event::loop {

/// A step of the loop, or what rules the deeper lines below it.
struct Step {
  enum class Kind {
    kEvent,  ///< the event of this name
    kCall,   ///< a function of the user's module
    kPart,   ///< all that the part of this name consists of
    kBegin,  ///< the deeper lines are the part of this name
    kIf,     ///< the deeper lines, or nothing
    kEach,   ///< the deeper lines, any number of times
  };
  Kind kind = Kind::kEvent;
  std::string_view name = {};  ///< empty where a line has no more steps
  bool always = true;          ///< else it is left out at times
};

/// Steps that follow each other.
struct Line {
  int depth = 0;
  std::array<Step, 4> steps = {};
  std::string_view note = {};
};

template <class Event>
inline constexpr Step kEmit = {Step::Kind::kEvent, Event::kName};
template <class Event>
inline constexpr Step kMaybe = {Step::Kind::kEvent, Event::kName, /*always=*/false};

inline constexpr Step kValidation = {Step::Kind::kPart, "VALIDATION"};
inline constexpr Step kMaybeValidation = {Step::Kind::kPart, "VALIDATION", /*always=*/false};
inline constexpr Step kNews = {Step::Kind::kPart, "*"};

constexpr Step begin(std::string_view part) { return {Step::Kind::kBegin, part}; }
constexpr Step call(std::string_view function) { return {Step::Kind::kCall, function}; }
constexpr Step when(std::string_view condition) { return {Step::Kind::kIf, condition}; }
constexpr Step each(std::string_view what) { return {Step::Kind::kEach, what}; }

inline constexpr Line kLines[] = {
    {0, {begin("construction of the trainer")}},
    {1, {kEmit<InitStart>, kEmit<InitEnd>}},

    {0, {begin("fit")}},
    {1, {kEmit<Setup>, kEmit<BeforeAcceleratorBackendSetup>}},
    {1, {call("module.configure_optimizers()")}},
    {1, {kEmit<FitStart>}, "the module is on its device, the optimizers exist"},
    {1, {kEmit<PretrainRoutineStart>}},
    {1, {kMaybe<FindCheckpoint>}, "where the last or the best one is asked for"},
    {1, {kMaybe<LoadCheckpoint>}, "everything has been restored"},
    {1, {kEmit<PretrainRoutineEnd>, kNews}},
    {1, {when("if there is a validation, and no checkpoint was loaded")}},
    {2, {kEmit<SanityCheckStart>}},
    {2, {kValidation}, "of a few batches"},
    {2, {kEmit<SanityCheckEnd>, kNews}},
    {1, {when("if there is something left to train")}},
    {2, {kEmit<TrainStart>, kNews}},
    {2, {each("for each epoch")}},
    {3, {kEmit<EpochStart>, kEmit<TrainEpochStart>, kNews}},
    {3, {each("for each batch")}},
    {4, {kEmit<BatchStart>, kEmit<TrainBatchStart>, kNews}, "the batch may be changed"},
    {4, {call("module.training_step(batch)")}},
    {4, {kMaybe<BeforeZeroGrad>}, "where the gradients begin anew"},
    {4, {kMaybe<BeforeBackward>}, "the loss may be changed"},
    {4, {kMaybe<AfterBackward>}},
    {4, {kMaybe<BeforeOptimizerStep>}, "the gradients are complete"},
    {4, {kMaybe<AfterOptimizerStep>}},
    {4, {kEmit<TrainBatchEnd>, kEmit<BatchEnd>, kNews}},
    {4, {kMaybeValidation}, "where it is due"},
    {3, {kEmit<TrainEpochEnd>, kEmit<EpochEnd>, kNews}},
    {2, {kEmit<TrainEnd>, kNews}},
    {1, {kEmit<FitEnd>, kNews}},
    {1, {kEmit<Teardown>}},

    {0, {begin("VALIDATION")}, "evaluation mode, no gradients"},
    {1, {kEmit<ValidationStart>, kEmit<EpochStart>, kEmit<ValidationEpochStart>}},
    {1, {each("for each loader, for each batch")}},
    {2,
     {kEmit<ValidationBatchStart>, call("module.validation_step(batch)"), kEmit<ValidationBatchEnd>,
      kNews}},
    {1, {kEmit<ValidationEpochEnd>, kEmit<EpochEnd>, kNews}},
    {1, {kEmit<ValidationEnd>, kNews}},

    {0, {begin("validate")}},
    {1, {kEmit<Setup>, kEmit<BeforeAcceleratorBackendSetup>}},
    {1, {kValidation}},
    {1, {kEmit<Teardown>}},

    {0, {begin("test")}},
    {1, {kEmit<Setup>, kEmit<BeforeAcceleratorBackendSetup>}},
    {1, {kEmit<TestStart>, kEmit<EpochStart>, kEmit<TestEpochStart>}},
    {1, {each("for each loader, for each batch")}},
    {2, {kEmit<TestBatchStart>, call("module.test_step(batch)"), kEmit<TestBatchEnd>, kNews}},
    {1, {kEmit<TestEpochEnd>, kEmit<EpochEnd>, kNews}},
    {1, {kEmit<TestEnd>, kNews}},
    {1, {kEmit<Teardown>}},

    {0, {begin("predict")}},
    {1, {kEmit<Setup>, kEmit<BeforeAcceleratorBackendSetup>}},
    {1, {kEmit<PredictStart>, kEmit<EpochStart>, kEmit<PredictEpochStart>}},
    {1, {each("for each loader, for each batch")}},
    {2,
     {kEmit<PredictBatchStart>, call("module.predict_step(batch)"), kEmit<PredictBatchEnd>, kNews}},
    {1, {kEmit<PredictEpochEnd>, kEmit<EpochEnd>, kNews}},
    {1, {kEmit<PredictEnd>, kNews}},
    {1, {kEmit<Teardown>}},

    {0, {begin("*")}},
    {1, {each("for all that has come up, in any order")}},
    {2, {kMaybe<MetricsLogged>}, "numbers, for those who write them down"},
    {2, {kMaybe<MediaLogged>}, "pictures, histograms, texts"},
    {2, {kMaybe<StopRequested>}, "somebody has called stop(reason)"},
    {2, {kMaybe<SaveCheckpoint>}, "somebody has requested one"},
    {2, {kMaybe<CheckpointSaved>}, "the file stands"},
    {2, {kMaybe<CheckpointFailed>}, "the file could not be written"},

    {0, {begin("an exception, anywhere in a task")}},
    {1, {kMaybe<KeyboardInterrupt>}, "if it is Ctrl-C (SIGINT)"},
    {1, {kEmit<Exception>, kNews}, "to every handler"},
    {1, {kEmit<Teardown>}, "then the exception leaves the task"},
};

}  // namespace sferic::event::loop
