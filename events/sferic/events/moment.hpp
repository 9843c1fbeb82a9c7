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
class Optimizers;

namespace event {

/// What every event of a trainer tells. References are valid during the event only.
struct TrainerMoment {
  Progress const& progress;
  Control& control;  ///< takes wishes: stop, end_epoch, skip_batch
  Metrics& metrics;  ///< reads and takes logged values
};

/// What every event of a running task tells.
struct Moment : TrainerMoment {
  torch::nn::Module& module;  ///< the user's module
};

}  // namespace event
}  // namespace sferic
