#pragma once

#include <sferic/checkpoint/detail/content.hpp>
#include <sferic/events/save_options.hpp>

#include <atomic>
#include <exception>
#include <filesystem>
#include <future>
#include <optional>
#include <vector>

namespace sferic::detail {

/// What has become of a checkpoint.
struct SaveResult {
  std::filesystem::path path;
  SaveOptions options;
  std::exception_ptr error = {};
};

/// Writes checkpoints on another thread, one at a time.
class CheckpointSaver {
 public:
  CheckpointSaver() = default;
  CheckpointSaver(CheckpointSaver const&) = delete;
  CheckpointSaver& operator=(CheckpointSaver const&) = delete;

  /// Waits for the one that is being written, and warns if nobody asks what has become of it.
  ~CheckpointSaver();

  /// Copies the tensors and begins to write. There must be none that is being written, nor news.
  void start(CheckpointContent content, std::filesystem::path path, SaveOptions options);

  /// Whether wait() would not wait and return something.
  [[nodiscard]] bool has_news() const noexcept { return done_.load(std::memory_order_acquire); }

  /// Waits for the one that is being written, if there is one, and returns what has become of it.
  std::optional<SaveResult> wait();

  bool is_asking = false;  ///< handlers what they have to add to a checkpoint

 private:
  void snapshot(CheckpointContent& content);
  at::Tensor copy(at::Tensor const& tensor);

  std::future<SaveResult> writing_;
  std::atomic<bool> done_ = false;
  std::vector<at::Tensor> buffers_;  ///< of the last snapshot, for the next one
  std::size_t used_ = 0;
};

}  // namespace sferic::detail
