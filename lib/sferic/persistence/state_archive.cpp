#include <sferic/persistence/state_archive.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <boost/archive/impl/archive_serializer_map.ipp>
#include <boost/archive/impl/basic_binary_iarchive.ipp>
#include <boost/archive/impl/basic_binary_iprimitive.ipp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace boost::archive {

template class detail::archive_serializer_map<sferic::StateReader>;
template class basic_binary_iarchive<sferic::StateReader>;
template class basic_binary_iprimitive<sferic::StateReader, char, std::char_traits<char>>;

}  // namespace boost::archive

namespace sferic {

namespace {

class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view view) {
    auto* const begin = const_cast<char*>(view.data());  // which is only read
    setg(begin, begin, begin + view.size());
  }
};

/// What tells whether numbers that were written elsewhere can be read here.
using Numbers = std::array<unsigned char, 4>;
constexpr Numbers kNumbers = {sizeof(int), sizeof(long), sizeof(double),
                              std::endian::native == std::endian::little};

std::uint32_t archive_version() {
  boost::serialization::library_version_type const version =
      boost::archive::BOOST_ARCHIVE_VERSION();
  return static_cast<std::uint32_t>(version);
}

void check_version(char const* what, std::uint32_t stored, std::uint32_t here) {
  if (stored <= here) return;
  throw std::runtime_error(std::string("its version of ") + what + ", " + std::to_string(stored) +
                           ", is newer than " + std::to_string(here));
}

}  // namespace

void detail::write_state_header(std::ostream& bytes, int version) {
  std::uint32_t const versions[] = {archive_version(), static_cast<std::uint32_t>(version)};
  bytes.write(reinterpret_cast<char const*>(kNumbers.data()), sizeof kNumbers);
  bytes.write(reinterpret_cast<char const*>(versions), sizeof versions);
}

StateReader::StateReader(std::streambuf& bytes, int version)
    : Base(bytes, boost::archive::no_header), bytes_(bytes) {
  init(boost::archive::no_header);
  Numbers numbers{};
  load_binary(numbers.data(), numbers.size());
  if (numbers != kNumbers) fail("it is of a machine with other numbers");
  std::uint32_t versions[2] = {};
  load_binary(versions, sizeof versions);
  check_version("Boost's archives", versions[0], archive_version());
  check_version("the class", versions[1], static_cast<std::uint32_t>(version));
  set_library_version(boost::serialization::library_version_type(versions[0]));
}

void StateReader::load(std::string& text) {
  std::size_t length = 0;
  Base::load(length);
  check_length(length);
  text.resize(length);
  load_binary(text.data(), length);
}

void StateReader::load(bool& value) {
  unsigned char byte = 0;
  Base::load(byte);
  if (byte > 1) fail("a byte is neither true nor false");
  value = byte == 1;
}

void StateReader::load_override(boost::serialization::collection_size_type& count) {
  Base::load_override(count);
  check_length(std::as_const(count));
}

std::size_t StateReader::left() const { return static_cast<std::size_t>(bytes_.in_avail()); }

void StateReader::check_length(std::size_t length) const {
  if (length > left()) fail("a length is more than what is left");
}

void StateReader::fail(char const* reason) { throw std::runtime_error(reason); }

void detail::read_state(std::string_view key, int version, std::string_view bytes,
                        std::function<void(StateReader&)> const& read) {
  auto const fail = [&](std::string const& reason) {
    throw CheckpointError("the state of `" + std::string(key) + "` cannot be read: " + reason);
  };
  ViewBuffer buffer(bytes);
  try {
    StateReader reader(buffer, version);
    read(reader);
    if (reader.left() > 0) fail(std::to_string(reader.left()) + " bytes of it are left");
  } catch (CheckpointError const&) {
    throw;
  } catch (std::exception const& error) {
    fail(error.what());
  }
}

}  // namespace sferic
