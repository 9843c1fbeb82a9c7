#include <sferic/callbacks/detail/best_checkpoints.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace sferic::detail {

BestCheckpoints::BestCheckpoints(bool smaller_is_better, std::int64_t k)
    : smaller_is_better_(smaller_is_better), k_(k), kth_{{}, worst_score()} {}

bool BestCheckpoints::takes(double score) const {
  if (k_ < 0 || std::cmp_less(all_.size(), k_)) return true;
  return k_ > 0 && is_better(score, kth_.score);
}

std::optional<ScoredCheckpoint> BestCheckpoints::make_room() {
  if (k_ < 1 || std::cmp_less(all_.size(), k_)) return std::nullopt;
  auto kth = all_.begin() + static_cast<std::ptrdiff_t>(find(kth_.path));
  if (kth == all_.end()) kth = worst();  // of a state that was written with another k
  auto removed = std::move(*kth);
  all_.erase(kth);
  return removed;
}

std::optional<double> BestCheckpoints::put(std::filesystem::path const& path, double score) {
  // Without a limit there is room for one more, which one of the same path does not take.
  auto const full = k_ < 0 ? all_.size() + 1 : static_cast<std::size_t>(k_);
  auto const at = find(path);
  std::optional<double> old;
  if (at < all_.size()) {
    old = std::exchange(all_[at].score, score);
  } else {
    all_.push_back({path, score});
  }
  note_kth(full);
  return old;
}

void BestCheckpoints::erase(std::filesystem::path const& path) {
  std::erase_if(all_, [&](auto const& each) { return each.path == path; });
  kth_ = {{}, worst_score()};
  note_kth(k_ < 0 ? all_.size() : static_cast<std::size_t>(k_));
}

ScoredCheckpoint const* BestCheckpoints::best() const {
  auto const found = std::min_element(
      all_.begin(), all_.end(),
      [&](auto const& left, auto const& right) { return is_better(left.score, right.score); });
  return found == all_.end() ? nullptr : &*found;
}

void BestCheckpoints::restore(std::vector<ScoredCheckpoint> all, ScoredCheckpoint kth) {
  all_ = std::move(all);
  kth_ = std::move(kth);
}

double BestCheckpoints::worst_score() const noexcept {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return smaller_is_better_ ? kInfinity : -kInfinity;
}

std::size_t BestCheckpoints::find(std::filesystem::path const& path) const {
  auto const found =
      std::find_if(all_.begin(), all_.end(), [&](auto const& each) { return each.path == path; });
  return static_cast<std::size_t>(found - all_.begin());
}

bool BestCheckpoints::is_better(double left, double right) const noexcept {
  return smaller_is_better_ ? left < right : left > right;
}

/// The first of the worst ones.
std::vector<ScoredCheckpoint>::iterator BestCheckpoints::worst() {
  return std::min_element(all_.begin(), all_.end(), [&](auto const& left, auto const& right) {
    return is_better(right.score, left.score);
  });
}

void BestCheckpoints::note_kth(std::size_t full) {
  if (!all_.empty() && all_.size() >= full) kth_ = *worst();
}

}  // namespace sferic::detail
