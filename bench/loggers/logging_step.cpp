// What does a step cost that logs a value, with each logger, which is told of each step or of every
// 50th: a real step by the clock on the wall, with what the logger's own thread takes away from it,
// and a step that does nothing else by the time of its own thread?

#include <sferic/trainer/trainer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "for_each_logger.hpp"
#include "support/epochs.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/perceptron.hpp"

namespace sferic::bench {
namespace {

class LoggingPerceptron : public Perceptron {
 public:
  torch::Tensor training_step(Batch const& batch, Step& step) {
    auto const loss = Perceptron::training_step(batch);
    step.log("loss", loss);
    return loss;
  }
};

/// Makes steps, which loggers count, of nothing.
class NoSteps : public torch::optim::SGD {
 public:
  using SGD::SGD;
  torch::Tensor step(LossClosure = nullptr) override { return {}; }
};

class OnlyLogging : public torch::nn::Module {
 public:
  void training_step(int, ManualStep& step) {
    step.log("value", 0.5);
    step.step(step.optimizer());
  }
  auto configure_optimizers() { return NoSteps(parameters(), /*learning rate=*/0.01); }

 private:
  torch::nn::Linear line_ = register_module("line", torch::nn::Linear(1, 1));
};

using AddLogger = std::function<void(Trainer&, LoggerOptions const&)>;

/// What happens once in a fit counts little in so many steps that do nothing else.
constexpr std::int64_t kShortSteps = std::int64_t{1} << 17;

template <class Module, class Batches>
auto* add_case(std::string const& group, std::string const& subject, std::int64_t every,
               AddLogger const& add_logger, Batches const& batches) {
  auto const in_case = every == 1 ? "each step" : "every " + std::to_string(every) + " steps";
  return add_epochs(group, subject, in_case, [=] {
    auto folder = std::make_shared<test::TemporaryFolder>();
    auto trainer =
        std::make_shared<Trainer>(TrainerOptions{.max_epochs = 1, .log_every_n_steps = every});
    if (add_logger) add_logger(*trainer, {.folder = folder->path()});
    auto module = std::make_shared<Module>();
    return [folder, trainer, module, batches]() mutable { trainer->fit(module, batches); };
  }, static_cast<std::int64_t>(batches.size()));
}

void add_row(std::string const& subject, AddLogger const& add_logger) {
  for (std::int64_t const every : {1, 50}) {
    add_case<LoggingPerceptron>("A step of the 64-64-10 perceptron that logs a value", subject,
                                every, add_logger, many_batches())
        ->UseRealTime();
    add_case<OnlyLogging>("A step that does nothing but log a value", subject, every, add_logger,
                          std::vector<int>(kShortSteps))
        ->Unit(benchmark::kNanosecond);
  }
}

[[maybe_unused]] bool const registered = [] {
  add_row("no logger", {});
  for_each_logger([]<class Logger>(char const* name) {
    add_row(name,
            [](Trainer& trainer, LoggerOptions const& options) { trainer.add(Logger(options)); });
  });
  return true;
}();

}  // namespace
}  // namespace sferic::bench
