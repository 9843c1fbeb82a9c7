#pragma once

#include <sferic/profile/detail/event_role.hpp>
#include <sferic/profile/detail/trace_track.hpp>
#include <sferic/profile/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// Finds the tasks, epochs, batches and phases that a track's emissions were in, from the names of
/// events alone. The names of what it adds are put behind the others.
class TraceSpans {
 public:
  explicit TraceSpans(std::vector<std::string>& names) : names_(names) {}

  /// Of all records of a track, in their order.
  [[nodiscard]] std::vector<TraceSpan> of(std::vector<TraceRecord> const& records);

 private:
  struct UnitNumber {
    Unit unit;
    std::int64_t number;
    friend bool operator==(UnitNumber const&, UnitNumber const&) = default;
  };
  struct Open {
    Frame frame;
    std::int64_t begin;
    std::int64_t number = -1;
  };
  /// What has begun after an emission.
  struct BegunPhase {
    Phase phase;
    bool is_to_backward;  ///< it is none before another event than before_backward
    std::int64_t begin;
    UnitNumber unit;
  };

  void read(TraceRecord const& record);
  void begin_phase(TraceRecord const& record, EventRole const& role);
  void read_emission(TraceRecord const& record, EventRole const& role);
  void end_phase(TraceRecord const& record, EventRole const& role);
  void begin(Frame frame, std::int64_t begin);
  void end(Frame frame, std::int64_t end);
  void break_off(int level, std::int64_t end);
  void cut_off(std::int64_t end);
  void close(std::int64_t end);
  bool is_open(Frame frame) const;
  bool is_evaluating() const;
  void add(std::string_view name, SpanKind kind, std::int64_t begin, std::int64_t end,
           std::int64_t number = -1);
  std::size_t number_of(std::string_view name);

  std::vector<std::string>& names_;
  std::vector<TraceSpan> spans_;
  std::vector<Open> open_;  ///< from the outermost to the innermost
  std::optional<BegunPhase> phase_;
  UnitNumber unit_ = {};
  std::int64_t number_ = -1;  ///< that was told
  std::int64_t last_end_ = 0;
  std::string_view task_;
};

/// Adds a track to the trace, if there is something on it.
void add_track(Trace& trace, TraceTrack::Copy const& copy);

}  // namespace sferic::detail
