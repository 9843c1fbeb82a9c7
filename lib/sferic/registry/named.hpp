#pragma once

#include <sferic/registry/stateful.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace sferic {

/// A string literal as a template argument.
template <std::size_t kSize>
struct Tag {
  constexpr Tag(char const (&text)[kSize]) {  // NOLINT(google-explicit-constructor)
    std::copy_n(text, kSize, letters);
  }
  constexpr std::string_view view() const { return {letters, kSize - 1}; }

  char letters[kSize] = {};
};

namespace detail {

/// "key:tag", as an array that lives as long as the program.
template <class T, Tag kTag>
constexpr auto kTaggedKey = [] {
  constexpr std::string_view kKey = kStateKeyOf<T>;
  std::array<char, kKey.size() + 1 + kTag.view().size()> text{};
  auto end = std::copy(kKey.begin(), kKey.end(), text.begin());
  *end++ = ':';
  std::copy(kTag.view().begin(), kTag.view().end(), end);
  return text;
}();

}  // namespace detail

/// A T under another name, since a trainer has one stateful callback of each type:
///
///   trainer.add(Named<"by_accuracy", ModelCheckpoint>({.monitor = "accuracy", .mode = "max"}));
///   trainer.callback<Named<"by_accuracy", ModelCheckpoint>>();
///
/// Its state's key is that of T, a colon and the tag.
template <Tag kTag, class T>
class Named : public T {
  static_assert(!kTag.view().empty(), "sferic: the tag of a Named is empty");

 public:
  using T::T;
  explicit Named(T callback) : T(std::move(callback)) {}

  static constexpr std::string_view kStateKey = {detail::kTaggedKey<T, kTag>.data(),
                                                 detail::kTaggedKey<T, kTag>.size()};
};

/// Boost's version of T's state is that of T itself.
template <Tag kTag, class T>
struct detail::StateOf<Named<kTag, T>> : detail::StateOf<T> {};

}  // namespace sferic
