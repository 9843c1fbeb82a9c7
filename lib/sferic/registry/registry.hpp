#pragma once

#include <sferic/signal/connection.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace sferic {

/// Owns callbacks, whatever their types, and what they are subscribed to.
class Registry {
 public:
  Registry() = default;
  Registry(Registry const&) = delete;
  Registry& operator=(Registry const&) = delete;

  /// Disconnects and destroys the callbacks, the last one first.
  ~Registry();

  /// Takes over `callback`, which stays at one place in memory from here on, and what `attach`
  /// subscribes it to. Returns the callback.
  template <class Callback, class Attach>
  Callback& add(Callback callback, Attach&& attach) {
    auto owned = std::make_shared<Callback>(std::move(callback));
    auto& added = *owned;
    Subscription subscription = attach(added);
    entries_.push_back({std::move(owned), std::move(subscription)});
    return added;
  }

 private:
  struct Entry {
    std::shared_ptr<void> callback;
    Subscription subscription;
  };
  std::vector<Entry> entries_;
};

}  // namespace sferic
