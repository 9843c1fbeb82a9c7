#pragma once

#include <sferic/weights/weights.hpp>

#include <filesystem>
#include <vector>

#include "../trainer/support.hpp"
#include "support/temporary_folder.hpp"

/// What the tests of callbacks share that average weights.
namespace sferic::test {

using Numbers = std::vector<double>;

/// The weights as plain numbers.
inline Numbers numbers_of(Net const& net) {
  auto const weights = weights_of(net).contiguous();
  return {weights.data_ptr<double>(), weights.data_ptr<double>() + weights.numel()};
}

inline void expect_near(Numbers const& left, Numbers const& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) EXPECT_NEAR(left[i], right[i], 1e-14) << i;
}

/// What a checkpoint has as the module's weights.
inline Numbers weights_in(std::filesystem::path const& path) {
  Net net;
  load_weights(net, path);
  return numbers_of(net);
}

/// The module's weights after each optimizer step.
struct Course {
  std::vector<Numbers> steps;
  void on(event::AfterOptimizerStep const& e) {
    steps.push_back(numbers_of(dynamic_cast<Net&>(e.module)));
  }
};

}  // namespace sferic::test
