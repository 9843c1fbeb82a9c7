#pragma once

#include <sferic/persistence/detail/stored_tensor.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace sferic::detail {

class Value;
class Dict;

struct None {};

/// A list, a tuple or a set.
using List = std::vector<Value>;

struct Bytes {
  std::string bytes;
};

/// Something that sferic does not know: an object of this class, what this function would return,
/// or the class or function itself. Nothing of it was kept, and nothing was called.
struct Unknown {
  std::string name;  ///< "argparse.Namespace"
};

/// What a pickle holds. Parts may be shared, so that copies cost nothing; there are no cycles.
class Value {
 public:
  Value() = default;
  explicit Value(None) {}
  explicit Value(bool value) : content_(value) {}
  explicit Value(std::int64_t value) : content_(value) {}
  explicit Value(double value) : content_(value) {}
  template <class T>
    requires(!std::is_arithmetic_v<T>)
  explicit Value(std::shared_ptr<T const> value) : content_(std::move(value)) {}

  /// The bool, std::int64_t, double, std::string, Bytes, List, Dict, StoredTensor or Unknown that
  /// this is; null if it is something else.
  template <class T>
  [[nodiscard]] T const* as() const noexcept {
    if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, None>) {
      return std::get_if<T>(&content_);
    } else {
      auto const* shared = std::get_if<std::shared_ptr<T const>>(&content_);
      return shared ? shared->get() : nullptr;
    }
  }

  /// For messages: "a list"; "an object of `argparse.Namespace`".
  [[nodiscard]] std::string kind() const;

 private:
  std::variant<None, bool, std::int64_t, double, std::shared_ptr<std::string const>,
               std::shared_ptr<Bytes const>, std::shared_ptr<List const>,
               std::shared_ptr<Dict const>, std::shared_ptr<StoredTensor const>,
               std::shared_ptr<Unknown const>>
      content_;
};

/// A dictionary, or the attributes of an object, in the file's order.
class Dict {
 public:
  using Key = std::variant<std::string, std::int64_t>;
  using Entry = std::pair<Key, Value>;

  /// In the place of an entry of the same key, as in Python.
  void set(Key key, Value value);

  [[nodiscard]] std::vector<Entry> const& entries() const noexcept { return entries_; }

  /// Null where there is none.
  [[nodiscard]] Value const* find(Key const& key) const;

 private:
  std::vector<Entry> entries_;
  std::map<Key, std::size_t> places_;
};

}  // namespace sferic::detail
