#pragma once

namespace sferic::bench {

/// Gives this process, and those that it starts, a loopback of their own, whose speed can be
/// limited: for the superuser, where the system has `ip` and `tc`.
void take_own_network();

/// Whether it has been given.
bool has_own_network();

/// Lets the loopback be as fast as a network of so many Mbit/s each way; 0: as it can be.
void limit_network(int mbit);

}  // namespace sferic::bench
