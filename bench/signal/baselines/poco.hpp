#pragma once

#include <Poco/BasicEvent.h>
#include <Poco/Delegate.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "../slots.hpp"

namespace sferic::bench {

class Poco {
 public:
  /// Ends what connect() began; Poco wants the same delegate once more.
  class Connection {
   public:
    explicit Connection(std::function<void()> disconnect) : disconnect_(std::move(disconnect)) {}
    void disconnect() const { disconnect_(); }

   private:
    std::function<void()> disconnect_;
  };

  template <class Handler>
  Connection connect(Handler handler) {
    auto target = std::make_shared<Target<Handler>>(std::move(handler));
    event_ += ::Poco::delegate(target.get(), &Target<Handler>::call);
    targets_.push_back(target);
    return Connection([this, target] {
      event_ -= ::Poco::delegate(target.get(), &Target<Handler>::call);
      std::erase(targets_, target);
    });
  }
  void emit(Tick const& tick) { event_.notify(this, tick); }

 private:
  template <class Handler>
  struct Target {
    explicit Target(Handler given) : handler(std::move(given)) {}
    void call(Tick const& tick) { handler(tick); }
    Handler handler;
  };

  ::Poco::BasicEvent<Tick const> event_;
  std::vector<std::shared_ptr<void>> targets_;
};

}  // namespace sferic::bench
