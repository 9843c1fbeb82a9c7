#include <sferic/persistence/checkpoint.hpp>

#include <stdexcept>
#include <utility>

namespace sferic {

void Checkpoint::put(std::string name, std::string bytes) {
  if (name.empty()) throw std::invalid_argument("the name of a checkpoint's entry is empty");
  auto const [entry, fresh] = entries_.try_emplace(std::move(name), std::move(bytes));
  if (fresh) return;
  throw std::invalid_argument("the checkpoint has an entry `" + entry->first + "` already");
}

std::string const* Checkpoint::find(std::string_view name) const {
  auto const found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace sferic
