#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>
#include <unistd.h>

namespace sferic::test {

/// Whether somebody could listen to a port now.
inline bool is_free(int port) {
  int const socket = ::socket(AF_INET, SOCK_STREAM, 0);
  int const on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  bool const bound = bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(socket);
  return bound;
}

/// A port that nobody listens to: none of those that the system gives to connections, and another
/// one in each process of tests.
inline int free_port() {
  static int next = 0;
  for (int tries = 0; tries < 20; ++tries) {
    int const port = 12000 + getpid() % 1000 * 20 + next++ % 20;
    if (is_free(port)) return port;
  }
  throw std::runtime_error("there is no free port");
}

}  // namespace sferic::test
