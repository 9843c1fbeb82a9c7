#include <sferic/distributed/detail/local_address.hpp>

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>
#include <netdb.h>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace sferic::detail {

namespace {

/// Sends nothing: to connect such a socket is to ask the kernel for the way.
std::optional<std::string> address_towards(addrinfo const& there) {
  int const probe = socket(there.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_storage here = {};
  socklen_t size = sizeof here;
  auto* const address = reinterpret_cast<sockaddr*>(&here);
  bool const is_known = probe >= 0 && connect(probe, there.ai_addr, there.ai_addrlen) == 0 &&
                        getsockname(probe, address, &size) == 0;
  int const error = errno;
  if (probe >= 0) close(probe);
  errno = error;
  std::array<char, NI_MAXHOST> text;
  if (!is_known ||
      getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return std::nullopt;
  }
  return text.data();
}

}  // namespace

std::string local_address_towards(std::string const& host, std::uint16_t port) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (int const error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found)) {
    throw std::runtime_error(fmt::format("{}: {}", host, gai_strerror(error)));
  }
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> const list(found, &freeaddrinfo);
  for (auto const* each = found; each; each = each->ai_next) {
    if (auto address = address_towards(*each)) return *address;
  }
  throw std::runtime_error(
      fmt::format("no way leads to {}: {}", host, std::generic_category().message(errno)));
}

}  // namespace sferic::detail
