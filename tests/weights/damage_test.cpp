// Whatever happens to the bytes of a file, it is refused or says what it said before.

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/pickle.hpp>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "support/temporary_folder.hpp"

namespace sferic::detail {
namespace {

using Contents = std::map<std::string, std::string>;

class DamageTest : public testing::Test {
 protected:
  void SetUp() override {
    torch::serialize::OutputArchive archive;
    archive.write("weight", torch::arange(6, at::kFloat));
    archive.write("steps", torch::arange(3));
    archive.save_to(path_.string());
    file_.open(path_, std::ios::in | std::ios::out | std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file_), {});
    contents_ = read();
  }

  Contents read() const {
    ZipFile const file(path_);
    file.verify();
    (void)read_pickle(file);
    Contents contents;
    for (auto const& entry : file.entries()) contents[entry.name] = file.read(entry.name);
    return contents;
  }

  /// True if the file is refused. If it is not, it has to hold what it did at first.
  bool is_refused() const {
    try {
      EXPECT_EQ(read(), contents_);
      return false;
    } catch (CheckpointError const&) {
      return true;
    }
  }

  /// The same while one byte is another.
  bool is_refused_with(std::size_t place, char byte) {
    write(place, byte);
    auto const is = is_refused();
    write(place, bytes_[place]);
    return is;
  }

  void write(std::size_t place, char byte) {
    file_.seekp(static_cast<std::streamoff>(place));
    file_.put(byte).flush();
  }

  test::TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "file";
  std::fstream file_;
  std::string bytes_;
  Contents contents_;
};

TEST_F(DamageTest, EveryTruncationIsRefused) {
  for (auto size = bytes_.size(); size-- > 0;) {
    std::filesystem::resize_file(path_, size);
    EXPECT_TRUE(is_refused()) << size;
  }
}

TEST_F(DamageTest, EveryChangedByteIsRefusedOrOfNoConsequence) {
  std::size_t refused = 0;
  for (std::size_t place = 0; place < bytes_.size(); ++place) {
    for (int const change : {0xff, 1, 2, 4, 8, 16, 32, 64, 128}) {
      SCOPED_TRACE("byte " + std::to_string(place) + " changed by " + std::to_string(change));
      auto const damaged = static_cast<char>(bytes_[place] ^ change);
      refused += is_refused_with(place, damaged) ? 1 : 0;
    }
  }
  // Padding and dates are of no consequence; most of a file is.
  EXPECT_GT(refused, 9 * bytes_.size() / 4);
}

}  // namespace
}  // namespace sferic::detail
