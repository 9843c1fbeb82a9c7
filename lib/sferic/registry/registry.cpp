#include <sferic/registry/registry.hpp>

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace sferic {

Registry::~Registry() {
  while (!entries_.empty()) {
    Entry last = std::move(entries_.back());  // whose destructor may come back here
    entries_.pop_back();
    last.subscription.disconnect();
  }
}

bool Registry::remove(void const* callback) {
  auto const found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](Entry const& each) { return each.callback == callback; });
  if (found == entries_.end()) return false;
  Entry removed = std::move(*found);
  entries_.erase(found);
  removed.subscription.disconnect();
  for (auto const& connection : removed.borrowed) connection.disconnect();
  return true;
}

std::vector<detail::StateRef> Registry::states() const {
  std::vector<detail::StateRef> states;
  for (auto const& entry : entries_) {
    if (entry.state && lives(entry)) states.push_back(*entry.state);
  }
  return states;
}

void Registry::check_unique(Entry const& entry, std::string_view key) {
  std::erase_if(entries_, [](Entry const& each) { return !lives(each); });
  auto const other = std::find_if(entries_.begin(), entries_.end(), [&](Entry const& each) {
    return each.state && (each.state->key == key || *each.type == *entry.type);
  });
  if (other == entries_.end()) return;

  std::string const name = boost::core::demangle(entry.type->name());
  auto const where = [](Entry const& each) {
    return each.place.empty() ? std::string() : " (" + each.place + ")";
  };
  if (*other->type == *entry.type) {
    throw std::invalid_argument("a second " + name + where(entry) +
                                ": a trainer has one callback of each type with a state, and there "
                                "is one already" +
                                where(*other) +
                                "; give one of them another type by Named<\"tag\", " + name + ">");
  }
  throw std::invalid_argument(name + where(entry) + " and " +
                              boost::core::demangle(other->type->name()) + where(*other) +
                              " have the same kStateKey, \"" + std::string(key) + "\"");
}

void Registry::keep(Entry entry) {
  if (entry.owned) entry.subscription.keep(entry.owned);
  entries_.push_back(std::move(entry));
}

void* Registry::find(std::type_info const& type) const noexcept {
  auto const found = std::find_if(entries_.begin(), entries_.end(), [&](Entry const& each) {
    return *each.type == type && lives(each);
  });
  return found == entries_.end() ? nullptr : found->callback;
}

/// A borrowed callback ends with its connections.
bool Registry::lives(Entry const& entry) noexcept {
  return entry.owned || std::any_of(entry.borrowed.begin(), entry.borrowed.end(),
                                    [](Connection const& each) { return each.connected(); });
}

}  // namespace sferic
