#include "events/recorded_trainings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

#include "support/temporary_folder.hpp"
#include "trainer/support.hpp"

namespace sferic::test {

namespace {

/// Writes down every event.
struct EventRecorder {
  Record& record;

  template <class Event>
  void on(Event const&) {
    record.emplace_back(Event::kName);
  }
};

/// Writes down what is called of the module.
class RecordedNet : public Net {
 public:
  explicit RecordedNet(Record& record) : record_(record) {}

  torch::Tensor training_step(Batch const& given) {
    record_.emplace_back("module.training_step(batch)");
    return loss(given);
  }
  torch::Tensor validation_step(Batch const& given) {
    record_.emplace_back("module.validation_step(batch)");
    return loss(given);
  }
  torch::Tensor test_step(Batch const& given) {
    record_.emplace_back("module.test_step(batch)");
    return loss(given);
  }
  torch::Tensor predict_step(Batch const& given) {
    record_.emplace_back("module.predict_step(batch)");
    return loss(given);
  }
  torch::optim::SGD configure_optimizers() {
    record_.emplace_back("module.configure_optimizers()");
    return Net::configure_optimizers();
  }

 private:
  Record& record_;
};

/// Logs a number and a text in each event, and requests a checkpoint.
struct Busy {
  std::filesystem::path checkpoint;

  template <class Event>
    requires requires(Event e) { e.module; }
  void on(Event const& e) {
    if (tells_of_it(Event::kName)) return;
    e.metrics.log(Event::kName, 1);
    e.metrics.log_text(Event::kName, "text");
    e.control.request_checkpoint(checkpoint);
  }

  static bool tells_of_it(std::string_view event) {
    return event.ends_with("_logged") || event.find("checkpoint") != event.npos;
  }
};

/// Does something at the nth event of a name.
struct At {
  std::string event;
  int nth;
  std::function<void(Control&)> act;

  template <class Event>
  void on(Event const& e) {
    if (Event::kName == event && --nth == 0) act(e.control);
  }
};

/// A trainer, its module and data, and the record of its last task.
struct Session {
  Record record;
  TemporaryFolder folder;
  Trainer trainer;
  RecordedNet net{record};
  std::vector<Batch> train = batches(3);
  std::vector<Batch> validation = batches(2);
  std::vector<Batch> more_validation = batches(1);

  explicit Session(TrainerOptions options = {})
      : trainer(with_defaults(std::move(options)), EventRecorder{record}) {}

  Record fit(std::filesystem::path const& resume_from = {}) {
    record.clear();
    trainer.fit(net, train, std::tie(validation, more_validation), {.resume_from = resume_from});
    return record;
  }

  static TrainerOptions with_defaults(TrainerOptions options) {
    options.max_epochs = 2;
    options.accumulate_grad_batches = 2;
    options.log_every_n_steps = 1;
    options.device = "cpu";
    return options;
  }
};

}  // namespace

Record construction() { return Session().record; }

Record plain_fit() { return Session({.val_check_interval = 0.5}).fit(); }

Record busy_fit() {
  Session session;
  session.trainer.add(Busy{session.folder.path() / "busy.ckpt"});
  std::ofstream(session.folder.path() / "file") << "no folder";
  session.trainer.on<event::TrainBatchEnd>(every(2), [&](auto const& e) {
    e.control.request_checkpoint(session.folder.path() / "file" / "x.ckpt",
                                 {.asynchronous = true, .on_error = SaveErrors::kWarn});
  });
  return session.fit();
}

Record resumed_fit() {
  Session session;
  auto const path = session.folder.path() / "first.ckpt";
  session.trainer.on<event::TrainEpochEnd>(
      once(), [&](auto const& e) { e.control.request_checkpoint(path); });
  session.trainer.on<event::FindCheckpoint>([&](auto const& e) { e.candidates.push_back(path); });
  session.fit();
  return session.fit("last");
}

Record fit_in_two_runs(std::string const& event) {
  Session session;
  auto const path = session.folder.path() / "first.ckpt";
  session.trainer.add(At{event, 5, [&](auto& control) { control.request_checkpoint(path); }});
  session.trainer.on<event::CheckpointSaved>(
      [](auto const&) { throw std::runtime_error("the end of the process"); });
  EXPECT_THROW(session.fit(), std::runtime_error);
  auto const& record = session.record;
  Record joined(record.begin(), std::find(record.begin(), record.end(), "exception"));

  session.fit(path);
  joined.insert(joined.end(), ++std::find(record.begin(), record.end(), "train_start"),
                record.end());
  return joined;
}

Record fit_with(std::string const& event, std::function<void(Control&)> act) {
  Session session({.val_check_interval = 0.5});
  session.trainer.add(At{event, 1, std::move(act)});
  try {
    session.fit();
  } catch (std::runtime_error const&) {  // the act's
  }
  return session.record;
}

Record busy_evaluation(Task task) {
  Session session;
  session.trainer.add(Busy{session.folder.path() / "busy.ckpt"});
  auto const loaders = std::tie(session.validation, session.more_validation);
  session.record.clear();
  if (task == Task::kValidate) session.trainer.validate(session.net, loaders);
  if (task == Task::kTest) session.trainer.test(session.net, loaders);
  if (task == Task::kPredict) session.trainer.predict(session.net, loaders);
  return session.record;
}

}  // namespace sferic::test
