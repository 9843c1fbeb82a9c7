#pragma once

#include <sferic/metrics/metrics.hpp>
#include <sferic/trainer/tensor_loader.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "../../examples/digits.hpp"
#include "../trainer/support.hpp"

/// What the tests of callbacks that look into a training share: real digits, a module that learns
/// them, and a logger that remembers.
namespace sferic::test {

inline Digits digits(std::int64_t count) {
  auto const all = read_digits(SFERIC_DIGITS);
  return {all.images.slice(0, 0, count), all.labels.slice(0, 0, count)};
}

/// 320 digits as ten batches.
inline TensorLoader digit_loader() {
  auto const some = digits(320);
  return TensorLoader(some.images, some.labels, {.batch_size = 32, .shuffle = true, .seed = 1});
}

/// A classifier with all that evaluation mode changes, of which one layer stays in that mode.
class DigitNet : public torch::nn::Module {
 public:
  DigitNet() { frozen_->eval(); }

  torch::Tensor forward(torch::Tensor const& images) {
    return last_->forward(frozen_->forward(layers_->forward(images)));
  }

  torch::Tensor training_step(Batch const& batch) {
    return torch::cross_entropy_loss(forward(batch.data), batch.target);
  }

  torch::optim::Adam configure_optimizers() { return torch::optim::Adam(parameters(), 2e-3); }

 private:
  torch::nn::Sequential layers_ = register_module(
      "layers",
      torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 8, 3).padding(1)),
                            torch::nn::BatchNorm2d(8), torch::nn::ReLU(), torch::nn::Flatten(),
                            torch::nn::Linear(512, 64), torch::nn::ReLU()));
  torch::nn::Dropout frozen_ = register_module("frozen", torch::nn::Dropout(0.9));
  torch::nn::Linear last_ = register_module("last", torch::nn::Linear(64, 10));
};

/// All that a training changes in a module.
inline std::vector<torch::Tensor> tensors_of(torch::nn::Module const& module) {
  std::vector<torch::Tensor> state;
  for (auto const& each : module.parameters()) state.push_back(each.detach().clone());
  for (auto const& each : module.buffers()) state.push_back(each.detach().clone());
  return state;
}

inline bool same_bits(std::vector<torch::Tensor> const& left,
                      std::vector<torch::Tensor> const& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](auto const& a, auto const& b) { return a.equal(b); });
}

/// The mode of each submodule, as "tte".
inline std::string modes_of(torch::nn::Module& module) {
  std::string modes;
  module.apply([&](torch::nn::Module& each) { modes += each.is_training() ? 't' : 'e'; });
  return modes;
}

/// What a logger of pictures, histograms and texts would have got.
struct MediaLog {
  std::vector<LoggedMedia> media;

  void on(event::MediaLogged const& e) {
    media.insert(media.end(), e.media.begin(), e.media.end());
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (auto const& each : media) names.push_back(each.name);
    return names;
  }

  template <class Content>
  std::vector<Content> all(std::string const& name) const {
    std::vector<Content> found;
    for (auto const& each : media) {
      if (each.name == name) found.push_back(std::get<Content>(each.content));
    }
    return found;
  }
};

inline torch::Tensor pixels_of(Image const& image) {
  return torch::tensor(image.pixels, torch::kByte)
      .view({image.height, image.width, image.channels})
      .permute({2, 0, 1});
}

/// The images in a grid, (count, channels, height, width), where it has two pixels of padding.
inline torch::Tensor images_in(Image const& grid, std::int64_t height, std::int64_t width) {
  auto const pixels = pixels_of(grid);
  std::vector<torch::Tensor> images;
  for (std::int64_t top = 2; top < grid.height; top += height + 2) {
    for (std::int64_t left = 2; left < grid.width; left += width + 2) {
      images.push_back(pixels.slice(1, top, top + height).slice(2, left, left + width));
    }
  }
  return torch::stack(images);
}

inline std::string bytes_of(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::string> files_in(std::filesystem::path const& folder) {
  std::vector<std::string> names;
  for (auto const& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// How many times `word` is in `text`.
inline int count(std::string const& text, std::string const& word) {
  int found = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++found;
  return found;
}

}  // namespace sferic::test
