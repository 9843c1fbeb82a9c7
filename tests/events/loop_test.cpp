#include <sferic/events/loop.hpp>

#include <sferic/training_bus/loop_text.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace sferic::test {
namespace {

namespace loop = event::loop;
using Kind = loop::Step::Kind;

/// The names of all steps of a kind.
std::set<std::string_view> names_of(Kind kind) {
  std::set<std::string_view> names;
  for (auto const& line : loop::kLines) {
    for (auto const& step : line.steps) {
      if (step.kind == kind && !step.name.empty()) names.insert(step.name);
    }
  }
  return names;
}

template <class... Events>
std::set<std::string_view> names_of(event::EventList<Events...>) {
  return {Events::kName...};
}

TEST(Loop, HasEveryEventOfTheCatalogueAndNoOther) {
  EXPECT_EQ(names_of(Kind::kEvent), names_of(event::Catalogue{}));
}

TEST(Loop, EachPartThatIsNamedIsThere) {
  auto const parts = names_of(Kind::kBegin);
  for (auto const& name : names_of(Kind::kPart)) EXPECT_TRUE(parts.contains(name)) << name;
}

TEST(Loop, LinesAreDeeperOnlyBelowWhatRulesThem) {
  int allowed = 0;
  for (auto const& line : loop::kLines) {
    auto const& first = line.steps.front();
    EXPECT_LE(line.depth, allowed) << first.name;
    EXPECT_EQ(line.depth == 0, first.kind == Kind::kBegin) << first.name;
    bool const rules =
        first.kind == Kind::kBegin || first.kind == Kind::kIf || first.kind == Kind::kEach;
    EXPECT_TRUE(!rules || line.steps[1].name.empty()) << first.name;
    allowed = line.depth + int{rules};
  }
}

TEST(LoopText, DrawsStepsHeadingsAndNotes) {
  auto const text = loop_text();
  EXPECT_TRUE(text.starts_with("construction of the trainer:\n  init_start  init_end\n\nfit:\n"))
      << text;
  EXPECT_NE(text.find("\n      for each batch:\n        batch_start  train_batch_start  *  "),
            text.npos);
  EXPECT_NE(text.find("\n        [VALIDATION]    "), text.npos);
  EXPECT_NE(text.find(" the loss may be changed\n"), text.npos);
  EXPECT_EQ(text.find(" \n"), text.npos);
}

TEST(LoopText, IsWhatReadmeShows) {
  std::string const path = SFERIC_PROJECT "/README.md";
  std::ostringstream read;
  read << std::ifstream(path).rdbuf();
  std::string readme = read.str();

  constexpr std::string_view kBegin = "<!-- generated: loop -->\n```\n";
  auto const begin = readme.find(kBegin);
  ASSERT_NE(begin, readme.npos);
  auto const from = begin + kBegin.size();
  auto const shown = readme.substr(from, readme.find("```", from) - from);
  if (std::getenv("SFERIC_UPDATE")) {
    std::ofstream(path) << readme.replace(from, shown.size(), loop_text());
  } else {
    EXPECT_EQ(shown, loop_text())
        << "SFERIC_UPDATE=1 bash tests/run.sh -R LoopText corrects README.md";
  }
}

}  // namespace
}  // namespace sferic::test
