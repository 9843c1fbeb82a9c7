#pragma once

#include <cstdint>
#include <string>

namespace sferic::detail {

/// The address, as numbers, that this machine has on the way to another one; or on the loopback,
/// where that is itself by such an address. Throws std::runtime_error where no way leads there.
std::string local_address_towards(std::string const& host, std::uint16_t port);

}  // namespace sferic::detail
