#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

namespace at {
class Tensor;
}

namespace sferic {
class Metrics;
}

namespace sferic::detail {

/// Where the pictures of a callback go: to loggers, and as PNG files into a folder if one is given.
class PictureOutlet {
 public:
  PictureOutlet(char const* callback, std::filesystem::path folder)
      : callback_(callback), folder_(std::move(folder)) {}

  /// Nothing is to be kept of a trial run.
  void begin_fit(bool is_trial) { is_trial_ = is_trial; }

  /// Whether somebody wants a picture. Warns, once, where nobody ever will.
  [[nodiscard]] bool is_open(Metrics const& metrics);

  /// Logs the picture under `name`, and writes `name`-`moment`.png. Throws std::runtime_error if
  /// the file cannot be written.
  void put(Metrics& metrics, std::string const& name, std::string const& moment,
           at::Tensor const& picture) const;

 private:
  char const* callback_;
  std::filesystem::path folder_;
  bool is_trial_ = false;
  bool warned_ = false;
};

/// "epoch=007", such that files are listed in the order of the training.
std::string moment_of_epoch(std::int64_t epoch);
std::string moment_of_batch(std::int64_t epoch, std::int64_t batch);

/// Throws std::invalid_argument, naming the callback, unless its function made so many images:
/// (count, channels, height, width) or (count, height, width).
void require_images(char const* callback, at::Tensor const& images, std::int64_t count);

}  // namespace sferic::detail
