#pragma once

#include <sferic/trainer/limit.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sferic::conformance {

using Json = nlohmann::json;

/// A recording that is not understood: what() says where in it, and why.
struct NotUnderstood : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws NotUnderstood: "`where` must be `what`, but got `value`".
[[noreturn]] void refuse(std::string const& where, std::string_view what, Json const& value);

/// Reads a value of exactly this kind: no number is rounded, and no truth value is a number. A
/// Limit is a count where the number is written without a point, or is a whole one above 1 as 2.0
/// is, and else a share; so Lightning has it. `where` is for the message of a NotUnderstood.
void read(Json const& value, std::string const& where, bool& into);
void read(Json const& value, std::string const& where, std::int64_t& into);
void read(Json const& value, std::string const& where, double& into);
void read(Json const& value, std::string const& where, std::string& into);
void read(Json const& value, std::string const& where, Limit& into);

template <class Element>
void read(Json const& value, std::string const& where, std::vector<Element>& into) {
  if (!value.is_array()) refuse(where, "a list", value);
  into.clear();
  for (auto const& each : value) {
    Element element{};
    read(each, where + '[' + std::to_string(into.size()) + ']', element);
    into.push_back(std::move(element));
  }
}

template <class Value>
void read(Json const& value, std::string const& where, std::optional<Value>& into) {
  if (value.is_null()) return into.reset();
  Value there{};
  read(value, where, there);
  into = std::move(there);
}

/// The meaning of one of these names.
template <class Meaning>
Meaning one_of(Json const& value, std::string const& where,
               std::initializer_list<std::pair<char const*, Meaning>> meanings) {
  std::string names;
  for (auto const& [name, meaning] : meanings) {
    if (value == name) return meaning;
    (names += names.empty() ? "" : " or ") += name;
  }
  refuse(where, names, value);
}

/// The members of a JSON object, by name. A member that has not been asked for when finish() is
/// called is an error, so that nothing in a recording goes unheeded.
class JsonFields {
 public:
  /// Throws NotUnderstood if it is no object. `object` must outlive this.
  JsonFields(Json const& object, std::string where);

  /// The member, or null if there is none.
  Json const* find(std::string const& name);

  /// Throws NotUnderstood if there is none.
  Json const& at(std::string const& name);

  /// Reads a member that must be there.
  template <class Value>
  void require(std::string const& name, Value& into) {
    read(at(name), where(name), into);
  }

  /// Reads a member; leaves the default alone if there is none, or if it is null.
  template <class Value>
  void allow(std::string const& name, Value& into) {
    if (auto const* const value = find(name); value && !value->is_null()) {
      read(*value, where(name), into);
    }
  }

  /// The meaning of a member that is one of these names; nothing if there is none, or if it is
  /// null.
  template <class Meaning>
  std::optional<Meaning> choose(std::string const& name,
                                std::initializer_list<std::pair<char const*, Meaning>> meanings) {
    auto const* const value = find(name);
    if (!value || value->is_null()) return {};
    return one_of<Meaning>(*value, where(name), meanings);
  }

  /// Throws NotUnderstood for a member that has not been asked for.
  void finish() const;

  /// Where in the recording this object is, or its member.
  std::string const& where() const noexcept { return where_; }
  std::string where(std::string const& name) const;

 private:
  Json const& object_;
  std::string where_;
  std::set<std::string> known_;
};

}  // namespace sferic::conformance
