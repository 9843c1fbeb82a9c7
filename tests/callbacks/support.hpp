#pragma once

#include <sferic/registry/stateful.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../support/numbers.hpp"
#include "../trainer/support.hpp"

namespace sferic::test {

/// Logs the epoch's value in each validation, as "m".
inline void log_by_epoch(Net& net, std::vector<double> values) {
  net.while_validating = [values = std::move(values)](Step& step) {
    step.log("m", torch::tensor(values.at(static_cast<std::size_t>(step.progress.epoch)),
                                torch::kFloat32));
  };
}

/// The state of a callback as checkpoints keep it.
template <class T>
std::string state_of(T& callback) {
  return detail::state_ref(callback).save(&callback);
}

template <class T>
void restore(T& callback, std::string const& state) {
  detail::state_ref(callback).load(&callback, state);
}

/// A state that an earlier version has written.
inline std::string golden_state(std::string const& name) {
  std::ifstream file(std::string(SFERIC_GOLDEN_FOLDER) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace sferic::test
