#include "loggers/event_reader.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace sferic::test {

namespace {

/// Bit by bit, as the definition has it.
std::uint32_t crc32c(std::string_view data) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (char const letter : data) {
    crc ^= static_cast<unsigned char>(letter);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}

std::uint64_t number_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (auto it = bytes.rbegin(); it != bytes.rend(); ++it) {
    number = number << 8U | static_cast<unsigned char>(*it);
  }
  return number;
}

void check(std::string_view data, std::string_view checksum) {
  auto const turned = static_cast<std::uint32_t>(number_of(checksum)) - 0xA282EAD8U;
  auto const expected = turned >> 17U | turned << 15U;
  if (crc32c(data) != expected) throw std::runtime_error("a checksum is wrong");
}

}  // namespace

std::vector<std::string> records_of(std::string_view file) {
  std::vector<std::string> records;
  while (file.size() >= 12) {
    check(file.substr(0, 8), file.substr(8, 4));
    auto const length = number_of(file.substr(0, 8));
    if (file.size() < length + 16) break;
    auto const data = file.substr(12, length);
    check(data, file.substr(12 + length, 4));
    records.emplace_back(data);
    file.remove_prefix(length + 16);
  }
  return records;
}

std::vector<TensorBoardEvent> events_of(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  std::string const content(std::istreambuf_iterator<char>(file), {});
  std::vector<TensorBoardEvent> events;
  for (auto const& record : records_of(content)) {
    if (!events.emplace_back().ParseFromString(record)) throw std::runtime_error("no event");
  }
  if (events.empty() || events[0].file_version() != "brain.Event:2") {
    throw std::runtime_error("no version comes first");
  }
  events.erase(events.begin());
  return events;
}

}  // namespace sferic::test
