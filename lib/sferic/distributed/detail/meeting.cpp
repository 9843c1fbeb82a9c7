#include <sferic/distributed/detail/meeting.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sferic::detail {

namespace {

using Clock = std::chrono::steady_clock;

// Keys of the store.
constexpr auto kCome = "sferic/come";  ///< how many have come; and, with its number, each one
constexpr auto kMet = "sferic/met";    ///< whether all have come, or who hasn't

constexpr auto kAllHave = "all have come";

std::string key_of(std::int64_t rank) { return fmt::format("{}/{}", kCome, rank); }

std::string who_is_missing(c10d::Store& store, std::int64_t world_size) {
  constexpr std::size_t kMost = 10;
  std::vector<std::int64_t> missing;
  for (std::int64_t rank = 0; rank < world_size && missing.size() <= kMost; ++rank) {
    if (!store.check({key_of(rank)})) missing.push_back(rank);
  }
  bool const are_more = missing.size() > kMost;
  if (are_more) missing.pop_back();
  return fmt::format("{} {}{} not come", missing.size() == 1 ? "rank" : "ranks",
                     fmt::join(missing, ", "),
                     are_more              ? " and more have"
                     : missing.size() == 1 ? " has"
                                           : " have");
}

void set(c10d::Store& store, std::string const& key, std::string const& text) {
  store.set(key, std::vector<std::uint8_t>(text.begin(), text.end()));
}

/// What is told, or nothing where the time is over before. It asks again and again: a wait() of the
/// store's that was given up may still be answered, in place of what is asked next.
std::optional<std::string> told(c10d::Store& store, Clock::time_point deadline) {
  constexpr std::chrono::milliseconds kLeast(5), kMost(200);
  for (auto pause = kLeast; !store.check({kMet}); pause = std::min(2 * pause, kMost)) {
    if (Clock::now() > deadline) return std::nullopt;
    std::this_thread::sleep_for(pause);
  }
  auto const bytes = store.get(kMet);
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace

void meet(c10d::Store& store, Launch const& launch, Clock::time_point deadline) {
  set(store, key_of(launch.rank), "here");
  if (store.add(kCome, 1) == launch.world_size) set(store, kMet, kAllHave);
  auto outcome = told(store, deadline);
  if (!outcome) {
    outcome = who_is_missing(store, launch.world_size);
    set(store, kMet, *outcome);
  }
  if (outcome == kAllHave) return;
  constexpr auto kTimeToRead = std::chrono::seconds(1);
  if (launch.rank == 0 && !launch.has_store) std::this_thread::sleep_for(kTimeToRead);
  throw std::runtime_error(*outcome);
}

}  // namespace sferic::detail
