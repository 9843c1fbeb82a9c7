#pragma once

#include <boost/signals2/dummy_mutex.hpp>
#include <boost/signals2/shared_connection_block.hpp>
#include <boost/signals2/signal.hpp>
#include <boost/signals2/signal_type.hpp>

#include <memory>
#include <utility>

#include "../slots.hpp"

namespace sferic::bench {

namespace signals2 = boost::signals2;

template <class Signal>
class BoostSignals2 {
 public:
  template <class Handler>
  signals2::connection connect(Handler handler) {
    return signal_.connect(std::move(handler));
  }
  template <class Handler>
  signals2::connection connect_tracked(std::shared_ptr<void> const& owner, Handler handler) {
    return signal_.connect(typename Signal::slot_type(std::move(handler)).track_foreign(owner));
  }
  void emit(Tick const& tick) const { signal_(tick); }

 private:
  Signal signal_;
};

using Signals2 = BoostSignals2<signals2::signal<void(Tick const&)>>;
using Signals2WithoutMutex = BoostSignals2<signals2::signal_type<
    void(Tick const&), signals2::keywords::mutex_type<signals2::dummy_mutex>>::type>;

}  // namespace sferic::bench
