#pragma once

#include <sferic/signal/signal.hpp>

#include <utility>

#include "../slots.hpp"

namespace sferic::bench {

class Sferic {
 public:
  template <class... Arguments>
  Connection connect(Arguments&&... arguments) {
    return signal_.connect(std::forward<Arguments>(arguments)...);
  }
  void emit(Tick const& tick) const { signal_.emit(tick); }

 private:
  Signal<Tick> signal_;
};

}  // namespace sferic::bench
