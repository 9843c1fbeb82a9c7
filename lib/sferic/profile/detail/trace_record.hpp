#pragma once

#include <cstdint>

namespace sferic::detail {

/// What is kept or left out as a whole, on one thread. Units of one sort are numbered as they
/// begin. One may be interrupted by others and go on, as an epoch by its batches.
enum class Unit : std::uint8_t {
  kOther,            ///< an emission that belongs to none of these
  kTask,             ///< its events outside of its epochs
  kEpoch,            ///< its events outside of its batches
  kEvaluation,       ///< as an epoch's
  kCheckpoint,       ///< save_checkpoint and what became of it
  kBatch,            ///< a training batch, with all that comes before the next
  kEvaluationBatch,  ///< as a training batch
};
constexpr int kUnits = 7;

/// What a track keeps. Emissions come after what happened in them.
struct TraceRecord {
  enum class Type : std::uint8_t {
    kUnit,      ///< the records behind it are of `unit`, number `begin`
    kEmission,  ///< `name` is the event's
    kCall,      ///< `name` is the handler's
    kWait,      ///< from the last emission to the first one of a batch
    kNumber,    ///< the epoch or batch that begins has the number `begin`
  };

  std::int64_t begin = 0;  ///< in nanoseconds since the recording began
  std::int64_t end = 0;
  std::uint32_t name = 0;
  Type type = Type::kEmission;
  Unit unit = Unit::kOther;
  std::uint8_t role = 0;  ///< of an emission that is in no other one; else 0
};

}  // namespace sferic::detail
