#include <sferic/signal/detail/plan.hpp>

struct Event {
  int value = 0;
};

struct Add {
  int* sum;
  void operator()(Event const& event) const { *sum += event.value; }
};

template sferic::detail::Entry const* sferic::detail::call_then_next<Add, Event>(
    sferic::detail::Entry const*, void const*);
