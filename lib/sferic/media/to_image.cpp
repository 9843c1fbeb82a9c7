#include <sferic/media/to_image.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <sstream>
#include <stdexcept>

namespace sferic {

namespace {

template <class Value>
std::string text_of(Value const& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

/// Channels, height, width.
at::Tensor with_channels(at::Tensor const& pixels) {
  if (!pixels.defined()) throw std::invalid_argument("an image needs a tensor, but got none");
  auto const image = pixels.detach();
  if (image.dim() == 2 && image.numel() > 0) return image.unsqueeze(0);
  if (image.dim() == 3 && image.numel() > 0 && image.size(0) <= 4) return image;
  throw std::invalid_argument(
      fmt::format("an image must be of shape (height, width) or (channels, height, width) with 1 "
                  "to 4 channels, but is of {}",
                  text_of(image.sizes())));
}

at::Tensor to_bytes(at::Tensor const& image) {
  auto const type = image.scalar_type();
  if (type == at::kByte) return image;
  if (type == at::kBool) return image.to(at::kByte) * 255;
  if (at::isIntegralType(type, /*includeBool=*/false)) {
    return image.to(at::kLong).clamp(0, 255).to(at::kByte);
  }
  if (!at::isFloatingType(type)) {
    throw std::invalid_argument(
        fmt::format("an image must be of real numbers, but is of {}", c10::toString(type)));
  }
  auto const values = image.to(at::kFloat);
  return at::nan_to_num(values, 0.0).clamp(0, 1).mul(255).add(0.5).to(at::kByte);
}

}  // namespace

Image to_image(at::Tensor const& pixels) {
  auto const image = with_channels(pixels);
  auto const bytes = to_bytes(image).permute({1, 2, 0}).to(at::kCPU).contiguous();
  auto const* const begin = bytes.data_ptr<std::uint8_t>();
  return {.width = image.size(2),
          .height = image.size(1),
          .channels = image.size(0),
          .pixels = {begin, begin + bytes.numel()}};
}

}  // namespace sferic
