#include <sferic/persistence/state_archive.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <boost/archive/archive_exception.hpp>
#include <boost/archive/impl/archive_serializer_map.ipp>
#include <boost/archive/impl/basic_binary_iarchive.ipp>
#include <boost/archive/impl/basic_binary_iprimitive.ipp>

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

}  // namespace

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

void detail::read_state(std::string_view key, std::string_view bytes,
                        std::function<void(StateReader&)> const& read) {
  auto const fail = [&](std::string const& reason) {
    throw CheckpointError("the state of `" + std::string(key) + "` cannot be read: " + reason);
  };
  ViewBuffer buffer(bytes);
  try {
    StateReader reader(buffer);
    read(reader);
    if (reader.left() > 0) fail(std::to_string(reader.left()) + " bytes of it are left");
  } catch (CheckpointError const&) {
    throw;
  } catch (std::exception const& error) {
    fail(error.what());
  }
}

}  // namespace sferic
