#pragma once

#include <sferic/events/optimization.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/stopping.hpp>
#include <sferic/events/test.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>

namespace sferic::event {

template <class... Events>
struct EventList {};

/// Every event of the trainer, in the order in which a training meets them:
///
///   fit:
///     setup
///     fit_start
///     sanity_check_start  VALIDATION  sanity_check_end
///     train_start
///     for each epoch:
///       epoch_start  train_epoch_start
///       for each batch:
///         batch_start  train_batch_start
///         training_step
///         before_zero_grad         (first batch of a step)
///         before_backward          (the loss may be changed)
///         after_backward
///         before_optimizer_step    (the gradients are complete)
///         after_optimizer_step
///         train_batch_end  batch_end
///         VALIDATION               (where it is due)
///       train_epoch_end  epoch_end
///     train_end
///     fit_end
///     teardown
///
///   VALIDATION:
///     validation_start  epoch_start  validation_epoch_start
///     for each loader, for each batch:
///       validation_batch_start  validation_step  validation_batch_end
///     validation_epoch_end  epoch_end  validation_end
///
///   test: setup, the same with test_ in place of validation_, teardown
///
///   somebody calls stop():   stop_requested, where the loop takes notice
///   an error anywhere:       exception, then teardown, then the error leaves fit()
using Catalogue =
    EventList<Setup, FitStart, SanityCheckStart, SanityCheckEnd, TrainStart, EpochStart,
              TrainEpochStart, BatchStart, TrainBatchStart, BeforeZeroGrad, BeforeBackward,
              AfterBackward, BeforeOptimizerStep, AfterOptimizerStep, TrainBatchEnd, BatchEnd,
              ValidationStart, ValidationEpochStart, ValidationBatchStart, ValidationBatchEnd,
              ValidationEpochEnd, ValidationEnd, TrainEpochEnd, EpochEnd, TrainEnd, FitEnd,
              TestStart, TestEpochStart, TestBatchStart, TestBatchEnd, TestEpochEnd, TestEnd,
              StopRequested, Exception, Teardown>;

}  // namespace sferic::event
