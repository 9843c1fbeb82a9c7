#pragma once

#include <sferic/events/batch_ref.hpp>
#include <sferic/trainer/detail/batch_traits.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace sferic::detail {

/// A loader as the loops see it, which are compiled once for all types of batches.
class BatchSource {
 public:
  BatchSource() = default;
  BatchSource(BatchSource const&) = delete;
  BatchSource& operator=(BatchSource const&) = delete;
  virtual ~BatchSource() = default;

  /// The number of batches in a pass, if the loader tells.
  virtual std::optional<std::int64_t> size() const = 0;

  /// Whether every pass begins at the first batch.
  virtual bool starts_anew() const = 0;

  /// Lets a loader that can take only the share of one of several processes; of the same length in
  /// all of them if it is `even`.
  virtual void shard(std::int64_t rank, std::int64_t world_size, bool even) = 0;

  /// Begins a pass.
  virtual void start(std::int64_t epoch) = 0;

  /// Leaves so many batches of a pass out that has just begun, as far as they have not been left
  /// out by replay().
  virtual void skip(std::int64_t batches) = 0;

  /// How often the function was called, if the loader is one, else 0; and calls it so often, for
  /// nobody, before the first pass.
  virtual std::int64_t calls() const = 0;
  virtual void replay(std::int64_t calls) = 0;

  /// Takes the next batch; false when there is none.
  virtual bool next() = 0;

  /// Whether next() will find no further batch.
  virtual bool at_end() = 0;

  /// The batch that next() took, where it is now, and the samples in it.
  virtual BatchRef batch() = 0;
  virtual void* address() = 0;
  virtual void move_batch_to(c10::Device const& device) = 0;
  virtual std::int64_t samples() const = 0;

  /// Drops the batch, and what a pass that was not finished holds.
  virtual void finish() = 0;
};

/// The batch that is being worked on. Its own copy (of handles to tensors, as a rule), since
/// handlers may change it.
template <class Batch>
class SourceOf : public BatchSource {
 public:
  BatchRef batch() final { return BatchRef(*batch_); }
  void* address() final { return std::addressof(*batch_); }
  void move_batch_to(c10::Device const& device) final { move_to(*batch_, device); }
  std::int64_t samples() const final { return samples_of(*batch_); }

 protected:
  std::optional<Batch> batch_;
};

/// A loader of torch::data.
template <class Range>
concept HasWorkers = requires(Range& range) {
  range.options().workers;
  range.join();
};

/// Any range of batches: a container, a view, a loader of torch::data. Its iterator is one batch
/// ahead, since the loop has to know which batch is the last.
template <class Batch, class Range>
class RangeSource final : public SourceOf<Batch> {
 public:
  explicit RangeSource(Range& range) : range_(range) {}

  std::optional<std::int64_t> size() const override {
    take_shard();
    if constexpr (requires {
                    { std::size(range_) } -> std::convertible_to<std::size_t>;
                  }) {
      return static_cast<std::int64_t>(std::size(range_));
    } else {
      return std::nullopt;
    }
  }

  bool starts_anew() const override { return true; }

  void shard(std::int64_t rank, std::int64_t world_size, bool even) override {
    shard_ = Shard{rank, world_size, even};
  }

  void start(std::int64_t epoch) override {
    drain();
    take_shard();
    if constexpr (requires { range_.set_epoch(epoch); }) range_.set_epoch(epoch);
    at_.emplace(Pass{range_.begin(), range_.end()});
  }

  /// Where batches are not reached at one leap, they are made as in the pass that is repeated.
  void skip(std::int64_t batches) override {
    if constexpr (requires { at_->position += batches; }) {
      at_->position += std::min(batches, size().value_or(batches));
    } else {
      while (batches-- > 0 && next()) {
      }
    }
  }

  std::int64_t calls() const override { return 0; }
  void replay(std::int64_t) override {}

  bool next() override {
    if (at_end()) return false;
    this->batch_.emplace(*at_->position);
    ++at_->position;
    return true;
  }

  bool at_end() override { return !(at_->position != at_->end); }

  void finish() override {
    if constexpr (!HasWorkers<Range>) at_.reset();
    this->batch_.reset();
  }

 private:
  /// Runs an unfinished pass to its end where there are workers: torch's DataLoader refuses to
  /// begin another one before. Not in finish(), since there may be no other one.
  void drain() {
    if constexpr (HasWorkers<Range>) {
      while (at_ && range_.options().workers > 0) {
        try {
          while (!at_end()) ++at_->position;
          return;
        } catch (std::exception const&) {  // the error of a batch that nobody takes
        }
      }
    }
  }

  /// Each time anew: the same loader may be used for training and for validation.
  void take_shard() const {
    if constexpr (requires { range_.set_shard(shard_->rank, shard_->world_size, shard_->even); }) {
      if (shard_) range_.set_shard(shard_->rank, shard_->world_size, shard_->even);
    }
  }

  struct Shard {
    std::int64_t rank;
    std::int64_t world_size;
    bool even;
  };
  struct Pass {
    decltype(std::declval<Range&>().begin()) position;
    decltype(std::declval<Range&>().end()) end;
  };
  Range& range_;
  std::optional<Pass> at_;
  std::optional<Shard> shard_;
};

/// A function that returns the next batch, or an empty optional at the end of a pass. It cannot be
/// told to begin anew: after a pass that was left early, the next one goes on from there.
template <class Batch, class Function>
class GeneratorSource final : public SourceOf<Batch> {
 public:
  explicit GeneratorSource(Function& function) : function_(function) {}

  std::optional<std::int64_t> size() const override { return std::nullopt; }
  bool starts_anew() const override { return false; }
  void shard(std::int64_t, std::int64_t, bool) override {}
  void start(std::int64_t) override {
    if (!ahead_) call();
  }

  void skip(std::int64_t) override {}
  std::int64_t calls() const override { return calls_; }
  void replay(std::int64_t calls) override {
    while (calls_ < calls) call();
  }

  bool next() override {
    if (at_end()) return false;
    this->batch_.emplace(*std::move(ahead_));
    call();
    return true;
  }

  bool at_end() override { return !ahead_; }

  void finish() override { this->batch_.reset(); }

 private:
  void call() {
    ahead_ = function_();
    ++calls_;
  }

  Function& function_;
  decltype(std::declval<Function&>()()) ahead_;
  std::int64_t calls_ = 0;
};

}  // namespace sferic::detail
