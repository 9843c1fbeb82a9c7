#include <sferic/callbacks/detail/checkpoint_name.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace sferic::detail {

namespace {

using Value = CheckpointName::Value;

/// As Python's repr(): "1.0" where fmt says "1".
std::string plain(double number) {
  auto text = fmt::format("{}", number);
  if (std::isfinite(number) && text.find_first_of(".e") == text.npos) text += ".0";
  return text;
}

double real(Value const& value) {
  return std::visit([](auto const number) { return static_cast<double>(number); }, value);
}

/// The whole number that a real one is cut to; of none there is none.
std::optional<std::int64_t> whole(Value const& value) {
  if (auto const* const number = std::get_if<std::int64_t>(&value)) return *number;
  double const number = std::trunc(std::get<double>(value));
  constexpr auto kLimit = static_cast<double>(std::numeric_limits<std::int64_t>::max());
  if (!(std::abs(number) < kLimit)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

/// The format's last letter says what it is for: .2f for a real number, 03d for a whole one.
std::string formatted(std::string const& spec, Value const& value) {
  constexpr std::string_view kReal = "eEfFgG";
  constexpr std::string_view kWhole = "bBdoxX";
  auto const* const number = std::get_if<double>(&value);
  char const type = spec[spec.size() - 2];
  if (spec == "{}") return number ? plain(*number) : fmt::format("{}", std::get<0>(value));
  if (kWhole.find(type) != kWhole.npos) {
    auto const cut = whole(value);
    return cut ? fmt::format(fmt::runtime(spec), *cut) : plain(*number);
  }
  bool const is_real = number || kReal.find(type) != kReal.npos || spec.find('.') != spec.npos;
  return is_real ? fmt::format(fmt::runtime(spec), real(value))
                 : fmt::format(fmt::runtime(spec), std::get<0>(value));
}

}  // namespace

CheckpointName::CheckpointName(std::string const& text, bool insert_names, char const* option)
    : insert_names_(insert_names) {
  auto const fail = [&](std::string const& reason) {
    throw std::invalid_argument(
        fmt::format("{} of ModelCheckpoint must be a file name with {{name}} or {{name:format}} in "
                    "it, but got \"{}\": {}",
                    option, text, reason));
  };
  try {
    read(text);
    format([](auto const&) { return std::nullopt; });
    format([](auto const&) { return Value(0.5); });
  } catch (fmt::format_error const& error) {
    fail(error.what());
  } catch (std::runtime_error const& error) {
    fail(error.what());
  }
  if (fields_.empty() && (end_.empty() || end_.back() == '/')) fail("there is no name");
}

void CheckpointName::read(std::string const& text) {
  std::size_t at = 0;
  for (auto open = text.find('{'); open != text.npos; open = text.find('{', at)) {
    auto const close = text.find('}', open);
    if (close == text.npos) throw std::runtime_error("a { has no }");
    auto const inside = text.substr(open + 1, close - open - 1);
    auto const colon = std::min(inside.find(':'), inside.size());
    if (colon == 0 || inside.find('{') != inside.npos) throw std::runtime_error("a { has no name");
    fields_.push_back({.before = text.substr(at, open - at),
                       .name = inside.substr(0, colon),
                       .spec = '{' + inside.substr(colon) + '}'});
    if (fields_.back().spec == "{:}") fields_.back().spec = "{}";
    at = close + 1;
  }
  end_ = text.substr(at);
  for (auto const& field : fields_) {
    if (field.before.find('}') != text.npos) throw std::runtime_error("a } has no {");
  }
  if (end_.find('}') != text.npos) throw std::runtime_error("a } has no {");
}

std::string CheckpointName::format(Find const& find) const {
  std::string name;
  for (auto const& field : fields_) {
    name += field.before;
    if (insert_names_) name += field.name + '=';
    name += formatted(field.spec, find(field.name).value_or(std::int64_t{0}));
  }
  return name + end_;
}

}  // namespace sferic::detail
