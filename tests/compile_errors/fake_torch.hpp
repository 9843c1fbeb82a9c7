#pragma once

// What sferic/trainer/trainer.hpp needs of LibTorch, whose own headers take many seconds to
// compile.

namespace at {
class Tensor {};
}  // namespace at

namespace c10 {
struct Device {};
}  // namespace c10

namespace torch::nn {
class Module {
 public:
  virtual ~Module() = default;
};
}  // namespace torch::nn

namespace torch::optim {
class Optimizer {
 public:
  virtual ~Optimizer() = default;
};
}  // namespace torch::optim
