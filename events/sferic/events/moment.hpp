#pragma once

#include <sferic/events/progress.hpp>

namespace at {
class Tensor;
}
namespace torch::nn {
class Module;
}
namespace torch::optim {
class Optimizer;
}

namespace sferic {

class Control;
class Metrics;

namespace event {

/// What every event of a running training tells. References are valid during the event only.
struct Moment {
  Progress const& progress;
  Control& control;           ///< takes wishes: stop, end_epoch, skip_batch
  Metrics& metrics;           ///< reads and takes logged values
  torch::nn::Module& module;  ///< the user's module
};

}  // namespace event
}  // namespace sferic
