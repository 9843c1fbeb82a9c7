#pragma once

#include <sferic/callbacks/model_checkpoint.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "callbacks/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {

using Files = std::vector<std::string>;

/// An epoch of two batches and a validation, in a folder of its own.
class ModelCheckpoints : public testing::Test {
 protected:
  ModelCheckpointOptions in_folder(ModelCheckpointOptions options = {}) const {
    options.dirpath = folder_;
    return options;
  }

  /// Fits epochs that validate to these values.
  void fit(Trainer& trainer, std::vector<double> values, FitOptions const& options = {}) {
    log_by_epoch(net_, std::move(values));
    trainer.fit(net_, batches(2), batches(1), options);
  }

  /// A fit with one ModelCheckpoint; returns it as it ended.
  ModelCheckpoint fit_with(ModelCheckpointOptions options, std::vector<double> values) {
    Trainer trainer({.max_epochs = static_cast<std::int64_t>(values.size())});
    auto const& checkpoint = trainer.add(ModelCheckpoint(in_folder(std::move(options))));
    fit(trainer, std::move(values));
    return checkpoint;
  }

  /// The files by their names, below the folder.
  Files files() const {
    Files found;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      if (entry.is_directory() && !entry.is_symlink()) continue;
      found.push_back(entry.path().lexically_relative(folder_).generic_string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  TemporaryFolder const temporary_;
  std::filesystem::path const folder_ = std::filesystem::canonical(temporary_.path());
  Net net_;
};

}  // namespace sferic::test
