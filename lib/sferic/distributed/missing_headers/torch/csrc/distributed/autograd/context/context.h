#pragma once

// Debian's LibTorch 1.13 lacks this header of its own, of which c10d's reducer.hpp needs two
// types: as they are there, as far as it uses them.

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>

namespace torch::distributed::autograd {

struct DistAutogradContext {
  using GradCallback = std::function<bool(at::Tensor&)>;
};
using ContextPtr = std::shared_ptr<DistAutogradContext>;

}  // namespace torch::distributed::autograd
