#pragma once

#include <sferic/events/logged.hpp>

namespace at {
class Tensor;
}

namespace sferic {

/// A tensor as a picture: (height, width), or (channels, height, width) with 1 to 4 channels.
/// Floating-point values are from 0, dark, to 1, and limited to that; NaN is dark. Integers are
/// from 0 to 255, and bool is dark or bright. Waits for the tensor's device.
///
/// Throws std::invalid_argument for any other shape or type.
Image to_image(at::Tensor const& pixels);

}  // namespace sferic
