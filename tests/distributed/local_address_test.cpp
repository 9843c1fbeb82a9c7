#include <sferic/distributed/detail/local_address.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/message_of.hpp"

namespace {

using sferic::detail::local_address_towards;

TEST(LocalAddressTest, OnTheWayToTheLoopbackIsTheLoopback) {
  EXPECT_EQ(local_address_towards("127.0.0.1", 80), "127.0.0.1");
  auto const address = local_address_towards("localhost", 80);
  EXPECT_TRUE(address == "127.0.0.1" || address == "::1") << address;
}

TEST(LocalAddressTest, NamesAHostThatNobodyKnows) {
  auto const message = sferic::test::message_of<std::runtime_error>(
      [] { local_address_towards("nowhere.invalid", 80); });
  EXPECT_EQ(message.find("nowhere.invalid: "), 0u) << message;
}

}  // namespace
