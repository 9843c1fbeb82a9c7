#pragma once

#include <boost/archive/binary_iarchive_impl.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/collection_size_type.hpp>

#include <cstddef>
#include <functional>
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
  explicit StateReader(std::streambuf& bytes) : Base(bytes, 0), bytes_(bytes) { init(0); }

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

/// Lets `read` read the bytes, and all of them. Throws CheckpointError, naming the key, if that
/// throws or leaves something.
void read_state(std::string_view key, std::string_view bytes,
                std::function<void(StateReader&)> const& read);

}  // namespace detail
}  // namespace sferic
