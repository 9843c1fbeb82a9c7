#include <sferic/profile/trace_recorder.hpp>

#include <sferic/profile/detail/event_role.hpp>
#include <sferic/profile/detail/trace_spans.hpp>
#include <sferic/profile/detail/trace_track.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace sferic {

namespace {

constexpr std::size_t kMaxTracks = 64;

static_assert(sizeof(detail::TraceRecord) == TraceRecorder::kBytesPerSpan);

/// The number of a signal holds its name's and, in the last byte, that of its role.
constexpr unsigned kRoleBits = 8;

std::uint32_t name_in(std::size_t signal) noexcept {
  return static_cast<std::uint32_t>(signal >> kRoleBits);
}
std::uint8_t role_in(std::size_t signal) noexcept { return static_cast<std::uint8_t>(signal); }

std::string name_of_this_thread(std::size_t number) {
  char name[64] = {};
  pthread_getname_np(pthread_self(), name, sizeof name);
  return *name != '\0' ? name : "thread " + std::to_string(number);
}

std::uint64_t next_serial() noexcept {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

}  // namespace

struct TraceRecorder::Recording {
  explicit Recording(std::int64_t max_spans) : budget(max_spans) {}

  Time const began = std::chrono::steady_clock::now();
  std::uint64_t const serial = next_serial();  ///< other than an address, never used again
  detail::TraceBudget budget;

  mutable std::mutex mutex;  ///< of names and of the map of tracks
  std::vector<std::string> names;
  std::map<std::string, std::uint32_t, std::less<>> numbers;  ///< of names
  std::map<std::thread::id, std::unique_ptr<detail::TraceTrack>> tracks;
  std::vector<std::thread::id> threads;  ///< in the order of their tracks
  std::atomic<std::int64_t> lost = 0;    ///< on threads that have no track

  std::int64_t since_begin(Time time) const noexcept {
    return std::chrono::nanoseconds(time - began).count();
  }

  std::uint32_t number_of(std::string_view name) {
    std::lock_guard const lock(mutex);
    auto const found = numbers.find(name);
    if (found != numbers.end()) return found->second;
    auto const number = static_cast<std::uint32_t>(names.size());
    names.emplace_back(name);
    numbers.emplace(name, number);
    return number;
  }

  /// This thread's track; null if there are too many threads or there is no memory for another one.
  detail::TraceTrack* track() noexcept {
    struct Known {
      std::uint64_t serial = 0;
      detail::TraceTrack* track = nullptr;
    };
    static thread_local constinit Known known;
    if (known.serial != serial) known = {serial, find_track()};
    if (known.track == nullptr) lost.fetch_add(1, std::memory_order_relaxed);
    return known.track;
  }

 private:
  detail::TraceTrack* find_track() noexcept try {
    std::lock_guard const lock(mutex);
    auto const thread = std::this_thread::get_id();
    auto const found = tracks.find(thread);
    if (found != tracks.end()) return found->second.get();
    if (threads.size() == kMaxTracks) return nullptr;
    auto made =
        std::make_unique<detail::TraceTrack>(budget, name_of_this_thread(threads.size() + 1));
    threads.reserve(kMaxTracks);
    auto* const track = tracks.emplace(thread, std::move(made)).first->second.get();
    threads.push_back(thread);
    return track;
  } catch (std::bad_alloc const&) {
    return nullptr;
  }
};

TraceRecorder::TraceRecorder(std::int64_t max_spans) {
  if (max_spans < 1000) {
    throw std::invalid_argument("max_spans of TraceRecorder must be >= 1000, but got " +
                                std::to_string(max_spans));
  }
  recording_ = std::make_unique<Recording>(max_spans);
}

TraceRecorder::~TraceRecorder() = default;

std::size_t TraceRecorder::number_of_signal(std::string_view name) {
  return std::size_t{recording_->number_of(name)} << kRoleBits | detail::role_number(name);
}

std::size_t TraceRecorder::number_of_slot(std::size_t, SlotInfo const& slot) {
  return recording_->number_of(slot.text());
}

void TraceRecorder::emission_begins(std::size_t signal, Time now) noexcept {
  if (auto* const track = recording_->track()) {
    track->enter(name_in(signal), role_in(signal), recording_->since_begin(now));
  }
}

void TraceRecorder::call_ends(std::size_t slot, Time began, Time now) noexcept {
  if (auto* const track = recording_->track()) {
    track->call(static_cast<std::uint32_t>(slot), recording_->since_begin(began),
                recording_->since_begin(now));
  }
}

void TraceRecorder::emission_ends(std::size_t signal, Time began, Time now) noexcept {
  if (auto* const track = recording_->track()) {
    track->leave(name_in(signal), role_in(signal), recording_->since_begin(began),
                 recording_->since_begin(now));
  }
}

void TraceRecorder::tell_number(std::int64_t number) noexcept {
  if (auto* const track = recording_->track()) track->tell_number(number);
}

Trace TraceRecorder::trace() const {
  auto const now = recording_->since_begin(std::chrono::steady_clock::now());
  std::lock_guard const lock(recording_->mutex);
  Trace trace;
  trace.names = recording_->names;
  trace.lost = recording_->lost;
  for (auto const& thread : recording_->threads) {
    auto const& track = *recording_->tracks.at(thread);
    detail::add_track(trace, track.copy(thread == std::this_thread::get_id(), now));
  }
  return trace;
}

}  // namespace sferic
