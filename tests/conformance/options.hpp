#pragma once

#include <sferic/trainer/trainer_options.hpp>

#include <chrono>
#include <string>

#include "conformance/json_fields.hpp"

namespace sferic::conformance {

/// From the arguments of Python's timedelta. Throws NotUnderstood.
std::chrono::duration<double> seconds_of_timedelta(Json const& value, std::string const& where);

/// Reads the arguments of a Lightning Trainer over the given defaults. Throws NotUnderstood.
void read(Json const& value, std::string const& where, TrainerOptions& into);

}  // namespace sferic::conformance
