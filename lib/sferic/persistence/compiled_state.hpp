#pragma once

// What a source file needs that compiles a state; see CompiledState. Whoever sees this elsewhere
// would compile the state anew, without the serialize() that is in that file.

#include <sferic/persistence/state.hpp>

namespace sferic::detail {

template <class T>
std::string CompiledState<T>::save(T const& object) {
  return save_state(object);
}

template <class T>
void CompiledState<T>::load(T& object, std::string_view bytes) {
  load_state(object, bytes);
}

}  // namespace sferic::detail
