#pragma once

// What a file needs in which a callback with a serialize() is added to a trainer. The containers of
// the standard library have headers of their own, as <boost/serialization/vector.hpp>.

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/state_archive.hpp>
#include <sferic/registry/stateful.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace sferic {

/// The state of an object as bytes, with the class versions of Boost.Serialization.
template <Stateful T>
std::string save_state(T const& object) {
  std::ostringstream bytes;
  detail::write_state_header(bytes, boost::serialization::version<T>::value);
  StateWriter(bytes, boost::archive::no_header) << object;
  return std::move(bytes).str();
}

/// Reads what save_state() wrote, of this or an older version of T. Throws CheckpointError; the
/// object may then be half read.
template <Stateful T>
void load_state(T& object, std::string_view bytes) {
  detail::read_state(kStateKeyOf<T>, boost::serialization::version<T>::value, bytes,
                     [&](StateReader& reader) { reader >> object; });
}

template <class T>
struct detail::StateOf {
  static std::string save(T const& object) { return save_state(object); }
  static void load(T& object, std::string_view bytes) { load_state(object, bytes); }
};

}  // namespace sferic
