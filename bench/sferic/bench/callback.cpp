#include <sferic/bench/callback.hpp>

#include <sferic/bench/detail/perceptron.hpp>
#include <sferic/bench/detail/rows.hpp>

#include <stdexcept>

namespace sferic::bench::detail {

bool register_callback(std::string name, Prepare prepare, CallbackOptions options) {
  if (options.batches < 1) {
    throw std::invalid_argument("batches of a callback's benchmark must be >= 1, but got " +
                                std::to_string(options.batches));
  }
  if (!options.training.epoch) options.training = perceptron_training(options.metrics);
  options.trainer.handle_signals = false;
  check(options.trainer);
  auto const subject = std::make_shared<Subject const>(
      Subject{std::move(name), std::move(prepare), std::move(options)});
  register_batches(subject);
  register_calls(subject);
  return true;
}

}  // namespace sferic::bench::detail
