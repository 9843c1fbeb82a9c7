#pragma once

#include <torch/data/example.h>
#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace sferic {

struct TensorLoaderOptions {
  /// Samples in a batch, >= 1.
  std::int64_t batch_size = 32;

  /// Visit the samples in another order in each epoch.
  bool shuffle = false;

  /// The orders follow from this and from the epoch alone.
  std::uint64_t seed = 0;

  /// Leave out a last batch that is smaller than the others, and of several processes what is left
  /// of the samples when each has the same number.
  bool drop_last = false;
};

/// Batches of samples that lie in memory as two tensors, whose first dimension counts the samples.
///
///   sferic::TensorLoader loader(images, labels, {.batch_size = 64, .shuffle = true});
///   for (torch::data::Example<> const& batch : loader) { ... }
///
/// A batch is cut out by one index_select for each tensor, or without shuffling is a view: there is
/// no copying of single samples, which costs loaders of torch::data most of their time.
///
/// Of several processes that train together each takes every n-th sample of the order, which is the
/// same for all: batches of size B on n ranks hold what one of size nB holds in one process.
class TensorLoader {
 public:
  class Iterator;

  /// Throws std::invalid_argument if the tensors do not have the same number of samples, or an
  /// option is out of its range.
  TensorLoader(torch::Tensor data, torch::Tensor target, TensorLoaderOptions options = {});

  /// Begins a pass. Each pass is another epoch, unless set_epoch() says which.
  Iterator begin();
  std::default_sentinel_t end() const noexcept { return {}; }

  /// The number of batches in a pass.
  std::size_t size() const noexcept;

  /// Takes only the share of one of several processes from now on, as torch's DistributedSampler
  /// does: of each `world_size` samples in a row the one at `rank`. Where they don't come out even,
  /// samples from the beginning come again at the end (or with drop_last, the last ones are left
  /// out), so that each rank has as many; unless `even` is false, as for evaluations, where a
  /// sample that comes twice would count twice. A Trainer calls this.
  void set_shard(std::int64_t rank, std::int64_t world_size, bool even = true);

  /// The epoch of the next pass.
  void set_epoch(std::int64_t epoch) noexcept { epoch_ = epoch; }

 private:
  torch::Tensor order_of(std::int64_t epoch) const;
  torch::Tensor shard_of(torch::Tensor order) const;
  torch::data::Example<> batch(torch::Tensor const& order, std::int64_t first,
                               std::int64_t end) const;

  torch::Tensor data_;
  torch::Tensor target_;
  TensorLoaderOptions options_;
  std::int64_t samples_ = 0;  ///< in a pass
  std::int64_t rank_ = 0;
  std::int64_t world_size_ = 1;
  std::int64_t epoch_ = 0;
};

/// Where one pass stands. Several passes over one loader may be under way at once.
class TensorLoader::Iterator {
 public:
  using value_type = torch::data::Example<>;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::input_iterator_tag;

  value_type operator*() const { return loader_->batch(order_, first_, end_); }
  Iterator& operator++() {
    first_ += loader_->options_.batch_size;
    return *this;
  }
  void operator++(int) { ++*this; }
  Iterator& operator+=(std::int64_t batches) {
    first_ += batches * loader_->options_.batch_size;
    return *this;
  }
  bool operator==(std::default_sentinel_t) const noexcept { return first_ >= end_; }

 private:
  friend class TensorLoader;
  Iterator(TensorLoader const& loader, torch::Tensor order)
      : loader_(&loader), order_(std::move(order)), end_(loader.samples_) {}

  TensorLoader const* loader_;
  torch::Tensor order_;     ///< of the samples; undefined if it is that of the tensors
  std::int64_t first_ = 0;  ///< of the batch's samples
  std::int64_t end_;        ///< of all
};

}  // namespace sferic
