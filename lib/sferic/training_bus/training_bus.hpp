#pragma once

#include <sferic/bus/bus.hpp>
#include <sferic/events/catalogue.hpp>
#include <sferic/events/control.hpp>

namespace sferic {

/// What callbacks connect to: one signal for each event of a training.
using TrainingBus = Bus<event::Catalogue>;

}  // namespace sferic
