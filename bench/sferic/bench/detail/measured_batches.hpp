#pragma once

#include <sferic/bench/detail/stretch.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace sferic::bench::detail {

/// A loader for an epoch of a Stretch: batches, over and over again.
template <class Batch>
class MeasuredBatches {
 public:
  class Iterator {
   public:
    Iterator(std::vector<Batch> const& batches, Stretch& stretch)
        : batches_(&batches), stretch_(&stretch) {}

    Batch const& operator*() const {
      stretch_->take(index_);
      return (*batches_)[place_];
    }
    Iterator& operator++() {
      ++index_;
      if (++place_ == batches_->size()) place_ = 0;
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return index_ >= stretch_->epoch(); }

   private:
    std::vector<Batch> const* batches_;
    Stretch* stretch_;
    std::int64_t index_ = 0;
    std::size_t place_ = 0;
  };

  MeasuredBatches(std::vector<Batch> const& batches, Stretch& stretch)
      : batches_(batches), stretch_(stretch) {}

  Iterator begin() const { return {batches_, stretch_}; }
  std::default_sentinel_t end() const { return {}; }
  std::size_t size() const { return static_cast<std::size_t>(stretch_.epoch()); }

 private:
  std::vector<Batch> const& batches_;
  Stretch& stretch_;
};

}  // namespace sferic::bench::detail
