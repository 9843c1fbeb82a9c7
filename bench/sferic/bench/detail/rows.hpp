#pragma once

#include <sferic/bench/callback.hpp>

#include <memory>
#include <string>

namespace sferic::bench::detail {

/// A callback to measure.
struct Subject {
  std::string name;
  Prepare prepare;
  CallbackOptions options;
};

using SharedSubject = std::shared_ptr<Subject const>;

/// Rows of a batch: with nothing connected, with empty handlers, with the callback.
void register_batches(SharedSubject const& subject);

/// The row of each call in a fit.
void register_calls(SharedSubject const& subject);

}  // namespace sferic::bench::detail
