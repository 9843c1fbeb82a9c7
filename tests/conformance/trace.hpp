#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/json_fields.hpp"

namespace sferic::conformance {

/// One line of a trace: a hook that was called, or the mark before a task's first one.
struct TraceEntry {
  std::string hook;                             ///< "train_batch_start", or as a mark "#fit"
  std::string stage = {};                       ///< of setup and teardown
  std::string exception = {};                   ///< of exception: its kind
  std::optional<std::int64_t> epoch = {};       ///< of all but the marks
  std::optional<std::int64_t> step = {};        ///< optimizer steps done; of all but the marks
  std::optional<std::int64_t> batch = {};       ///< of batches: the number in its loader
  std::optional<std::int64_t> dataloader = {};  ///< of batches to evaluate: which loader

  bool operator==(TraceEntry const&) const = default;
};

using Trace = std::vector<TraceEntry>;

/// How a run has ended.
struct TraceEnd {
  std::int64_t epoch = 0;
  std::int64_t step = 0;
  std::optional<std::string> error = {};  ///< the kind of what left the last call
  std::string status = {};

  bool operator==(TraceEnd const&) const = default;
};

/// As a recording has them. Throw NotUnderstood.
void read(Json const& value, std::string const& where, TraceEntry& into);
void read(Json const& value, std::string const& where, TraceEnd& into);

/// "train_batch_end (epoch 0, step 1, batch 0)".
std::string to_string(TraceEntry const& entry);
std::string to_string(TraceEnd const& end);

/// The first difference, in words, or nothing: "at event 12: expected ..., got ...". Events are
/// counted from 0, as in the recording.
std::optional<std::string> difference(Trace const& expected, Trace const& got);
std::optional<std::string> difference(TraceEnd const& expected, TraceEnd const& got);

}  // namespace sferic::conformance
