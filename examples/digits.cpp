#include "digits.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>

#include <charconv>
#include <memory>
#include <stdexcept>
#include <vector>
#include <zlib.h>

namespace {

constexpr std::int64_t kPixels = 64;

/// Reads the 65 numbers of a row.
std::vector<float> parse_row(std::string const& path, std::size_t row, std::string_view line) {
  std::vector<float> numbers;
  for (char const* at = line.data(); at < line.data() + line.size();) {
    float number = 0;
    auto const [end, error] = std::from_chars(at, line.data() + line.size(), number);
    if (error != std::errc()) break;
    numbers.push_back(number);
    at = end + 1;
  }
  if (numbers.size() == kPixels + 1) return numbers;
  throw std::runtime_error(path + ", row " + std::to_string(row) +
                           ": a row must be 65 numbers, but has " + std::to_string(numbers.size()));
}

}  // namespace

Digits read_digits(std::string const& path) {
  std::unique_ptr<gzFile_s, int (*)(gzFile)> const file(gzopen(path.c_str(), "rb"), &gzclose);
  if (!file) throw std::runtime_error("cannot open " + path);

  std::vector<float> pixels;
  std::vector<std::int64_t> labels;
  for (char line[1024]; gzgets(file.get(), line, sizeof line) != nullptr;) {
    auto const numbers = parse_row(path, labels.size() + 1, line);
    pixels.insert(pixels.end(), numbers.begin(), numbers.end() - 1);
    labels.push_back(static_cast<std::int64_t>(numbers.back()));
  }
  auto const samples = static_cast<std::int64_t>(labels.size());
  return {torch::tensor(pixels).div_(16).view({samples, 1, 8, 8}), torch::tensor(labels)};
}

std::pair<Digits, Digits> split(Digits const& digits, double share, std::uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  auto const order = torch::randperm(digits.size(), generator, torch::kLong);
  auto const first = static_cast<std::int64_t>(static_cast<double>(digits.size()) * share);
  auto const pick = [&](torch::Tensor const& samples) {
    return Digits{digits.images.index_select(0, samples), digits.labels.index_select(0, samples)};
  };
  return {pick(order.slice(0, 0, first)), pick(order.slice(0, first))};
}
