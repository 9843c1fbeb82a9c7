#include <sferic/trainer/detail/checkpoint_saver.hpp>

#include <sferic/checkpoint/detail/content_writer.hpp>
#include <sferic/persistence/detail/message_of.hpp>

#include <utility>

namespace sferic::detail {

CheckpointSaver::~CheckpointSaver() {
  auto const result = wait();
  if (result && result->error) TORCH_WARN(message_of(result->error));
}

void CheckpointSaver::start(CheckpointContent content, std::filesystem::path path,
                            SaveOptions options) {
  snapshot(content);
  writing_ =
      std::async(std::launch::async, [this, content = std::move(content),
                                      result = SaveResult{std::move(path), options}]() mutable {
    try {
      write_content(content, result.path);
    } catch (...) {
      result.error = std::current_exception();
    }
    done_.store(true, std::memory_order_release);
    return result;
  });
}

std::optional<SaveResult> CheckpointSaver::wait() {
  if (!writing_.valid()) return std::nullopt;
  auto result = writing_.get();
  done_ = false;
  return result;
}

void CheckpointSaver::snapshot(CheckpointContent& content) {
  used_ = 0;
  for (auto& weight : content.weights) {
    auto const copied = copy(weight.tensor).detach();
    weight.tensor = weight.tensor.requires_grad() ? copied.requires_grad_() : copied;
  }
  for (auto& [path, value] : content.values) {
    if (auto* const tensor = std::get_if<at::Tensor>(&value)) *tensor = copy(*tensor);
  }
  buffers_.resize(used_);
}

/// Into a buffer of the last snapshot where one fits: memory that has been touched before is
/// several times as fast to write.
at::Tensor CheckpointSaver::copy(at::Tensor const& tensor) {
  torch::NoGradGuard const no_grad;
  if (used_ == buffers_.size()) buffers_.emplace_back();
  auto& buffer = buffers_[used_++];
  if (!buffer.defined() || buffer.sizes() != tensor.sizes() ||
      buffer.scalar_type() != tensor.scalar_type()) {
    buffer =
        torch::empty(tensor.sizes(), tensor.options().device(torch::kCPU).requires_grad(false));
  }
  buffer.copy_(tensor);
  return buffer;
}

}  // namespace sferic::detail
