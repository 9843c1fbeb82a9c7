#pragma once

#include <sferic/registry/stateful.hpp>
#include <sferic/signal/connection.hpp>

#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

namespace sferic {

/// Owns callbacks, whatever their types, and what they are subscribed to; of those with a state,
/// one of each type. For use by one thread.
class Registry {
 public:
  Registry() = default;
  Registry(Registry const&) = delete;
  Registry& operator=(Registry const&) = delete;

  /// Disconnects and destroys the callbacks, the last one first.
  ~Registry();

  /// Takes over `callback`, which stays at one place in memory from here on, and what `attach`
  /// subscribes it to. Returns the callback. `place` is where that happens, to tell in errors.
  /// Throws std::invalid_argument for a second callback with a state of this type or key.
  template <class Callback, class Attach>
  Callback& add(Callback callback, Attach&& attach, std::string place = {}) {
    Entry entry = entry_for<Callback>(std::move(place));
    auto owned = std::make_shared<Callback>(std::move(callback));
    auto& added = *owned;
    bind(entry, added);
    entry.subscription = attach(added);
    entry.owned = std::move(owned);
    keep(std::move(entry));
    return added;
  }

  /// Knows a callback that somebody else owns, for as long as it is connected by `subscription`.
  /// Throws as add() does.
  template <Stateful Callback>
  void borrow(Callback& callback, Subscription const& subscription, std::string place = {}) {
    Entry entry = entry_for<Callback>(std::move(place));
    bind(entry, callback);
    entry.borrowed = subscription.connections();
    keep(std::move(entry));
  }

  /// The first callback of this very type, or null.
  template <class Callback>
  [[nodiscard]] Callback* find() const noexcept {
    return static_cast<Callback*>(find(typeid(Callback)));
  }

  /// Disconnects a callback and destroys it, unless somebody else owns it: now, or where one of its
  /// handlers is running, when that emission returns. False if there is no such callback.
  bool remove(void const* callback);

  /// The states of all callbacks that have one, in the order in which they came.
  [[nodiscard]] std::vector<detail::StateRef> states() const;

 private:
  struct Entry {
    std::type_info const* type;
    std::string place;
    void* callback = nullptr;
    std::optional<detail::StateRef> state = {};
    std::shared_ptr<void> owned = {};
    Subscription subscription = {};
    std::vector<Connection> borrowed = {};
  };

  template <class Callback>
  Entry entry_for(std::string place) {
    static_assert(!detail::kHasStatefulPart<Callback>,
                  "sferic: a part of compose() has a state, which checkpoints would not keep; add "
                  "it by itself");
    static_assert(Stateful<Callback> || !requires { Callback::kStateKey; },
                  "sferic: a callback has a kStateKey but no serialize(Archive&, unsigned)");
    Entry entry{.type = &typeid(Callback), .place = std::move(place)};
    if constexpr (Stateful<Callback>) check_unique(entry, kStateKeyOf<Callback>);
    return entry;
  }

  template <class Callback>
  static void bind(Entry& entry, Callback& callback) {
    entry.callback = const_cast<std::remove_const_t<Callback>*>(&callback);
    if constexpr (Stateful<Callback>) entry.state = detail::state_ref(callback);
  }

  void check_unique(Entry const& entry, std::string_view key);
  void keep(Entry entry);
  void* find(std::type_info const& type) const noexcept;
  static bool lives(Entry const& entry) noexcept;

  std::vector<Entry> entries_;
};

}  // namespace sferic
