#include <sferic/persistence/detail/pickle_stack.hpp>

#include <sferic/persistence/detail/format_error.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace sferic::detail {

namespace {

/// Far beyond what models need, and little enough for the memory of any machine that trains.
constexpr std::uint64_t kMostValues = 10'000'000;
constexpr std::size_t kDeepest = 100;
constexpr std::size_t kLettersOfAValue = 64;  ///< a longer key counts as several values

PickleItem make_list() {
  auto list = std::make_shared<List>();
  auto container = std::make_shared<PickleContainer>();
  container->list = list;
  return {Value(std::shared_ptr<List const>(std::move(list))), std::move(container)};
}

Dict::Key key_of(Value const& value) {
  if (auto const* text = value.as<std::string>()) return *text;
  if (auto const* number = value.as<std::int64_t>()) return *number;
  throw FormatError("the key of a dictionary is " + value.kind());
}

}  // namespace

PickleItem make_dict() {
  auto dict = std::make_shared<Dict>();
  auto container = std::make_shared<PickleContainer>();
  container->dict = dict;
  return {Value(std::shared_ptr<Dict const>(std::move(dict))), std::move(container)};
}

void PickleStack::push(PickleItem item) {
  count(1);
  items_.push_back(std::move(item));
}

PickleItem PickleStack::pop() {
  PickleItem item = std::move(top());
  items_.pop_back();
  return item;
}

std::vector<PickleItem> PickleStack::pop(std::size_t count) {
  std::vector<PickleItem> items(count);
  for (auto item = items.rbegin(); item != items.rend(); ++item) *item = pop();
  return items;
}

/// What lies below the last mark is out of reach.
PickleItem& PickleStack::top() {
  if (items_.size() <= (marks_.empty() ? 0 : marks_.back())) {
    throw FormatError("it takes more values than it gave");
  }
  return items_.back();
}

void PickleStack::mark() {
  count(1);
  marks_.push_back(items_.size());
}

std::vector<PickleItem> PickleStack::pop_to_mark() {
  if (marks_.empty()) throw FormatError("a mark is missing");
  auto const first = items_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<PickleItem> items(std::make_move_iterator(first),
                                std::make_move_iterator(items_.end()));
  items_.erase(first, items_.end());
  marks_.pop_back();
  return items;
}

void PickleStack::push_memo(std::uint64_t key) {
  auto const found = memo_.find(key);
  if (found == memo_.end()) throw FormatError("it refers to a value that it did not give");
  push(found->second);
}

void PickleStack::push_list(std::vector<PickleItem> const& items) {
  push(make_list());
  append(items);
}

void PickleStack::push_dict(std::vector<PickleItem> const& keys_and_values) {
  push(make_dict());
  set(keys_and_values);
}

void PickleStack::append(std::vector<PickleItem> const& items) {
  auto* const container = open_container(true);
  if (!container) return;
  for (auto const& item : items) container->list->push_back(part(*container, item));
}

void PickleStack::set(std::vector<PickleItem> const& keys_and_values) {
  auto* const container = open_container(false);
  if (!container) return;
  if (keys_and_values.size() % 2 != 0) throw FormatError("a dictionary's key has no value");
  for (std::size_t i = 0; i < keys_and_values.size(); i += 2) {
    auto key = key_of(keys_and_values[i].value);
    if (auto const* text = std::get_if<std::string>(&key)) count(text->size() / kLettersOfAValue);
    container->dict->set(std::move(key), part(*container, keys_and_values[i + 1]));
  }
}

void PickleStack::build(PickleItem const& state) {
  auto const object = top().container;
  if (!object || !object->is_object) return;
  auto const* attributes = state.value.as<Dict>();
  if (!attributes) throw FormatError("the state of an object is " + state.value.kind());
  auto* const container = open_container(false);
  part(*container, state);
  for (auto const& [name, value] : attributes->entries()) container->dict->set(name, value);
}

void PickleStack::count(std::uint64_t values) {
  values_ += values;
  if (values_ > kMostValues) {
    throw FormatError("it holds more than " + std::to_string(kMostValues) + " values");
  }
}

/// The top's container; null for something Unknown, whose content nobody keeps.
PickleContainer* PickleStack::open_container(bool is_list) {
  auto const& [value, container] = top();
  if (value.as<Unknown>()) return nullptr;
  if (!container || is_list != (container->list != nullptr)) {
    throw FormatError("it adds to " + value.kind());
  }
  if (container->is_part) throw FormatError("it adds to what is part of something else already");
  return container.get();
}

Value PickleStack::part(PickleContainer& whole, PickleItem const& item) {
  if (auto const& container = item.container) {
    if (container.get() == &whole) throw FormatError("it puts something into itself");
    container->is_part = true;
    whole.depth = std::max(whole.depth, container->depth + 1);
    if (whole.depth > kDeepest) throw FormatError("it is nested too deeply");
  }
  auto const values = item.container ? item.container->values : 1;
  count(values);
  whole.values += values;
  return item.value;
}

}  // namespace sferic::detail
