// A program that nobody started as one of several processes.

#include <sferic/distributed/distributed.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

/// This process's threads and open files, sockets among them.
std::set<std::string> threads_and_files() {
  std::set<std::string> found;
  for (auto const* folder : {"/proc/self/task", "/proc/self/fd"}) {
    for (auto const& entry : fs::directory_iterator(folder)) {
      std::error_code no_link;  // threads are none, and the folder itself is closed again
      found.insert(entry.path().string() + " " + fs::read_symlink(entry.path(), no_link).string());
    }
  }
  return found;
}

void expect_nothing_is_started() {
  auto const before = threads_and_files();
  auto const ranks = sferic::distributed();
  EXPECT_EQ(ranks, nullptr);
  EXPECT_EQ(threads_and_files(), before);
}

TEST(OneProcessTest, HasNoRanksAndStartsNoThreadAndOpensNoSocket) { expect_nothing_is_started(); }

TEST(OneProcessTest, IsTheSameInAWorldOfOne) {
  setenv("RANK", "0", 1);
  setenv("WORLD_SIZE", "1", 1);
  expect_nothing_is_started();
  unsetenv("RANK");
  unsetenv("WORLD_SIZE");
}

}  // namespace
