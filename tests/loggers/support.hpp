#pragma once

#include <sferic/events/catalogue.hpp>
#include <sferic/events/control.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/numbers.hpp"

// What the events refer to, which loggers don't look at: these tests have no LibTorch.
namespace torch::nn {
class Module {};
}  // namespace torch::nn

namespace sferic {
class Metrics {};
class Optimizers {};
class Checkpoint {};
struct LoadReport {};
}  // namespace sferic

namespace sferic::test {

using Values = std::vector<LoggedValue>;
using Media = std::vector<LoggedMedia>;

/// Tells a logger what a trainer would.
template <class Logger>
class Training {
 public:
  explicit Training(Logger& logger) : logger_(logger) {}

  void start(bool is_trial = false) {
    logger_.on(event::FitStart{moment(), optimizers_, max_epochs_, {.is_trial = is_trial}});
  }
  void log(std::int64_t step, Values const& values) {
    logger_.on(event::MetricsLogged{moment(), values, step});
  }
  void log_media(std::int64_t step, Media const& media) {
    logger_.on(event::MediaLogged{moment(), media, step});
  }
  void resume(std::int64_t steps) {
    progress_.optimizer_steps = steps;
    std::filesystem::path const path;
    logger_.on(event::LoadCheckpoint{moment(), checkpoint_, report_, path});
  }
  void end_epoch() {
    logger_.on(event::TrainEpochEnd{moment()});
    ++progress_.epoch;
  }
  void fail() {
    auto const error = std::make_exception_ptr(std::runtime_error("broken"));
    logger_.on(event::Exception{moment(), error, "broken"});
  }
  void end() { logger_.on(event::Teardown{moment()}); }

 private:
  event::Moment moment() { return {{progress_, control_, metrics_}, module_}; }

  Logger& logger_;
  Progress progress_;
  Control control_;
  Metrics metrics_;
  Optimizers optimizers_;
  std::optional<std::int64_t> max_epochs_;
  Checkpoint checkpoint_;
  LoadReport report_;
  torch::nn::Module module_;
};

inline std::string read(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write(std::filesystem::path const& path, std::string const& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// The files of a folder and of those in it, relative to it.
inline std::vector<std::string> files_in(std::filesystem::path const& folder) {
  std::vector<std::string> files;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder));
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline Image image() {
  return {.width = 1, .height = 2, .channels = 3, .pixels = {1, 2, 3, 4, 5, 6}};
}

inline Histogram histogram() {
  return {.min = -1, .max = 3, .sum = 4, .sum_of_squares = 11, .limits = {0, 3}, .counts = {1, 2}};
}

}  // namespace sferic::test
