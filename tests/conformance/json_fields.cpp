#include "conformance/json_fields.hpp"

#include <cmath>

namespace sferic::conformance {

void refuse(std::string const& where, std::string_view what, Json const& value) {
  throw NotUnderstood(where + " must be " + std::string(what) + ", but got " + value.dump());
}

void read(Json const& value, std::string const& where, bool& into) {
  if (!value.is_boolean()) refuse(where, "true or false", value);
  into = value.get<bool>();
}

void read(Json const& value, std::string const& where, std::int64_t& into) {
  if (!value.is_number_integer()) refuse(where, "a whole number", value);
  into = value.get<std::int64_t>();
}

void read(Json const& value, std::string const& where, double& into) {
  if (!value.is_number()) refuse(where, "a number", value);
  into = value.get<double>();
}

void read(Json const& value, std::string const& where, std::string& into) {
  if (!value.is_string()) refuse(where, "a text", value);
  into = value.get<std::string>();
}

void read(Json const& value, std::string const& where, Limit& into) {
  if (!value.is_number()) refuse(where, "a number", value);
  auto const number = value.get<double>();
  bool const is_count = value.is_number_integer() || (number > 1 && std::trunc(number) == number);
  into = is_count ? Limit(static_cast<std::int64_t>(number)) : Limit(number);
}

JsonFields::JsonFields(Json const& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object.is_object()) refuse(where_, "an object", object);
}

Json const* JsonFields::find(std::string const& name) {
  known_.insert(name);
  auto const found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

Json const& JsonFields::at(std::string const& name) {
  if (auto const* const found = find(name)) return *found;
  throw NotUnderstood(where(name) + " is missing");
}

void JsonFields::finish() const {
  for (auto const& member : object_.items()) {
    if (!known_.contains(member.key())) {
      throw NotUnderstood("unknown key: " + where(member.key()));
    }
  }
}

std::string JsonFields::where(std::string const& name) const {
  return where_.empty() ? name : where_ + '.' + name;
}

}  // namespace sferic::conformance
