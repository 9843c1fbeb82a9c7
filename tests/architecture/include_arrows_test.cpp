// Which folder may include which, read from the sources themselves.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

using Names = std::set<std::string>;

/// A folder's own name is left out.
std::map<std::string, Names> const kArrows = {
    {"signal", {}},
    {"bus", {"signal"}},
    {"events", {}},
    {"profile", {"signal", "persistence"}},
    {"png", {"events"}},
    {"loggers", {"events", "signal", "png", "persistence"}},
    {"media", {"events"}},
    {"metrics", {"media", "events", "registry", "persistence"}},
    {"training_bus", {"bus", "events", "signal"}},
    {"registry", {"signal"}},
    {"persistence", {"registry"}},
    {"weights", {"persistence"}},
    {"checkpoint", {"weights", "persistence", "registry"}},
    {"ranks", {}},
    {"distributed", {"ranks"}},
    {"optim", {"metrics", "registry", "persistence"}},
    {"trainer",
     {"training_bus", "bus", "events", "registry", "persistence", "checkpoint", "metrics", "optim",
      "ranks", "signal"}},
    {"callbacks",
     {"training_bus", "events", "registry", "persistence", "checkpoint", "media", "metrics",
      "optim", "png", "profile", "bus", "signal"}},
};

Names const kWithoutTorch = {"signal",      "bus", "events",  "registry", "training_bus",
                             "persistence", "png", "loggers", "profile",  "ranks"};

struct Source {
  std::string name;    ///< as it is included: "sferic/bus/bus.hpp"
  std::string folder;  ///< "bus"; "sferic.hpp" for the umbrella
  std::string text;
  std::vector<std::string> includes;
};

bool starts_with_any(std::string const& text, Names const& beginnings) {
  for (auto const& beginning : beginnings) {
    if (text.starts_with(beginning)) return true;
  }
  return false;
}

/// "bus" of "sferic/bus/bus.hpp"; nothing if it is not sferic's.
std::string folder_of(std::string const& included) {
  if (!included.starts_with("sferic/")) return "";
  auto const rest = included.substr(7);
  return rest.substr(0, rest.find('/'));
}

/// "<sferic/bus/bus.hpp" of the line `#include <sferic/bus/bus.hpp>`; nothing of others.
std::string include_in(std::string line) {
  std::erase_if(line, [](char letter) { return letter == ' ' || letter == '\t'; });
  constexpr std::string_view kBegin = "#include";
  if (!line.starts_with(kBegin)) return "";
  line.erase(0, kBegin.size());
  return line.substr(0, line.find_last_of(">\""));
}

Source read(fs::path const& path, fs::path const& root) {
  std::string const name = path.lexically_relative(root).generic_string();
  Source source{name, folder_of(name), "", {}};
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    source.text += line + "\n";
    auto const include = include_in(line);
    if (!include.empty()) source.includes.push_back(include);
  }
  return source;
}

std::vector<Source> const& sources() {
  static auto const all = [] {
    std::vector<Source> found;
    for (auto const* root : {"lib", "events", "builtin_callbacks"}) {
      fs::path const folder = fs::path(SFERIC_PROJECT) / root;
      for (auto const& entry : fs::recursive_directory_iterator(folder)) {
        auto const extension = entry.path().extension();
        if (extension == ".hpp" || extension == ".cpp") found.push_back(read(entry.path(), folder));
      }
    }
    return found;
  }();
  return all;
}

/// Calls `check(source, included)` for everything that sferic's sources include.
template <class Check>
void for_each_include(Check check) {
  for (auto const& source : sources()) {
    for (auto const& include : source.includes) check(source, include.substr(1));
  }
}

TEST(Architecture, SourcesAreFoundWhereTheyAreExpected) {
  Names folders;
  for (auto const& source : sources()) folders.insert(source.folder);
  for (auto const& [folder, arrows] : kArrows) EXPECT_TRUE(folders.contains(folder)) << folder;
  folders.erase("sferic.hpp");
  for (auto const& folder : folders) {
    EXPECT_TRUE(kArrows.contains(folder)) << folder << " needs its arrows in this test";
  }
}

TEST(Architecture, FoldersIncludeOnlyWhatTheirArrowsAllow) {
  int arrows = 0;
  for_each_include([&](Source const& source, std::string const& included) {
    std::string const folder = folder_of(included);
    auto const allowed = kArrows.find(source.folder);
    if (folder.empty() || folder == source.folder || allowed == kArrows.end()) return;
    ++arrows;
    EXPECT_TRUE(allowed->second.contains(folder)) << source.name << " includes " << included;
  });
  EXPECT_GT(arrows, 20);
}

TEST(Architecture, NobodyIncludesTheUmbrella) {
  for_each_include([](Source const& source, std::string const& included) {
    EXPECT_NE(included, "sferic/sferic.hpp") << source.name;
  });
}

TEST(Architecture, EverythingIsIncludedByItsFullName) {
  for (auto const& source : sources()) {
    for (auto const& include : source.includes)
      EXPECT_EQ(include[0], '<') << source.name << include;
  }
}

TEST(Architecture, TorchStaysAtTheEdge) {
  for_each_include([](Source const& source, std::string const& included) {
    if (!kWithoutTorch.contains(source.folder)) return;
    EXPECT_FALSE(starts_with_any(included, {"torch/", "ATen/", "c10/", "caffe2/"}))
        << source.name << " includes " << included;
  });
}

TEST(Architecture, BoostIsSeenBySourcesAndByTheArchiveOfStatesOnly) {
  for_each_include([](Source const& source, std::string const& included) {
    if (!included.starts_with("boost/")) return;
    EXPECT_TRUE(source.name.ends_with(".cpp") ||
                source.name == "sferic/persistence/state_archive.hpp")
        << source.name << " includes " << included;
  });
}

/// A header for users: one that declares more than sferic::detail.
bool is_public_header(Source const& source) {
  return source.name.ends_with(".hpp") && source.name.find("/detail/") == std::string::npos &&
         (source.text.find("\nnamespace sferic {") != std::string::npos ||
          source.text.find("\nnamespace sferic::event {") != std::string::npos);
}

/// What is left out of the umbrella: a part of its own, which not every LibTorch allows.
Names const kApart = {"distributed"};

TEST(Architecture, TheUmbrellaReachesEveryPublicHeader) {
  std::map<std::string, Source const*> by_name;
  for (auto const& source : sources()) by_name[source.name] = &source;
  Names reached;
  std::vector<std::string> left = {"sferic/sferic.hpp"};
  while (!left.empty()) {
    auto const name = left.back();
    left.pop_back();
    if (!by_name.contains(name) || !reached.insert(name).second) continue;
    for (auto const& include : by_name[name]->includes) left.push_back(include.substr(1));
  }
  int headers = 0;
  for (auto const& source : sources()) {
    if (!is_public_header(source) || kApart.contains(source.folder)) continue;
    ++headers;
    EXPECT_TRUE(reached.contains(source.name)) << source.name;
  }
  EXPECT_GT(headers, 20);
}

}  // namespace
