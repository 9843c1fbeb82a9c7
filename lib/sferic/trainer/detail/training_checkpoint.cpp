#include <sferic/trainer/detail/training_checkpoint.hpp>

#include <sferic/checkpoint/checkpoint.hpp>
#include <sferic/checkpoint/detail/content_reader.hpp>
#include <sferic/checkpoint/detail/content_writer.hpp>
#include <sferic/checkpoint/detail/module_state.hpp>
#include <sferic/persistence/detail/message_of.hpp>
#include <sferic/ranks/ranks.hpp>
#include <sferic/trainer/detail/boundary.hpp>
#include <sferic/trainer/detail/fit_position.hpp>
#include <sferic/trainer/detail/training_state.hpp>

#include <torch/version.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace sferic::detail {

namespace {

/// Refuses to save within a handler of SaveCheckpoint, which would never end.
class SavingGuard {
 public:
  explicit SavingGuard(CheckpointSaver& saver) : saver_(saver) {
    if (std::exchange(saver.is_asking, true)) {
      throw std::logic_error("save_checkpoint() within a handler of save_checkpoint");
    }
  }
  ~SavingGuard() { saver_.is_asking = false; }
  SavingGuard(SavingGuard const&) = delete;
  SavingGuard& operator=(SavingGuard const&) = delete;

 private:
  CheckpointSaver& saver_;
};

CheckpointContent content_of(LoopContext const& context, SaveOptions const& options) {
  SavingGuard const guard(context.saver);
  CheckpointContent content;
  content.values["format"] = kFormat;
  content.values["sferic"] = std::string(SFERIC_VERSION);
  content.values["libtorch"] = std::string(TORCH_VERSION);
  put_module(*context.module.module, content);
  // First, so that what handlers do to themselves here is kept, too.
  Checkpoint checkpoint(content);
  context.emit<event::SaveCheckpoint>(checkpoint, options);
  bool const is_of_the_fit = context.run.module == context.module.module;
  if (!options.weights_only && is_of_the_fit) put_training(context, content);
  return content;
}

void tell(LoopContext const& context, SaveResult const& result) {
  std::string const path = result.path.string();
  if (!result.error) return context.emit<event::CheckpointSaved>(path);
  std::string const what = message_of(result.error);
  context.emit<event::CheckpointFailed>(path, result.error, what);
  if (result.options.on_error == SaveErrors::kThrow) std::rethrow_exception(result.error);
  TORCH_WARN(what);
}

LoadReport load(LoopContext const& context, std::filesystem::path const& path, bool whole) {
  if (context.ranks) context.ranks->wait_for_all();  // rank zero may still be writing it
  CheckpointContent content = read_content(path);
  auto const report = restore(context, content, whole);
  Checkpoint const checkpoint(content);
  context.emit<event::LoadCheckpoint>(checkpoint, report, path);
  return report;
}

}  // namespace

void save_checkpoint(LoopContext const& context, std::filesystem::path const& path,
                     SaveOptions const& options) {
  if (context.progress.rank != 0) return;
  auto content = content_of(context, options);
  finish_checkpoints(context);  // also one that a handler has begun just now
  if (options.asynchronous) return context.saver.start(std::move(content), path, options);
  SaveResult result{path, options};
  try {
    write_content(content, path);
  } catch (std::exception const&) {
    result.error = std::current_exception();
  }
  tell(context, result);
}

void serve_checkpoints(LoopContext const& context) {
  if (context.saver.has_news()) finish_checkpoints(context);
  for (auto const& request : context.control.take_checkpoint_requests()) {
    save_checkpoint(context, request.path, request.options);
  }
}

void finish_checkpoints(LoopContext const& context) {
  while (auto const result = context.saver.wait()) tell(context, *result);
}

LoadReport load_training(LoopContext const& context, std::filesystem::path const& path) {
  return load(context, path, /*whole=*/true);
}

LoadReport load_module(LoopContext const& context, std::filesystem::path const& path) {
  return load(context, path, /*whole=*/false);
}

}  // namespace sferic::detail
