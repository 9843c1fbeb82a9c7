#include <sferic/profile/detail/trace_spans.hpp>

#include <algorithm>
#include <utility>

namespace sferic::detail {

namespace {

constexpr std::string_view kPluralOfUnits[] = {"other emissions",   "tasks",       "epochs",
                                               "evaluations",       "checkpoints", "batches",
                                               "evaluation batches"};

/// Outer spans first, where they begin at the same time. An emission comes after what was in it.
void sort(std::vector<TraceSpan>& spans) {
  std::reverse(spans.begin(), spans.end());
  std::stable_sort(spans.begin(), spans.end(), [](auto const& left, auto const& right) {
    if (left.begin != right.begin) return left.begin < right.begin;
    if (left.end != right.end) return left.end > right.end;
    return std::min(left.kind, SpanKind::kEvent) < std::min(right.kind, SpanKind::kEvent);
  });
}

}  // namespace

std::vector<TraceSpan> TraceSpans::of(std::vector<TraceRecord> const& records) {
  spans_.reserve(records.size() + records.size() / 4);
  for (auto const& record : records) read(record);
  break_off(0, last_end_);
  sort(spans_);
  return std::move(spans_);
}

void TraceSpans::read(TraceRecord const& record) {
  using Type = TraceRecord::Type;
  using Nanoseconds = std::chrono::nanoseconds;
  switch (record.type) {
    case Type::kUnit:
      unit_ = {record.unit, record.begin};
      return;
    case Type::kNumber:
      number_ = record.begin;
      return;
    case Type::kWait:
      return add("data", SpanKind::kPhase, record.begin, record.end);
    case Type::kCall:
    case Type::kEmission:
      spans_.push_back({.name = record.name,
                        .kind = record.type == Type::kCall ? SpanKind::kHandler : SpanKind::kEvent,
                        .begin = Nanoseconds(record.begin),
                        .end = Nanoseconds(record.end)});
      if (auto const& role = role_of(record.role); role.unit != Unit::kOther) {
        read_emission(record, role);
      }
  }
}

void TraceSpans::read_emission(TraceRecord const& record, EventRole const& role) {
  end_phase(record, role);
  if (role.breaks) break_off(info_of(Frame::kTraining).level, record.begin);
  if (!role.task.empty() && task_.empty()) task_ = role.task;
  bool const is_of_evaluation = role.unit == Unit::kEpoch && is_evaluating();
  if (role.begins != Frame::kNone && !is_of_evaluation) begin(role.begins, record.begin);
  if (role.ends != Frame::kNone && !is_of_evaluation) end(role.ends, record.end);
  if (auto const number = std::exchange(number_, -1); number >= 0 && !open_.empty()) {
    open_.back().number = number;
  }
  begin_phase(record, role);
  last_end_ = record.end;
}

void TraceSpans::begin_phase(TraceRecord const& record, EventRole const& role) {
  auto const phase = role.may_go_on ? Phase::kForward : role.phase.value_or(Phase::kOther);
  bool const is_drawn =
      phase != Phase::kLoop && phase != Phase::kCheckpoint && phase != Phase::kOther;
  if (is_drawn) phase_ = {phase, role.may_go_on, record.end, unit_};
}

/// An error ends a phase, too. Saving a checkpoint may be a part of it.
void TraceSpans::end_phase(TraceRecord const& record, EventRole const& role) {
  if (!phase_ || role.unit == Unit::kCheckpoint) return;
  auto const begun = *std::exchange(phase_, std::nullopt);
  bool const is_meant = !begun.is_to_backward || role.phase == Phase::kBackward;
  bool const is_of_batch = begun.unit == unit_ || role.breaks;
  if (is_meant && is_of_batch) {
    add(name(begun.phase), SpanKind::kPhase, begun.begin, record.begin);
  }
}

void TraceSpans::begin(Frame frame, std::int64_t begin) {
  break_off(info_of(frame).level, last_end_);
  open_.push_back({frame, begin});
}

/// If its beginning was not recorded, as of an epoch that a resumed fit is in, there is no span.
void TraceSpans::end(Frame frame, std::int64_t end) {
  if (!is_open(frame)) return;
  while (open_.back().frame != frame) cut_off(last_end_);
  close(end);
}

/// Ends what has had no end: a batch that was skipped, and all that an error broke off.
void TraceSpans::break_off(int level, std::int64_t end) {
  while (!open_.empty() && info_of(open_.back().frame).level >= level) {
    cut_off(end);
  }
}

/// A checkpoint that another thread writes is none of what happens here meanwhile.
void TraceSpans::cut_off(std::int64_t end) {
  if (open_.back().frame == Frame::kCheckpoint) return open_.pop_back();
  close(end);
}

void TraceSpans::close(std::int64_t end) {
  auto const open = open_.back();
  open_.pop_back();
  auto const& info = info_of(open.frame);
  bool const is_task = open.frame == Frame::kTask;
  auto const task = is_task ? std::exchange(task_, {}) : std::string_view();
  add(task.empty() ? info.name : task, info.kind, open.begin, std::max(open.begin, end),
      open.number);
}

bool TraceSpans::is_open(Frame frame) const {
  return std::any_of(open_.begin(), open_.end(),
                     [&](Open const& each) { return each.frame == frame; });
}

bool TraceSpans::is_evaluating() const {
  return is_open(Frame::kValidation) || is_open(Frame::kTest) || is_open(Frame::kPrediction);
}

void TraceSpans::add(std::string_view name, SpanKind kind, std::int64_t begin, std::int64_t end,
                     std::int64_t number) {
  spans_.push_back({.name = number_of(name),
                    .kind = kind,
                    .number = number,
                    .begin = std::chrono::nanoseconds(begin),
                    .end = std::chrono::nanoseconds(end)});
}

std::size_t TraceSpans::number_of(std::string_view name) {
  auto const found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
  names_.emplace_back(name);
  return names_.size() - 1;
}

void add_track(Trace& trace, TraceTrack::Copy const& copy) {
  trace.lost += copy.lost;
  auto spans = TraceSpans(trace.names).of(copy.records);
  if (spans.empty()) return;
  for (std::size_t unit = 0; unit < copy.seen.size(); ++unit) {
    if (copy.shifts[unit] == 0) continue;
    trace.samples.push_back({.track = trace.tracks.size(),
                             .what = std::string(kPluralOfUnits[unit]),
                             .seen = copy.seen[unit],
                             .one_of = std::int64_t{1} << copy.shifts[unit]});
  }
  trace.tracks.push_back({copy.name, std::move(spans)});
}

}  // namespace sferic::detail
