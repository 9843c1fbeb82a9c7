// What a training usually has: a progress bar, a value that is logged in each step, a TensorBoard
// logger and a checkpoint at the end of each epoch.

#include <sferic/callbacks/model_checkpoint.hpp>
#include <sferic/callbacks/progress_bar.hpp>
#include <sferic/loggers/tensorboard_logger.hpp>
#include <sferic/trainer/trainer.hpp>

#include <memory>
#include <string>

#include "support/discarding_terminal.hpp"
#include "support/temporary_folder.hpp"
#include "training_step.hpp"

namespace sferic::bench {
namespace {

/// A perceptron that logs its loss in each step.
class LoggingPerceptron : public Perceptron {
 public:
  torch::Tensor training_step(Batch const& batch, sferic::Step& step) {
    auto const loss = Perceptron::training_step(batch);
    step.log("loss", loss, {.progress_bar = true});
    return loss;
  }
};

/// A trainer and what it writes to.
struct Setup {
  explicit Setup(std::int64_t log_every_n_steps)
      : trainer({.max_epochs = 1, .log_every_n_steps = log_every_n_steps}) {
    trainer.add(sferic::ProgressBar({.file = terminal.file()}));
  }
  void add_files() {
    trainer.add(sferic::TensorBoardLogger({.folder = folder.path() / "runs"}));
    trainer.add(sferic::ModelCheckpoint({.dirpath = folder.path() / "checkpoints"}));
  }

  test::TemporaryFolder folder;
  DiscardingTerminal terminal;
  sferic::Trainer trainer;
};

void add_setup(std::string const& subject, std::int64_t log_every_n_steps, bool with_files) {
  add_row(subject, [=] {
    auto setup = std::make_shared<Setup>(log_every_n_steps);
    if (with_files) setup->add_files();
    auto module = std::make_shared<LoggingPerceptron>();
    return [setup, module](auto& batches) { setup->trainer.fit(module, batches); };
  });
}

}  // namespace

void add_default_setup() {
  add_setup("sferic, progress bar and a logged value", 50, false);
  add_setup("sferic, the same, TensorBoard and checkpoints", 50, true);
  add_setup("sferic, the same, TensorBoard in each step", 1, true);
}

}  // namespace sferic::bench
