#pragma once

#include <sferic/events/checkpoint.hpp>
#include <sferic/events/logging.hpp>
#include <sferic/events/optimization.hpp>
#include <sferic/events/predict.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/stopping.hpp>
#include <sferic/events/test.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>

namespace sferic::event {

template <class... Events>
struct EventList {};

/// Every event of the trainer, those of a fit in the order in which it meets them. loop.hpp tells
/// all places where each is emitted.
using Catalogue =
    EventList<InitStart, InitEnd, Setup, BeforeAcceleratorBackendSetup, FitStart,
              PretrainRoutineStart, PretrainRoutineEnd, SanityCheckStart, SanityCheckEnd,
              TrainStart, EpochStart, TrainEpochStart, BatchStart, TrainBatchStart, BeforeZeroGrad,
              BeforeBackward, AfterBackward, BeforeOptimizerStep, AfterOptimizerStep, TrainBatchEnd,
              BatchEnd, ValidationStart, ValidationEpochStart, ValidationBatchStart,
              ValidationBatchEnd, ValidationEpochEnd, ValidationEnd, TrainEpochEnd, EpochEnd,
              TrainEnd, FitEnd, TestStart, TestEpochStart, TestBatchStart, TestBatchEnd,
              TestEpochEnd, TestEnd, PredictStart, PredictEpochStart, PredictBatchStart,
              PredictBatchEnd, PredictEpochEnd, PredictEnd, SaveCheckpoint, CheckpointSaved,
              CheckpointFailed, FindCheckpoint, LoadCheckpoint, MetricsLogged, MediaLogged,
              StopRequested, KeyboardInterrupt, Exception, Teardown>;

}  // namespace sferic::event
