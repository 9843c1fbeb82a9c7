#include <sferic/events/catalogue.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sferic::test {
namespace {

/// The name of `Event` as the compiler spells it, without its namespaces: "TrainBatchEnd".
template <class Event>
std::string_view struct_name() {
  std::string_view text = __PRETTY_FUNCTION__;  // ... [with Event = sferic::event::Setup; ...]
  constexpr std::string_view kBefore = "Event = ";
  text.remove_prefix(text.find(kBefore) + kBefore.size());
  text = text.substr(0, text.find_first_of(";]"));
  return text.substr(text.rfind(':') + 1);
}

/// "TrainBatchEnd" becomes "train_batch_end".
std::string snake_case(std::string_view name) {
  std::string snake;
  for (char const letter : name) {
    auto const byte = static_cast<unsigned char>(letter);
    if (std::isupper(byte) != 0 && !snake.empty()) snake += '_';
    snake += static_cast<char>(std::tolower(byte));
  }
  return snake;
}

struct Named {
  std::string_view type;
  std::string_view name;
};

template <class... Events>
std::vector<Named> named_events(event::EventList<Events...>) {
  return {Named{struct_name<Events>(), Events::kName}...};
}

std::vector<Named> names() { return named_events(event::Catalogue{}); }

template <class... Events>
constexpr bool all_are_aggregates(event::EventList<Events...>) {
  return (std::is_aggregate_v<Events> && ...);
}
static_assert(all_are_aggregates(event::Catalogue{}));

template <class... Events>
constexpr bool all_have_a_moment(event::EventList<Events...>) {
  return (std::is_base_of_v<event::TrainerMoment, Events> && ...);
}
static_assert(all_have_a_moment(event::Catalogue{}));

TEST(Catalogue, EachNameIsTheSnakeCaseFormOfItsType) {
  EXPECT_EQ(snake_case(struct_name<event::TrainBatchEnd>()), "train_batch_end");
  for (auto const& [type, name] : names()) EXPECT_EQ(name, snake_case(type));
}

TEST(Catalogue, NoNameOccursTwice) {
  std::set<std::string_view> seen;
  for (auto const& [type, name] : names()) EXPECT_TRUE(seen.insert(name).second) << name;
}

TEST(Catalogue, EachStartHasItsEndAfterIt) {
  auto const all = names();
  auto const place_of = [&](std::string_view name) {
    return std::find_if(all.begin(), all.end(), [&](Named const& e) { return e.name == name; }) -
           all.begin();
  };
  for (std::string_view const name :
       {"init", "fit", "sanity_check", "train", "epoch", "train_epoch", "batch", "train_batch",
        "validation", "validation_epoch", "validation_batch", "test", "test_epoch", "test_batch"}) {
    auto const start = place_of(std::string(name) + "_start");
    auto const end = place_of(std::string(name) + "_end");
    EXPECT_LT(start, end) << name;
    EXPECT_LT(static_cast<std::size_t>(end), all.size()) << name;
  }
  EXPECT_EQ(all.front().name, "init_start");
  EXPECT_EQ(all.back().name, "teardown");
}

}  // namespace
}  // namespace sferic::test
