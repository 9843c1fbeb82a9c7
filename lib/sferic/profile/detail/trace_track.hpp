#pragma once

#include <sferic/profile/detail/trace_record.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace sferic::detail {

/// How many records all tracks together may have memory for.
class TraceBudget {
 public:
  explicit TraceBudget(std::int64_t records);

  /// As many as a track begins with, or none. An eighth of all is set aside for that.
  std::size_t take_first() noexcept { return take(first_, 0); }

  /// At most `wanted`, perhaps none.
  std::size_t take_more(std::size_t wanted) noexcept;

 private:
  std::size_t take(std::int64_t wanted, std::int64_t rest) noexcept;

  std::int64_t first_;
  std::int64_t set_aside_;
  std::atomic<std::int64_t> left_;
};

/// What happens on one thread, which alone calls the functions that record.
///
/// Where there is no more memory, every other unit is dropped of that sort of which there is most,
/// and of those to come every 2nd, 4th, 8th, ... is kept, as its number says. The first few are
/// always kept.
class TraceTrack {
 public:
  TraceTrack(TraceBudget& budget, std::string name);

  /// An emission of an event of this role begins.
  void enter(std::uint32_t name, std::uint8_t role, std::int64_t now) noexcept;
  void call(std::uint32_t name, std::int64_t begin, std::int64_t end) noexcept;
  void leave(std::uint32_t name, std::uint8_t role, std::int64_t begin, std::int64_t end) noexcept;

  /// The epoch or batch that begins in the present emission has this number.
  void tell_number(std::int64_t number) noexcept;

  struct Copy {
    std::string name;
    std::vector<TraceRecord> records;
    std::array<std::int64_t, kUnits> seen;
    std::array<int, kUnits> shifts;  ///< one of 2^shift was kept
    std::int64_t lost;
  };

  /// What has been kept, for any thread; on the track's own thread up to `now`, within an emission
  /// too.
  Copy copy(bool is_own_thread, std::int64_t now) const;

 private:
  using Record = TraceRecord;
  struct Free {
    void operator()(Record* records) const noexcept;
  };

  void begin_unit(Unit unit, std::int64_t now) noexcept;
  void go_on_with(Unit unit) noexcept;
  void place_header(Unit unit) noexcept;
  bool keeps(Unit unit, std::int64_t number) const noexcept;
  void push(Record const& record) noexcept;
  bool make_room() noexcept;
  bool grow() noexcept;
  bool thin_out() noexcept;
  void compact() noexcept;
  std::span<Record const> unit_at(std::size_t header) const noexcept;

  static constexpr std::int64_t kAlwaysKept = 4;

  std::string const name_;
  TraceBudget& budget_;
  mutable std::mutex mutex_;  ///< where records move, and where they are copied
  std::unique_ptr<Record[], Free> records_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::size_t header_ = 0;                 ///< of the unit that is recorded
  std::atomic<std::size_t> complete_ = 0;  ///< records, for other threads

  Unit unit_ = Unit::kOther;
  bool is_in_unit_ = false;
  bool is_recording_ = false;
  bool is_evaluating_ = false;  ///< epochs that begin and end are the evaluation's
  bool is_full_ = false;        ///< for good
  int depth_ = 0;
  Record outermost_ = {};       ///< the emission that is in no other one
  std::int64_t last_end_ = -1;  ///< of the last one before; -1 if there is none
  std::array<std::atomic<std::int64_t>, kUnits> seen_ = {};
  std::array<int, kUnits> shifts_ = {};
  std::atomic<std::int64_t> lost_ = 0;
};

}  // namespace sferic::detail
