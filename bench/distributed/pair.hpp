#pragma once

#include <sferic/ranks/ranks.hpp>

#include <cstddef>
#include <functional>
#include <memory>

#include "by_hand.hpp"

namespace sferic::bench {

/// This program as two processes that train together: the first one, which is measured, tells the
/// second one which training comes next.
class Pair {
 public:
  /// In a process that nobody started as one of two: starts the other one, becomes the first one,
  /// and doesn't return. The rest of the program is run in both.
  static void start(char** arguments);

  Pair();

  int rank() const { return rank_; }
  Group const& group() const { return group_; }
  std::shared_ptr<sferic::Ranks> const& ranks() const { return ranks_; }

  /// Lets the second process begin the training of this number.
  void tell(std::size_t number) const;

  /// In the second process: trains what it is told, until the first one has told the last.
  void follow(std::function<void(std::size_t)> const& train) const;

  /// Waits until both are here.
  void meet() const;

  /// In the first process, at the end of all: waits for the second one.
  void end();

 private:
  int rank_;
  int pipe_;  ///< that the numbers go through
  Group group_;
  std::shared_ptr<sferic::Ranks> ranks_;
};

}  // namespace sferic::bench
