// Cuts a small checkpoint at every length and changes each of its bytes.

#include <sferic/checkpoint/detail/content_reader.hpp>
#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "support/temporary_folder.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;
using detail::CheckpointContent;

bool same(at::Tensor const& left, at::Tensor const& right) {
  return left.scalar_type() == right.scalar_type() && torch::equal(left, right) &&
         left.requires_grad() == right.requires_grad();
}

bool same(detail::CheckpointValue const& left, detail::CheckpointValue const& right) {
  if (left.index() != right.index()) return false;
  if (auto const* const tensor = std::get_if<at::Tensor>(&left)) {
    return same(*tensor, std::get<at::Tensor>(right));
  }
  if (left.index() == 0) return std::get<0>(left) == std::get<0>(right);
  if (left.index() == 1) return std::get<1>(left) == std::get<1>(right);
  return std::get<std::string>(left) == std::get<std::string>(right);
}

bool same(CheckpointContent const& left, CheckpointContent const& right) {
  if (left.weights.size() != right.weights.size() || left.values.size() != right.values.size()) {
    return false;
  }
  for (std::size_t i = 0; i < left.weights.size(); ++i) {
    if (left.weights[i].name != right.weights[i].name ||
        !same(left.weights[i].tensor, right.weights[i].tensor)) {
      return false;
    }
  }
  return std::equal(left.values.begin(), left.values.end(), right.values.begin(),
                    [](auto const& one, auto const& other) {
    return one.first == other.first && same(one.second, other.second);
  });
}

class Damage : public testing::Test {
 protected:
  Damage() {
    Net net;
    Trainer trainer({.max_epochs = 1});
    trainer.fit(net, batches(2));
    trainer.save_checkpoint(path_);
    std::ifstream file(path_, std::ios::binary);
    whole_ = {std::istreambuf_iterator<char>(file), {}};
    content_ = detail::read_content(path_);
    fs::copy_file(path_, damaged_);
  }

  void write(std::size_t at, unsigned byte) {
    std::fstream file(damaged_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte));
  }

  /// Reads the damaged file. False if it is refused, naming it.
  bool is_read(CheckpointContent& content) {
    try {
      content = detail::read_content(damaged_);
      return true;
    } catch (CheckpointError const& error) {
      EXPECT_NE(std::string(error.what()).find(damaged_.string()), std::string::npos)
          << error.what();
      return false;
    }
  }

  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "whole.ckpt";
  fs::path const damaged_ = folder_.path() / "damaged.ckpt";
  std::string whole_;
  CheckpointContent content_;
};

TEST_F(Damage, OfTheLengthIsAlwaysRefused) {
  CheckpointContent read;
  for (std::size_t length = whole_.size(); length-- > 0;) {
    fs::resize_file(damaged_, length);
    ASSERT_FALSE(is_read(read)) << "cut at " << length;
  }
}

/// SFERIC_DAMAGES changes each byte in so many ways, at most 255.
TEST_F(Damage, OfAnyByteIsRefusedOrHarmless) {
  char const* const text = std::getenv("SFERIC_DAMAGES");
  int const ways = text ? std::atoi(text) : 3;
  std::size_t refused = 0;
  std::size_t harmless = 0;
  for (std::size_t at = 0; at < whole_.size(); ++at) {
    for (int way = 0; way < ways; ++way) {
      auto const change =
          static_cast<unsigned>((at * 37 + static_cast<std::size_t>(way)) % 255 + 1);
      auto const byte = static_cast<unsigned char>(whole_[at]);
      write(at, byte ^ change);
      CheckpointContent read;
      bool const accepted = is_read(read);
      ASSERT_TRUE(!accepted || same(read, content_)) << "byte " << at << " changed by " << change;
      ++(accepted ? harmless : refused);
      write(at, byte);
    }
  }
  std::cout << whole_.size() << " bytes: " << refused << " changes refused, " << harmless
            << " harmless" << std::endl;
  EXPECT_GT(refused, harmless);
}

TEST_F(Damage, IsNamedWithTheEntry) {
  auto bytes = whole_;
  auto const weight = content_.weights.front().tensor;
  std::string const numbers(static_cast<char const*>(weight.data_ptr()), weight.nbytes());
  auto const at = bytes.find(numbers);
  ASSERT_NE(at, std::string::npos);
  bytes[at + 3] = static_cast<char>(bytes[at + 3] ^ 1);
  std::ofstream(damaged_, std::ios::binary) << bytes;
  auto const message = message_of<CheckpointError>([&] { detail::read_content(damaged_); });
  EXPECT_NE(message.find("data/"), std::string::npos) << message;
  EXPECT_NE(message.find("CRC"), std::string::npos) << message;
}

TEST_F(Damage, OfAForeignArchiveIsNamedAsSuch) {
  torch::save(torch::ones({3}), damaged_.string());
  EXPECT_NE(message_of<CheckpointError>([&] {
    detail::read_content(damaged_);
  }).find("no checkpoint of sferic"),
            std::string::npos);
}

}  // namespace
}  // namespace sferic::test
