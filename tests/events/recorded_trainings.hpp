#pragma once

#include <sferic/events/control.hpp>
#include <sferic/events/progress.hpp>

#include <functional>
#include <string>
#include <vector>

/// Small trainings, and what they did: the names of their events and of what they called of their
/// module.
namespace sferic::test {

using Record = std::vector<std::string>;

Record construction();

/// Two epochs of three batches in windows of two, with three validations each.
Record plain_fit();

/// With something to tell at every event, though not all checkpoints can be written.
Record busy_fit();

/// `act` at the first event of a name; what it throws ends the fit.
Record fit_with(std::string const& event, std::function<void(Control&)> act);

/// Goes on from the "last" checkpoint, which is of the first epoch's end.
Record resumed_fit();

/// All until a checkpoint stands that is requested at the fifth event of a name, and what a fit
/// that goes on from it does after train_start.
Record fit_in_two_runs(std::string const& event);

/// Of two loaders, with something to tell at every event.
Record busy_evaluation(Task task);

}  // namespace sferic::test
