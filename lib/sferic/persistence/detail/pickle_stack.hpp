#pragma once

#include <sferic/persistence/detail/value.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace sferic::detail {

/// What can still be added to a list, a dictionary or an object, until it is part of another one.
/// That rules out cycles, and nobody has to look for them.
struct PickleContainer {
  std::shared_ptr<List> list;
  std::shared_ptr<Dict> dict;  ///< either this or `list`
  bool is_object = false;
  bool is_part = false;
  std::size_t depth = 1;
  std::uint64_t values = 1;  ///< with those within, each as often as it is found
};

struct PickleItem {
  Value value;
  std::shared_ptr<PickleContainer> container = nullptr;  ///< null unless `value` is one
};

/// The stack of a pickle and its memo. All functions throw FormatError.
class PickleStack {
 public:
  void push(PickleItem item);
  PickleItem pop();
  std::vector<PickleItem> pop(std::size_t count);  ///< in the order in which they were pushed
  PickleItem& top();

  void mark();
  std::vector<PickleItem> pop_to_mark();

  void put(std::uint64_t key) { memo_.insert_or_assign(key, top()); }
  void memoize() { put(memo_.size()); }
  void push_memo(std::uint64_t key);

  void push_list(std::vector<PickleItem> const& items);
  void push_dict(std::vector<PickleItem> const& keys_and_values);

  /// To what is at the top, unless that is Unknown.
  void append(std::vector<PickleItem> const& items);
  void set(std::vector<PickleItem> const& keys_and_values);

  /// Gives what is at the top its state, if it is an object that is kept.
  void build(PickleItem const& state);

 private:
  void count(std::uint64_t values);
  PickleContainer* open_container(bool is_list);
  Value part(PickleContainer& whole, PickleItem const& item);

  std::vector<PickleItem> items_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, PickleItem> memo_;
  std::uint64_t values_ = 0;
};

/// A new and empty dictionary.
[[nodiscard]] PickleItem make_dict();

}  // namespace sferic::detail
