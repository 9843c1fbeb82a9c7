#include <sferic/callbacks/detail/host_stats.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

bool all(std::string_view) { return true; }

TEST(HostStats, CountTheTimeThatCpusWorked) {
  auto const ticks =
      detail::cpu_ticks("cpu  100 10 40 800 50 5 3 2 70 0\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 12 3\n");
  EXPECT_EQ(ticks.busy, 160);
  EXPECT_EQ(ticks.all, 1010);
}

TEST(HostStats, CountFewerTimesWhereAnOldKernelHasFewer) {
  auto const ticks = detail::cpu_ticks("cpu 10 0 20 70\ncpu0 1 2 3 4\n");
  EXPECT_EQ(ticks.busy, 30);
  EXPECT_EQ(ticks.all, 100);
}

TEST(HostStats, RefuseWhatIsNoProcStat) {
  for (std::string const text : {"", "cpu", "cpu 1 2 3\n", "cpu0 1 2 3 4\n", "cpu a b c d\n"}) {
    EXPECT_THROW(detail::cpu_ticks(text), std::runtime_error) << text;
  }
}

TEST(HostStats, CountTheTimeOfAProcessWhateverItsName) {
  std::string const rest = " S 1 2 3 4 5 6 7 8 9 10 250 17 18 19 20\n";
  EXPECT_EQ(detail::process_ticks("42 (train)" + rest), 267);
  EXPECT_EQ(detail::process_ticks("42 (a ) 9 (b) c)" + rest), 267);
  for (std::string const text : {"", "42 train S 1 2", "42 (train) S 1 2 3 4 5 6 7 8 9 10 250"}) {
    EXPECT_THROW(detail::process_ticks(text), std::runtime_error) << text;
  }
}

TEST(HostStats, FindALineByItsWholeName) {
  std::string const text = "VmRSSx:  1 kB\nVmRSS:\t  2048 kB\nVmSwap: 0 kB\nVmBad: kB";
  EXPECT_EQ(detail::kibibytes(text, "VmRSS"), 2048);
  EXPECT_EQ(detail::kibibytes(text, "VmSwap"), 0);
  EXPECT_EQ(detail::kibibytes(text, "VmBad"), std::nullopt);
  EXPECT_EQ(detail::kibibytes(text, "VmR"), std::nullopt);
  EXPECT_EQ(detail::kibibytes("", "VmRSS"), std::nullopt);
}

/// A folder like /proc, whose files the test writes.
class HostStatsOfFiles : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(proc / "self");
    write("stat", "cpu 100 0 0 900\n");
    write("meminfo",
          "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 250 kB\nSwapTotal: 0 kB\n"
          "SwapFree: 0 kB\n");
    write("self/stat", "1 (t) S 1 2 3 4 5 6 7 8 9 10 5 5 0\n");
    write("self/status", "Name: t\nVmRSS:  3072 kB\nVmSwap: 512 kB\n");
  }

  void write(char const* name, char const* text) { std::ofstream(proc / name) << text; }

  static std::map<std::string, double> read(detail::StatSource const& source) {
    std::map<std::string, double> values;
    for (auto const& stat : source.stats) {
      if (auto const value = stat.read()) values[stat.key] = *value;
    }
    return values;
  }

  TemporaryFolder const folder;
  fs::path const proc = folder.path();
};

TEST_F(HostStatsOfFiles, TellOfMemoryAtOnceAndOfTimesFromTheSecondReadingOn) {
  auto const source = detail::host_stats(all, proc);
  EXPECT_EQ(read(source), (std::map<std::string, double>{{"cpu/cpu_vm_percent", 75},
                                                         {"cpu/cpu_swap_percent", 0},
                                                         {"cpu/process_rss (MB)", 3},
                                                         {"cpu/process_swap (MB)", 0.5}}));
  write("stat", "cpu 160 0 0 940\n");
  auto const values = read(source);
  EXPECT_EQ(values.at("cpu/cpu_percent"), 60);
  EXPECT_EQ(values.at("cpu/process_cpu_percent"), 0);
}

TEST_F(HostStatsOfFiles, TellOfNoTimesWhereNoneHavePassed) {
  auto const source = detail::host_stats([](auto name) { return name == "cpu_percent"; }, proc);
  read(source);
  EXPECT_TRUE(read(source).empty());
}

TEST_F(HostStatsOfFiles, TellOfSwapThatIsUsed) {
  write("meminfo", "SwapTotal: 400 kB\nSwapFree: 300 kB\n");
  auto const source = detail::host_stats([](auto name) { return name != "cpu_percent"; }, proc);
  auto const values = read(source);
  EXPECT_EQ(values.at("cpu/cpu_swap_percent"), 25);
  EXPECT_FALSE(values.contains("cpu/cpu_vm_percent"));
}

TEST_F(HostStatsOfFiles, ReadOnlyWhatIsWanted) {
  auto const source = detail::host_stats([](auto name) { return name == "process_rss"; }, proc);
  ASSERT_EQ(source.stats.size(), 1);
  EXPECT_EQ(source.stats[0].key, "cpu/process_rss (MB)");
}

TEST_F(HostStatsOfFiles, AreAnErrorWhereThereIsNoProc) {
  auto const message =
      message_of<std::runtime_error>([&] { detail::host_stats(all, proc / "nothing"); });
  EXPECT_NE(message.find("nothing/stat cannot be read"), message.npos) << message;
}

TEST(HostStats, AreToldOfThisMachine) {
  auto const source = detail::host_stats(all);
  std::map<std::string, double> values;
  while (!values.contains("cpu/cpu_percent") || values["cpu/process_cpu_percent"] == 0) {
    for (auto const& stat : source.stats) {
      if (auto const value = stat.read()) values[stat.key] = *value;
    }
  }
  for (auto const* const key : {"cpu/cpu_percent", "cpu/cpu_vm_percent", "cpu/cpu_swap_percent"}) {
    EXPECT_GE(values.at(key), 0) << key;
    EXPECT_LE(values.at(key), 100) << key;
  }
  EXPECT_GT(values.at("cpu/process_rss (MB)"), 1);
}

}  // namespace
}  // namespace sferic::test
