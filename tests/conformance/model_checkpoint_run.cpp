#include <sferic/trainer/trainer.hpp>

#include <algorithm>
#include <filesystem>

#include "conformance/differences.hpp"
#include "conformance/logging_module.hpp"
#include "conformance/model_checkpoint_case.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::conformance {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_in(fs::path const& folder) {
  std::vector<std::string> files;
  for (auto const& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_directory()) {
      files.push_back(entry.path().lexically_relative(folder).generic_string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void describe(ModelCheckpoint const& checkpoint, fs::path const& folder,
              ModelCheckpointResult& into) {
  auto const name_of = [&](fs::path const& path) {
    return path.empty() ? "" : path.lexically_relative(folder).generic_string();
  };
  into.best_model = name_of(checkpoint.best_model_path());
  if (auto const score = checkpoint.best_model_score()) into.best_score = {*score};
  into.last_model = name_of(checkpoint.last_model_path());
  into.kth_best = name_of(checkpoint.kth_best_model_path());
  into.kth_value = {checkpoint.kth_value()};
  for (auto const& each : checkpoint.best_k_models()) {
    into.best_k[name_of(each.path)] = {each.score};
  }
}

}  // namespace

ModelCheckpointResult run(ModelCheckpointConfig const& config) {
  test::TemporaryFolder const temporary;
  auto const folder = fs::canonical(temporary.path());
  ModelCheckpointResult result;
  LoggingModule module("m", config.values, LoggingModule::Which::kOfTheEpoch);
  Trainer trainer(config.trainer);
  auto options = config.options;
  options.dirpath = folder;
  auto& files = result.files_after_each_epoch;
  auto const list_files = [&](auto const& e) {
    if (e.progress.epoch > 0) files.push_back(files_in(folder));
  };
  // Files are written when an epoch is over.
  trainer.on<event::TrainEpochStart>(list_files, Order::kEarly);
  trainer.on<event::FitEnd>(list_files);
  try {
    trainer.add(ModelCheckpoint(options));
    trainer.fit(module, LoggingModule::loader(config.train_batches), LoggingModule::loader(1));
  } catch (NotUnderstood const&) {
    throw;
  } catch (...) {
    result.error = lightnings_name(std::current_exception());
  }
  if (auto const* const checkpoint = trainer.callback<ModelCheckpoint>()) {
    describe(*checkpoint, folder, result);
  }
  return result;
}

}  // namespace sferic::conformance
