#pragma once

#include <boost/archive/binary_iarchive_impl.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/array_optimization.hpp>
#include <boost/serialization/collection_size_type.hpp>
#include <boost/serialization/version.hpp>

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <streambuf>
#include <string>
#include <string_view>

namespace sferic {

/// What a callback's serialize() writes to: Boost's binary archive, in which infinities and NaNs
/// are what they were.
using StateWriter = boost::archive::binary_oarchive;

/// What a callback's serialize() reads from: the same archive, but one that believes no length
/// that is more than what is left to read.
class StateReader
    : public boost::archive::binary_iarchive_impl<StateReader, char, std::char_traits<char>> {
  using Base = boost::archive::binary_iarchive_impl<StateReader, char, std::char_traits<char>>;

 public:
  /// For a state of a class version up to `version`. Throws std::runtime_error if it is of a newer
  /// one, of a newer Boost, or of a machine with other numbers.
  StateReader(std::streambuf& bytes, int version);

  using Base::load;
  void load(std::string& text);
  void load(bool& value);

  using Base::load_override;
  void load_override(boost::serialization::collection_size_type& count);

  /// The bytes that have not been read yet.
  std::size_t left() const;

 private:
  void check_length(std::size_t length) const;
  [[noreturn]] static void fail(char const* reason);

  std::streambuf& bytes_;
};

namespace detail {

/// Begins a state: what numbers are like here, and the versions of Boost's archives and of the
/// class. (Boost's own header cannot be read without trusting it, and newer classes it lets pass.)
void write_state_header(std::ostream& bytes, int version);

/// Lets `read` read the bytes, and all of them. Throws CheckpointError, naming the key, if that
/// throws or leaves something.
void read_state(std::string_view key, int version, std::string_view bytes,
                std::function<void(StateReader&)> const& read);

}  // namespace detail
}  // namespace sferic

// As for Boost's binary archives, so that arrays are read as those write them.
BOOST_SERIALIZATION_USE_ARRAY_OPTIMIZATION(sferic::StateReader)
