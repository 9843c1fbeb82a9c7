#pragma once

// All of sferic, for users. Nothing in sferic includes this.

#include <sferic/bus/compose.hpp>
#include <sferic/callbacks/backbone_finetuning.hpp>
#include <sferic/callbacks/early_stopping.hpp>
#include <sferic/callbacks/exponential_moving_average.hpp>
#include <sferic/callbacks/gradient_accumulation_scheduler.hpp>
#include <sferic/callbacks/learning_rate_monitor.hpp>
#include <sferic/callbacks/model_checkpoint.hpp>
#include <sferic/callbacks/on_exception_checkpoint.hpp>
#include <sferic/callbacks/prediction_writer.hpp>
#include <sferic/callbacks/progress_bar.hpp>
#include <sferic/callbacks/stochastic_weight_averaging.hpp>
#include <sferic/callbacks/stop_on_nan.hpp>
#include <sferic/callbacks/timer.hpp>
#include <sferic/checkpoint/checkpoint.hpp>
#include <sferic/checkpoint/load_report.hpp>
#include <sferic/events/catalogue.hpp>
#include <sferic/media/make_grid.hpp>
#include <sferic/media/to_histogram.hpp>
#include <sferic/media/to_image.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/optim/finetuning.hpp>
#include <sferic/optim/lambda_lr.hpp>
#include <sferic/optim/optimizers.hpp>
#include <sferic/optim/reduce_lr_on_plateau.hpp>
#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/state.hpp>
#include <sferic/png/png.hpp>
#include <sferic/signal/signal.hpp>
#include <sferic/trainer/interrupted.hpp>
#include <sferic/trainer/tensor_loader.hpp>
#include <sferic/trainer/trainer.hpp>
#include <sferic/training_bus/training_bus.hpp>
#include <sferic/weights/weights.hpp>
