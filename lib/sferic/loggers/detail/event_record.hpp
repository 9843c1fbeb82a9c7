#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sferic::detail {

/// The checksum of TensorFlow's record files: CRC-32C, turned and shifted, so that the checksum of
/// data with checksums in it is no special one.
std::uint32_t masked_crc(std::string_view data);

/// Data as a record of such a file: its length, the length's checksum, the data, its checksum.
std::string event_record(std::string_view data);

}  // namespace sferic::detail
