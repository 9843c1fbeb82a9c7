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
    std::ifstream file(path_, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
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

  /// True if a file of these bytes is refused. One that is not has to hold the same as the whole.
  bool is_refused(std::string const& bytes) const {
    std::ofstream(path_, std::ios::binary) << bytes;
    try {
      EXPECT_EQ(read(), contents_);
      return false;
    } catch (CheckpointError const&) {
      return true;
    }
  }

  std::string bytes_;
  Contents contents_;

  test::TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "file";
};

TEST_F(DamageTest, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < bytes_.size(); ++size) {
    EXPECT_TRUE(is_refused(bytes_.substr(0, size))) << size;
  }
}

TEST_F(DamageTest, EveryChangedByteIsRefusedOrOfNoConsequence) {
  std::size_t refused = 0;
  for (std::size_t place = 0; place < bytes_.size(); ++place) {
    for (int const change : {0xff, 1, 2, 4, 8, 16, 32, 64, 128}) {
      auto damaged = bytes_;
      damaged[place] = static_cast<char>(damaged[place] ^ change);
      SCOPED_TRACE("byte " + std::to_string(place) + " changed by " + std::to_string(change));
      refused += is_refused(damaged) ? 1 : 0;
    }
  }
  // Padding and dates are of no consequence; most of a file is.
  EXPECT_GT(refused, 9 * bytes_.size() / 4);
}

}  // namespace
}  // namespace sferic::detail
