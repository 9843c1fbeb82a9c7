#include <sferic/persistence/detail/zip_file.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>

#include "persistence/zip_support.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::detail {
namespace {

class ZipFileTest : public testing::Test {
 protected:
  void write(std::string const& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  std::string bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// An archive's entries, its directory and its end.
  std::array<std::string, 3> pieces(test::ZipEntries const& entries) const {
    test::write_zip(path_, entries);
    auto const all = bytes();
    auto const directory = all.rfind("PK\x01\x02");
    auto const end = all.rfind("PK\x05\x06");
    return {all.substr(0, directory), all.substr(directory, end - directory), all.substr(end)};
  }

  /// The error, without the name of the file.
  template <class Call>
  std::string error_of(Call&& call) const {
    auto const message = test::message_of<CheckpointError>(std::forward<Call>(call));
    auto const begin = "cannot read `" + path_.string() + "`: ";
    EXPECT_TRUE(message.starts_with(begin)) << message;
    return message.substr(std::min(message.size(), begin.size()));
  }

  std::string error_of_opening() const {
    return error_of([this] { ZipFile const file(path_); });
  }

  test::TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "file";
};

TEST_F(ZipFileTest, ListsAndReadsEntriesWithoutTheirFolder) {
  test::write_zip(path_, {{"archive/data.pkl", "pickle"}, {"archive/data/0", ""}});
  ZipFile const file(path_);
  ASSERT_EQ(file.entries().size(), 2u);
  EXPECT_EQ(file.entries()[0].name, "data.pkl");
  EXPECT_EQ(file.entries()[0].size, 6u);
  EXPECT_EQ(file.entries()[1].name, "data/0");
  EXPECT_TRUE(file.contains("data/0"));
  EXPECT_FALSE(file.contains("archive/data/0"));
  EXPECT_EQ(file.read("data.pkl"), "pickle");
  EXPECT_EQ(file.read("data/0"), "");
  file.verify();
}

TEST_F(ZipFileTest, ReadsIntoMemoryOfTheEntrysSizeOnly) {
  test::write_zip(path_, {{"a/data", "four"}});
  ZipFile const file(path_);
  std::array<char, 4> data{};
  file.read("data", data.data(), data.size());
  EXPECT_EQ(std::string(data.data(), data.size()), "four");
  EXPECT_EQ(error_of([&] { file.read("data", data.data(), 3); }),
            "entry `data`: it has 4 bytes, but 3 are expected");
}

TEST_F(ZipFileTest, NamesAnEntryThatItLacks) {
  test::write_zip(path_, {{"a/data", "four"}});
  ZipFile const file(path_);
  EXPECT_EQ(error_of([&] { (void)file.read("date"); }), "entry `date`: there is no such entry");
}

TEST_F(ZipFileTest, RefusesWhatIsNoArchive) {
  EXPECT_EQ(error_of_opening(), "there is no such file");
  write("");
  EXPECT_EQ(error_of_opening(), "Not a zip archive");
  write("something else, and long enough for an archive's directory");
  EXPECT_EQ(error_of_opening(), "Not a zip archive");
}

TEST_F(ZipFileTest, RefusesFoldersAndPipesWithoutWaitingForThem) {
  std::filesystem::create_directory(path_);
  EXPECT_EQ(error_of_opening(), "it is not a file");
  std::filesystem::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(error_of_opening(), "it is not a file");
}

TEST_F(ZipFileTest, RefusesEveryTruncation) {
  test::write_zip(path_, {{"a/data", "four"}, {"a/more", std::string(100, 'x')}});
  auto const whole = bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(whole.substr(0, size));
    EXPECT_NE(error_of_opening(), "nothing was thrown") << size;
  }
}

TEST_F(ZipFileTest, RefusesDamagedContentWhenItIsRead) {
  test::write_zip(path_, {{"a/data", "four"}});
  auto damaged = bytes();
  damaged[damaged.find("four")] = 'F';
  write(damaged);
  ZipFile const file(path_);
  EXPECT_EQ(error_of([&] { (void)file.read("data"); }), "entry `data`: CRC error");
  EXPECT_EQ(error_of([&] { file.verify(); }), "entry `data`: CRC error");
}

TEST_F(ZipFileTest, RefusesTwoEntriesOfOneName) {
  test::write_zip(path_, {{"a/one", "1"}, {"a/two", "2"}});
  auto changed = bytes();
  for (auto at = changed.find("two"); at != std::string::npos; at = changed.find("two")) {
    changed.replace(at, 3, "one");
  }
  write(changed);
  EXPECT_EQ(error_of_opening(), "two of its entries have the same name");
}

TEST_F(ZipFileTest, RefusesAnEntryWithinAnother) {
  auto const [part, part_listed, unused] = pieces({{"a/part", std::string(900, 'x')}});
  auto const [whole, whole_listed, end] = pieces({{"a/whole", part}});
  std::string within = part_listed;
  within[42] = static_cast<char>(whole.size() - part.size());  // where its header begins
  auto changed_end = end;
  changed_end[8] = changed_end[10] = 2;  // entries
  auto const listed_size = whole_listed.size() + part_listed.size();
  changed_end[12] = static_cast<char>(listed_size);
  write(whole + whole_listed + within + changed_end);
  EXPECT_EQ(error_of_opening(), "entry `a/part`: its size is wrong");
}

TEST_F(ZipFileTest, RefusesEntriesOfSeveralFoldersOrNone) {
  test::write_zip(path_, {{"a/one", "1"}, {"b/two", "2"}});
  EXPECT_EQ(error_of_opening(), "entry `b/two`: it is not in the folder `a/`");
  test::write_zip(path_, {{"one", "1"}});
  EXPECT_EQ(error_of_opening(),
            "entry `one`: it is in no folder; LibTorch did not write this file");
}

TEST_F(ZipFileTest, ReadsNothingThatIsCompressed) {
  test::write_zip(path_, {{"a/zeros", std::string(100'000, '0')}}, ZIP_CM_DEFLATE);
  ZipFile const file(path_);
  EXPECT_TRUE(file.entries()[0].is_compressed);
  EXPECT_EQ(error_of([&] { (void)file.read("zeros"); }), "entry `zeros`: it is compressed");
  EXPECT_EQ(error_of([&] { (void)file.size("zeros"); }), "entry `zeros`: it is compressed");
  file.verify();
}

}  // namespace
}  // namespace sferic::detail
