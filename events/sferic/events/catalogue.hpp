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

/// Every event of the trainer, in the order in which a training meets them:
///
///   construction of the trainer: init_start  init_end
///
///   fit:
///     setup  before_accelerator_backend_setup
///     fit_start  pretrain_routine_start  pretrain_routine_end
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
///   validate, test, predict: setup  before_accelerator_backend_setup
///     VALIDATION, or the same with test_ or predict_ in place of validation_
///     teardown
///
///   save_checkpoint(path):   save_checkpoint, and checkpoint_saved when the file stands, or
///                            checkpoint_failed
///   a fit that resumes:      [find_checkpoint] load_checkpoint, between pretrain_routine_start and
///                            _end; then no sanity check, and no event of what is over already
///   values were logged:      metrics_logged, for those who write them down; and media_logged:
///                            pictures, histograms, texts
///   somebody calls stop():   stop_requested, where the loop takes notice
///   Ctrl-C (SIGINT):         keyboard_interrupt, then as an error
///   an error anywhere:       exception, then teardown, then the error leaves fit()
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
