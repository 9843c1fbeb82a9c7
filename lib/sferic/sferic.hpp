#pragma once

// All of sferic, for users. Nothing in sferic includes this.

#include <sferic/bus/compose.hpp>
#include <sferic/callbacks/progress_bar.hpp>
#include <sferic/events/catalogue.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/signal/signal.hpp>
#include <sferic/trainer/tensor_loader.hpp>
#include <sferic/trainer/trainer.hpp>
#include <sferic/training_bus/training_bus.hpp>
