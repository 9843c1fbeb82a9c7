#pragma once

#include <sferic/distributed/detail/c10d_group.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>

namespace gloo::transport {
class Buffer;
class Context;
}  // namespace gloo::transport

namespace sferic::detail {

/// Makes each of a few numbers the largest that a rank has there, in little more time than its
/// messages take. Each rank tells the next one what it knows, then the one two further on, then
/// four: after log2(ranks) rounds all know all (the dissemination of Hensgen, Finkel and Manber,
/// 1988; to hear a number twice doesn't change a maximum).
///
/// Over Gloo's pairs in their synchronous mode, in which the thread that waits for a message reads
/// it itself. A c10d all-reduce passes through two more threads: a worker's, and Gloo's own that
/// reads from all sockets, which polls without pause while the worker holds the pair's lock.
class MaxReduction {
 public:
  /// Waits for the ranks that this one tells or hears. Throws what Gloo or the store throws, here
  /// and in a round of a reduction, if they fall silent for `timeout`.
  MaxReduction(Launch const& launch, gloo::transport::Device& device,
               std::chrono::milliseconds timeout, c10d::Store& store);
  ~MaxReduction();
  MaxReduction(MaxReduction const&) = delete;
  MaxReduction& operator=(MaxReduction const&) = delete;

  /// For one thread. A rank may be a call ahead of another one: what it tells stays in the socket,
  /// so that nothing is overwritten.
  void operator()(std::span<std::int64_t> numbers);

 private:
  static constexpr std::size_t kMost = 8;  ///< numbers in a message
  using Numbers = std::array<std::int64_t, kMost>;
  using Buffer = std::unique_ptr<gloo::transport::Buffer>;

  struct Round {
    Numbers told = {}, heard = {};
    Buffer to, from;
  };

  void connect(Launch const& launch, c10d::Store& store);
  void reduce(std::span<std::int64_t> numbers);

  std::shared_ptr<gloo::transport::Context> context_;
  std::deque<Round> rounds_;  ///< which Gloo has pointers to
};

}  // namespace sferic::detail
