#include <algorithm>

#include "conformance/model_checkpoint_case.hpp"

namespace sferic::conformance {

namespace {

constexpr double kScoreTolerance = 1e-6;  // recordings have the first digits only

using Difference = std::optional<std::string>;
using Files = std::vector<std::string>;

std::string to_string(Files const& files) {
  std::string text;
  for (auto const& file : files) (text += text.empty() ? "[" : ", ") += file;
  return text.empty() ? "[]" : text + ']';
}

std::string to_string(std::optional<Number> const& number) {
  return number ? to_string(*number) : "null";
}

std::string to_string(std::map<std::string, Number> const& scores) {
  Files texts;
  for (auto const& [path, score] : scores) texts.push_back(path + ": " + to_string(score));
  return to_string(texts);
}

bool alike_or_absent(std::optional<Number> const& left, std::optional<Number> const& right) {
  if (!left || !right) return left.has_value() == right.has_value();
  return alike(*left, *right, kScoreTolerance);
}

bool all_alike(std::map<std::string, Number> const& left,
               std::map<std::string, Number> const& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](auto const& one, auto const& other) {
    return one.first == other.first && alike(one.second, other.second, kScoreTolerance);
  });
}

std::string words(std::string const& what, std::string const& expected, std::string const& got) {
  return what + ": expected " + expected + ", got " + got;
}

Difference compare(std::string const& what, std::string const& expected, std::string const& got) {
  if (expected == got) return {};
  return words(what, '"' + expected + '"', '"' + got + '"');
}

Difference compare_files(std::vector<Files> const& expected, std::vector<Files> const& got) {
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    if (expected[i] == got[i]) continue;
    return words("files after epoch " + std::to_string(i), to_string(expected[i]),
                 to_string(got[i]));
  }
  if (expected.size() == got.size()) return {};
  return words("the number of files_after_each_epoch", std::to_string(expected.size()),
               std::to_string(got.size()));
}

}  // namespace

Difference difference(ModelCheckpointResult const& expected, ModelCheckpointResult const& got) {
  if (auto differs = compare("error", expected.error.value_or("none"), got.error.value_or("none")))
    return differs;
  if (auto differs = compare_files(expected.files_after_each_epoch, got.files_after_each_epoch))
    return differs;
  if (auto differs = compare("best_model", expected.best_model, got.best_model)) return differs;
  if (auto differs = compare("last_model", expected.last_model, got.last_model)) return differs;
  if (auto differs = compare("kth_best", expected.kth_best, got.kth_best)) return differs;
  if (!alike_or_absent(expected.best_score, got.best_score)) {
    return words("best_score", to_string(expected.best_score), to_string(got.best_score));
  }
  if (!alike(expected.kth_value, got.kth_value, kScoreTolerance)) {
    return words("kth_value", to_string(expected.kth_value), to_string(got.kth_value));
  }
  if (all_alike(expected.best_k, got.best_k)) return {};
  return words("best_k", to_string(expected.best_k), to_string(got.best_k));
}

}  // namespace sferic::conformance
