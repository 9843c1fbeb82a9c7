#include <sferic/profile/detail/trace_track.hpp>

#include <sferic/profile/detail/event_role.hpp>

#include <algorithm>
#include <cstdlib>
#include <type_traits>
#include <utility>

namespace sferic::detail {

namespace {

static_assert(std::is_trivially_copyable_v<TraceRecord>, "it is moved as bytes");

constexpr auto kRelaxed = std::memory_order_relaxed;

std::size_t index(Unit unit) noexcept { return static_cast<std::size_t>(unit); }

/// Without a locked instruction: the track's thread alone changes it.
void add_one(std::atomic<std::int64_t>& count) noexcept {
  count.store(count.load(kRelaxed) + 1, kRelaxed);
}

}  // namespace

TraceBudget::TraceBudget(std::int64_t records)
    : first_(std::clamp<std::int64_t>(records / 64, 64, 1024)),
      set_aside_(records / 8),
      left_(records) {}

std::size_t TraceBudget::take_more(std::size_t wanted) noexcept {
  return take(static_cast<std::int64_t>(wanted), set_aside_);
}

std::size_t TraceBudget::take(std::int64_t wanted, std::int64_t rest) noexcept {
  auto left = left_.load();
  for (;;) {
    auto const taken = std::clamp<std::int64_t>(left - rest, 0, wanted);
    if (taken < std::min(wanted, first_)) return 0;
    if (left_.compare_exchange_weak(left, left - taken)) return static_cast<std::size_t>(taken);
  }
}

void TraceTrack::Free::operator()(Record* records) const noexcept { std::free(records); }

TraceTrack::TraceTrack(TraceBudget& budget, std::string name)
    : name_(std::move(name)), budget_(budget) {}

void TraceTrack::enter(std::uint32_t name, std::uint8_t role_number, std::int64_t now) noexcept {
  if (depth_++ > 0) return;
  outermost_ = {.begin = now, .name = name, .role = role_number};
  auto const& role = role_of(role_number);
  bool begins = role.begins_unit;
  Unit unit = role.unit;
  if (unit == Unit::kOther) {
    if (!is_in_unit_) begin_unit(unit, now);
    return;
  }
  if (unit == Unit::kTask) is_evaluating_ = false;
  if (unit == Unit::kEvaluation && begins) is_evaluating_ = true;
  if (unit == Unit::kEpoch && is_evaluating_) {
    unit = Unit::kEvaluation;
    begins = false;
  }
  if (begins || seen_[index(unit)].load(kRelaxed) == 0) {
    begin_unit(unit, now);
  } else {
    go_on_with(unit);
  }
}

void TraceTrack::call(std::uint32_t name, std::int64_t begin, std::int64_t end) noexcept {
  push({.begin = begin, .end = end, .name = name, .type = Record::Type::kCall});
}

void TraceTrack::leave(std::uint32_t name, std::uint8_t role_number, std::int64_t begin,
                       std::int64_t end) noexcept {
  bool const is_outermost = depth_ == 1;
  push({.begin = begin,
        .end = end,
        .name = name,
        .role = is_outermost ? role_number : std::uint8_t{0}});
  if (depth_ > 0) --depth_;
  if (!is_outermost) return;
  last_end_ = end;
  auto const& role = role_of(role_number);
  if (role.ends == Frame::kTask || unit_ == Unit::kOther) is_in_unit_ = false;
  if (role.unit == Unit::kEvaluation && role.ends != Frame::kNone) is_evaluating_ = false;
  complete_.store(size_, std::memory_order_release);
}

void TraceTrack::tell_number(std::int64_t number) noexcept {
  push({.begin = number, .type = Record::Type::kNumber});
}

void TraceTrack::begin_unit(Unit unit, std::int64_t now) noexcept {
  add_one(seen_[index(unit)]);
  place_header(unit);
  bool const is_batch = unit == Unit::kBatch || unit == Unit::kEvaluationBatch;
  if (is_batch && last_end_ >= 0) {
    push({.begin = last_end_, .end = now, .type = Record::Type::kWait});
  }
}

void TraceTrack::go_on_with(Unit unit) noexcept {
  if (!is_in_unit_ || unit_ != unit) place_header(unit);
}

void TraceTrack::place_header(Unit unit) noexcept {
  auto const number = seen_[index(unit)].load(kRelaxed) - 1;
  unit_ = unit;
  is_in_unit_ = true;
  is_recording_ = !is_full_ && keeps(unit, number);
  header_ = size_;
  push({.begin = number, .type = Record::Type::kUnit, .unit = unit});
}

bool TraceTrack::keeps(Unit unit, std::int64_t number) const noexcept {
  auto const one_of = std::int64_t{1} << shifts_[index(unit)];
  return number < kAlwaysKept || (number & (one_of - 1)) == 0;
}

void TraceTrack::push(Record const& record) noexcept {
  if (!is_recording_) {
    if (is_full_) add_one(lost_);
    return;
  }
  if (size_ == capacity_ && !make_room()) return;
  records_[size_++] = record;
}

/// False if the present unit is not recorded any more.
bool TraceTrack::make_room() noexcept {
  std::lock_guard const lock(mutex_);
  if (grow()) return true;
  auto const enough = capacity_ - capacity_ / 8;
  while (size_ > enough && thin_out()) {
  }
  if (size_ > enough && is_recording_) {  // it is this unit that is too large
    lost_.store(lost_.load(kRelaxed) + static_cast<std::int64_t>(size_ - header_), kRelaxed);
    size_ = header_;
    is_recording_ = false;
  }
  is_full_ = size_ > enough || capacity_ == 0;
  complete_.store(std::min(size_, header_), std::memory_order_release);
  return is_recording_ && size_ < capacity_;
}

bool TraceTrack::grow() noexcept {
  auto const more = capacity_ == 0 ? budget_.take_first() : budget_.take_more(capacity_);
  if (more == 0) return false;
  // Which moves large memory by the page table, and touches nothing of what is new.
  void* const larger = std::realloc(records_.get(), (capacity_ + more) * sizeof(Record));
  if (larger == nullptr) return false;
  [[maybe_unused]] auto* const gone = records_.release();
  records_.reset(static_cast<Record*>(larger));
  capacity_ += more;
  return true;
}

/// False if there is nothing that could be dropped.
bool TraceTrack::thin_out() noexcept {
  std::array<std::size_t, kUnits> droppable = {};
  for (std::size_t at = 0; at < size_;) {
    auto const records = unit_at(at);
    if (records[0].begin >= kAlwaysKept) droppable[index(records[0].unit)] += records.size();
    at += records.size();
  }
  auto const most = std::max_element(droppable.begin(), droppable.end());
  if (*most == 0) return false;
  ++shifts_[static_cast<std::size_t>(most - droppable.begin())];
  compact();
  return true;
}

void TraceTrack::compact() noexcept {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < size_;) {
    auto const records = unit_at(at);
    if (at == header_) header_ = kept;
    at += records.size();
    if (!keeps(records[0].unit, records[0].begin)) continue;
    std::copy(records.begin(), records.end(), &records_[kept]);
    kept += records.size();
  }
  size_ = kept;
  header_ = std::min(header_, size_);  // if it was not in its place yet
  is_recording_ = is_recording_ && keeps(unit_, seen_[index(unit_)].load(kRelaxed) - 1);
}

/// The header and what follows it, up to the next header.
std::span<TraceRecord const> TraceTrack::unit_at(std::size_t header) const noexcept {
  auto end = header + 1;
  while (end < size_ && records_[end].type != Record::Type::kUnit) ++end;
  return {&records_[header], end - header};
}

TraceTrack::Copy TraceTrack::copy(bool is_own_thread, std::int64_t now) const {
  Copy copy = {.name = name_, .records = {}, .seen = {}, .shifts = {}, .lost = lost_.load()};
  std::lock_guard const lock(mutex_);
  auto const size = is_own_thread ? size_ : complete_.load(std::memory_order_acquire);
  copy.records.reserve(size + 1);
  copy.records.assign(records_.get(), records_.get() + size);
  copy.shifts = shifts_;
  for (std::size_t i = 0; i < seen_.size(); ++i) copy.seen[i] = seen_[i].load();
  if (is_own_thread && depth_ > 0 && is_recording_) {
    copy.records.push_back(outermost_);
    copy.records.back().end = now;
  }
  return copy;
}

}  // namespace sferic::detail
