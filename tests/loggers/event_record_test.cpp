#include <sferic/loggers/detail/event_record.hpp>

#include <gtest/gtest.h>

#include <string>

#include "loggers/event_reader.hpp"

namespace sferic::test {
namespace {

std::string hex(std::string const& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string digits;
  for (char const byte : bytes) {
    auto const value = static_cast<unsigned char>(byte);
    (digits += kDigits[value >> 4U]) += kDigits[value & 15U];
  }
  return digits;
}

TEST(EventRecord, IsLengthChecksumDataChecksum) {
  // The numbers are those of python3-crcmod.
  EXPECT_EQ(hex(detail::event_record("sferic")),
            "0600000000000000"
            "7369d537"
            "736665726963"
            "5941d97e");
  EXPECT_EQ(hex(detail::event_record("")), "000000000000000029039807d8ea82a2");
}

TEST(EventRecord, BeginsAsEveryEventFileOfTensorFlowDoes) {
  EXPECT_EQ(hex(detail::event_record(std::string(24, 'x'))).substr(0, 24),
            "1800000000000000a37f4b22");
}

TEST(EventRecord, IsReadBack) {
  std::string const data("zero \0 and more", 15);
  auto const file = detail::event_record(data) + detail::event_record("") + "the rest";
  EXPECT_EQ(records_of(file), (std::vector<std::string>{data, ""}));
}

TEST(EventRecord, TellsOfAChangedBit) {
  auto const record = detail::event_record("data");
  for (std::size_t i = 0; i < record.size(); ++i) {
    auto changed = record;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THROW(records_of(changed), std::runtime_error) << i;
  }
}

}  // namespace
}  // namespace sferic::test
