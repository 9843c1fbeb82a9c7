#include <sferic/loggers/detail/event_record.hpp>

#include <boost/crc.hpp>

#include <concepts>

namespace sferic::detail {

namespace {

/// Castagnoli's polynomial, as iSCSI has it (RFC 3720).
using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

/// The bytes of a number, the lowest first.
template <std::unsigned_integral Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof number, '\0');
  for (auto& byte : bytes) {
    byte = static_cast<char>(number & 0xFFU);
    number = static_cast<Number>(number >> 8U);
  }
  return bytes;
}

}  // namespace

std::uint32_t masked_crc(std::string_view data) {
  Crc32c crc;
  crc.process_bytes(data.data(), data.size());
  std::uint32_t const checksum = crc.checksum();
  return ((checksum >> 15U) | (checksum << 17U)) + 0xA282EAD8U;
}

std::string event_record(std::string_view data) {
  auto record = bytes_of(std::uint64_t{data.size()});
  record += bytes_of(masked_crc(record));
  record += data;
  return record + bytes_of(masked_crc(data));
}

}  // namespace sferic::detail
