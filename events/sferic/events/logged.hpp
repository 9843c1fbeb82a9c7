#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// What has been logged, as loggers get it: plain values, without tensors.

namespace sferic {

/// A number.
struct LoggedValue {
  std::string name;
  double value;
};

/// A picture: row after row from the top, each pixel's channels side by side, 0 is dark.
struct Image {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t channels = 0;  ///< 1: grey, 2: grey and alpha, 3: RGB, 4: RGB and alpha
  std::vector<std::uint8_t> pixels;
};

/// How many values there are of which size. Those that are not finite are left out.
struct Histogram {
  double min = 0;
  double max = 0;
  double sum = 0;
  double sum_of_squares = 0;

  /// The upper limits of the buckets, increasing; the first bucket begins with `min`. Empty where
  /// no value is finite.
  std::vector<double> limits;
  std::vector<std::int64_t> counts;  ///< the values in each bucket
};

/// What is no number: a picture, a histogram or a text.
struct LoggedMedia {
  std::string name;
  std::variant<Image, Histogram, std::string> content;
};

}  // namespace sferic
