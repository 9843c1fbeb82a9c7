#include <cmath>
#include <cstdio>

#include "conformance/training_case.hpp"

namespace sferic::conformance {

namespace {

constexpr double kTolerance = 1e-12;

using Difference = std::optional<std::string>;

std::string to_string(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

std::string to_string(std::int64_t value) { return std::to_string(value); }

std::string to_string(std::vector<std::int64_t> const& values) {
  std::string text;
  for (auto const value : values) (text += text.empty() ? "[" : ", ") += std::to_string(value);
  return text.empty() ? "[]" : text + ']';
}

std::string to_string(LoggedRow const& row) {
  std::string text = "step " + std::to_string(row.step);
  for (auto const& [name, value] : row.values) text += ", " + name + ' ' + to_string(value);
  return text;
}

/// Whether they are the same, up to the tolerance; a NaN is like nothing.
bool alike(double expected, double got) { return std::abs(expected - got) <= kTolerance; }

template <class Value>
bool alike(Value const& expected, Value const& got) {
  return expected == got;
}

bool alike(LoggedRow const& expected, LoggedRow const& got) {
  if (expected.step != got.step || expected.values.size() != got.values.size()) return false;
  for (auto const& [name, value] : expected.values) {
    auto const found = got.values.find(name);
    if (found == got.values.end() || !alike(value, found->second)) return false;
  }
  return true;
}

template <class Value>
Difference compare(std::string const& what, Value const& expected, Value const& got) {
  if (alike(expected, got)) return {};
  return what + ": expected " + to_string(expected) + ", got " + to_string(got);
}

/// Element by element, and then the number of them.
template <class Element, class Compare>
Difference compare_each(std::string const& what, std::vector<Element> const& expected,
                        std::vector<Element> const& got, Compare const& compare_elements) {
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    auto const name = what + '[' + std::to_string(i) + ']';
    if (auto differs = compare_elements(name, expected[i], got[i])) return differs;
  }
  return compare("the number of " + what, static_cast<std::int64_t>(expected.size()),
                 static_cast<std::int64_t>(got.size()));
}

}  // namespace

Difference difference(TrainingResult const& expected, TrainingResult const& got) {
  auto const numbers = [](std::string const& what, auto const& first, auto const& second) {
    return compare_each(what, first, second, compare<double>);
  };
  if (auto differs = compare("global_step", expected.global_step, got.global_step)) return differs;
  if (auto differs = compare("epochs", expected.epochs, got.epochs)) return differs;
  if (auto differs = compare("stepped_after_training_step_number", expected.stepped_after,
                             got.stepped_after)) {
    return differs;
  }
  if (auto differs =
          compare_each("final_weight", expected.final_weight, got.final_weight, numbers)) {
    return differs;
  }
  return compare_each("lr_rows", expected.rows, got.rows, compare<LoggedRow>);
}

}  // namespace sferic::conformance
