#pragma once

#include <sferic/signal/detail/type_name.hpp>

#include <string>
#include <string_view>
#include <typeinfo>

namespace sferic::detail {

/// How an event is called in profiles: its `kName`, else its type.
template <class Event>
std::string name_of_event() {
  if constexpr (requires { std::string_view(Event::kName); }) {
    return std::string(Event::kName);
  } else {
    return type_name(typeid(Event));
  }
}

/// How a callback is called in profiles: the `kStateKey` of one with a state, else its type.
template <class Callback>
std::string name_of_callback() {
  if constexpr (requires { std::string_view(Callback::kStateKey); }) {
    return std::string(Callback::kStateKey);
  } else {
    return type_name(typeid(Callback));
  }
}

}  // namespace sferic::detail
