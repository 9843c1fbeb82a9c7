#include <sferic/checkpoint/detail/restoring.hpp>

#include <sferic/checkpoint/detail/content.hpp>
#include <sferic/persistence/detail/message_of.hpp>

#include <exception>

namespace sferic::detail {

namespace {

std::vector<std::string> saved(std::vector<StateEntry> const& entries) {
  std::vector<std::string> states;
  for (auto const& [path, state] : entries) states.push_back(state.save(state.object));
  return states;
}

}  // namespace

void put_states(std::vector<StateEntry> const& entries, CheckpointContent& content) {
  for (auto const& [path, state] : entries) content.values[path] = state.save(state.object);
}

void load_states(std::vector<StateEntry> const& entries, CheckpointContent const& content) {
  for (auto const& [path, state] : entries) content.at<std::string>(path);
  auto const before = saved(entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto const& [path, state] = entries[i];
    try {
      state.load(state.object, content.at<std::string>(path));
    } catch (...) {
      auto const reason = message_of(std::current_exception());
      for (std::size_t k = 0; k <= i; ++k) {
        entries[k].state.load(entries[k].state.object, before[k]);
      }
      content.fail(path, reason);
    }
  }
}

}  // namespace sferic::detail
