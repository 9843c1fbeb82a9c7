#include <sferic/persistence/detail/value.hpp>

namespace sferic::detail {

namespace {

struct KindOf {
  std::string operator()(None) const { return "None"; }
  std::string operator()(bool) const { return "a bool"; }
  std::string operator()(std::int64_t) const { return "an integer"; }
  std::string operator()(double) const { return "a number"; }
  std::string operator()(std::shared_ptr<std::string const> const&) const { return "a string"; }
  std::string operator()(std::shared_ptr<Bytes const> const&) const { return "bytes"; }
  std::string operator()(std::shared_ptr<List const> const&) const { return "a list"; }
  std::string operator()(std::shared_ptr<Dict const> const&) const { return "a dictionary"; }
  std::string operator()(std::shared_ptr<StoredTensor const> const&) const { return "a tensor"; }
  std::string operator()(std::shared_ptr<Unknown const> const& unknown) const {
    return "an object of `" + unknown->name + "`";
  }
};

}  // namespace

std::string Value::kind() const { return std::visit(KindOf{}, content_); }

void Dict::set(Key key, Value value) {
  auto const [place, is_new] = places_.emplace(key, entries_.size());
  if (is_new) {
    entries_.emplace_back(std::move(key), std::move(value));
  } else {
    entries_[place->second].second = std::move(value);
  }
}

Value const* Dict::find(Key const& key) const {
  auto const found = places_.find(key);
  return found == places_.end() ? nullptr : &entries_[found->second].second;
}

}  // namespace sferic::detail
