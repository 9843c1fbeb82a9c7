#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace sferic {

/// A checkpoint and the value that it was saved for.
struct ScoredCheckpoint {
  std::filesystem::path path;
  double score = 0;

  bool operator==(ScoredCheckpoint const&) const = default;
};

namespace detail {

/// The k best checkpoints, in the order in which they were saved. Of equal ones the older is the
/// better one.
class BestCheckpoints {
 public:
  /// `k` as ModelCheckpointOptions::save_top_k.
  BestCheckpoints(bool smaller_is_better, std::int64_t k);

  /// Whether one with this score would be among them: of a NaN, as long as there is room.
  bool takes(double score) const;

  /// Takes the worst one out, if there is no room for another one.
  std::optional<ScoredCheckpoint> make_room();

  /// Adds one, or gives one of this path another score; returns its old one.
  std::optional<double> put(std::filesystem::path const& path, double score);

  void erase(std::filesystem::path const& path);

  bool contains(std::filesystem::path const& path) const { return find(path) < all_.size(); }

  /// The best one, or null.
  ScoredCheckpoint const* best() const;

  /// The k-th best one, which is the next to go; without a path as long as there is none.
  ScoredCheckpoint const& kth() const noexcept { return kth_; }

  std::vector<ScoredCheckpoint> const& all() const noexcept { return all_; }

  void restore(std::vector<ScoredCheckpoint> all, ScoredCheckpoint kth);

  /// The worst score that there is.
  double worst_score() const noexcept;

 private:
  std::size_t find(std::filesystem::path const& path) const;
  bool is_better(double left, double right) const noexcept;
  std::vector<ScoredCheckpoint>::iterator worst();
  void note_kth(std::size_t full);

  bool smaller_is_better_;
  std::int64_t k_;
  std::vector<ScoredCheckpoint> all_;
  ScoredCheckpoint kth_;
};

}  // namespace detail
}  // namespace sferic
