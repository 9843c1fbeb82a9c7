#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace at {
class Tensor;
}

namespace sferic {

/// Another process of the training has ended it: by an error, which what() repeats, or because
/// nobody can reach it any more.
class RankError : public std::runtime_error {
 public:
  explicit RankError(std::string const& what, std::int64_t rank = -1, int signal = 0)
      : std::runtime_error(what), rank_(rank), signal_(signal) {}

  /// The rank whose error it was; -1 where none has told of one.
  std::int64_t rank() const noexcept { return rank_; }

  /// The signal that ended that rank, or 0.
  int signal() const noexcept { return signal_; }

 private:
  std::int64_t rank_;
  int signal_;
};

/// The processes that train one module together, as the trainer sees them; distributed() makes it.
/// All ranks call the functions that wait for each other in the same order; where one of them has
/// left, these throw a RankError in the others.
class Ranks {
 public:
  virtual ~Ranks();
  Ranks(Ranks const&) = delete;
  Ranks& operator=(Ranks const&) = delete;

  std::int64_t rank() const noexcept { return rank_; }
  std::int64_t world_size() const noexcept { return world_size_; }

  /// Among the processes of one machine.
  std::int64_t local_rank() const noexcept { return local_rank_; }

  /// Copies the values that rank zero's tensors have into everybody's.
  virtual void broadcast(std::vector<at::Tensor> const& tensors) = 0;

  /// Makes each tensor's values their means over all ranks.
  virtual void reduce_mean(std::vector<at::Tensor> const& tensors) = 0;

  /// Makes each number the largest that a rank has there.
  virtual void reduce_max(std::span<std::int64_t> numbers) = 0;

  /// What each rank gives, by rank.
  virtual std::vector<std::string> gather(std::string const& bytes) = 0;

  /// Runs the backward pass of a loss, at whose end the gradients of `parameters` are their means
  /// over all ranks, those of passes that were not reduced included. They are reduced in buckets,
  /// while the pass goes on, and lie in these: to keep one beyond the next pass, clone it.
  virtual void backward(at::Tensor const& loss, std::vector<at::Tensor> const& parameters) = 0;

  /// Why a rank leaves.
  struct Farewell {
    std::string what = {};
    int signal = 0;  ///< that ended it, or 0
  };

  /// Tells the others why this rank leaves, unless they know, and leaves: what waits for it, fails.
  virtual void leave(Farewell const& farewell) noexcept = 0;

  /// Waits for all ranks.
  void wait_for_all();

 protected:
  Ranks(std::int64_t rank, std::int64_t world_size, std::int64_t local_rank)
      : rank_(rank), world_size_(world_size), local_rank_(local_rank) {}

 private:
  std::int64_t rank_;
  std::int64_t world_size_;
  std::int64_t local_rank_;
};

}  // namespace sferic
