#pragma once

#include <sigc++/sigc++.h>

#include <utility>

#include "../slots.hpp"

namespace sferic::bench {

class SigCpp {
 public:
  class Connection {
   public:
    explicit Connection(sigc::connection connection) : connection_(std::move(connection)) {}
    void disconnect() const { sigc::connection(connection_).disconnect(); }

   private:
    sigc::connection connection_;
  };

  template <class Handler>
  Connection connect(Handler handler) {
    return Connection(signal_.connect(std::move(handler)));
  }
  void emit(Tick const& tick) const { signal_.emit(tick); }

 private:
  sigc::signal<void(Tick const&)> signal_;
};

}  // namespace sferic::bench
