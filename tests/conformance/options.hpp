#pragma once

#include <sferic/trainer/trainer_options.hpp>

#include "conformance/json_fields.hpp"

namespace sferic::conformance {

/// Reads the arguments of a Lightning Trainer over the given defaults. Throws NotUnderstood.
void read(Json const& value, std::string const& where, TrainerOptions& into);

}  // namespace sferic::conformance
