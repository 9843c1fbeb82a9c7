#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sferic {

/// What a span of time was spent on, from the outermost to the innermost.
enum class SpanKind : std::uint8_t {
  kTask,     ///< fit, validate, test, predict; within a fit, the sanity check and the training
  kEpoch,    ///< an epoch of the training; a validation, test or prediction
  kBatch,    ///< from batch_start to batch_end
  kPhase,    ///< between two events: data, forward, backward, ...; or a checkpoint
  kEvent,    ///< an emission
  kHandler,  ///< a call in it
};

struct TraceSpan {
  std::size_t name = 0;  ///< in Trace::names
  SpanKind kind = SpanKind::kEvent;
  std::int64_t number = -1;             ///< of an epoch or a batch; -1 where it is not known
  std::chrono::nanoseconds begin = {};  ///< since the recording began
  std::chrono::nanoseconds end = {};
};

/// What happened on one thread. Of two spans one is within the other, or they have nothing but a
/// moment in common; they are in order of their begins, the outer one first.
struct TraceTrack {
  std::string name;  ///< of the thread
  std::vector<TraceSpan> spans;
};

/// Spans of time, of which a part may have been kept.
struct Trace {
  std::vector<std::string> names;
  std::vector<TraceTrack> tracks;

  /// Of one sort of things on one track, every n-th was kept, and the first few.
  struct Sample {
    std::size_t track = 0;
    std::string what;         ///< "batches"
    std::int64_t seen = 0;    ///< how many there were
    std::int64_t one_of = 1;  ///< n
  };
  std::vector<Sample> samples;  ///< where anything was left out

  /// Spans that there was no memory for, beside those that are left out by a sample.
  std::int64_t lost = 0;
};

}  // namespace sferic
