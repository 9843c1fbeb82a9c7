#include <sferic/persistence/detail/new_file.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "support/temporary_folder.hpp"

namespace sferic::detail {
namespace {

namespace fs = std::filesystem;

class NewFileTest : public testing::Test {
 protected:
  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  auto files() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  test::TemporaryFolder const temporary_;
  fs::path const folder_ = temporary_.path();
  fs::path const path_ = folder_ / "file";
};

TEST_F(NewFileTest, AppearsWhenItIsComplete) {
  NewFile file(path_);
  file.write("one ", 4);
  EXPECT_FALSE(fs::exists(path_));
  file.write("two", 3);
  file.commit();
  EXPECT_EQ(content(), "one two");
  EXPECT_EQ(files(), 1);
}

TEST_F(NewFileTest, ReplacesAnOlderOneOnlyThen) {
  std::ofstream(path_) << "old";
  {
    NewFile dropped(path_);
    dropped.write("new", 3);
    EXPECT_EQ(content(), "old");
  }
  EXPECT_EQ(content(), "old");
  EXPECT_EQ(files(), 1);
  NewFile file(path_);
  file.write("new", 3);
  file.commit();
  EXPECT_EQ(content(), "new");
}

TEST_F(NewFileTest, IsWrittenByTwoAtOnceAndStandsAsTheLastOneThatIsComplete) {
  NewFile first(path_);
  NewFile second(path_);
  first.write("first", 5);
  second.write("second", 6);
  second.commit();
  EXPECT_EQ(content(), "second");
  first.commit();
  EXPECT_EQ(content(), "first");
  EXPECT_EQ(files(), 1);
}

TEST_F(NewFileTest, UsesAgainWhatAKilledProcessLeft) {
  std::ofstream(folder_ / "file.tmp") << "half of something";
  NewFile file(path_);
  file.write("whole", 5);
  file.commit();
  EXPECT_EQ(content(), "whole");
  EXPECT_EQ(files(), 1);
}

TEST_F(NewFileTest, MakesItsFolder) {
  NewFile file(folder_ / "a" / "b" / "file");
  file.commit();
  EXPECT_TRUE(fs::exists(folder_ / "a" / "b" / "file"));
}

TEST_F(NewFileTest, NamesWhatItCannotWrite) {
  std::ofstream(path_) << "no folder";
  try {
    NewFile const file(path_ / "beneath");
    FAIL() << "a file beneath a file";
  } catch (CheckpointError const& error) {
    EXPECT_NE(std::string(error.what()).find((path_ / "beneath").string()), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("Not a directory"), std::string::npos) << error.what();
  }
}

TEST_F(NewFileTest, TellsThatTheDiskIsFull) {
  fs::create_symlink("/dev/full", folder_ / "file.tmp");
  NewFile file(path_);
  EXPECT_THROW(file.write("x", 1), CheckpointError);
}

}  // namespace
}  // namespace sferic::detail
