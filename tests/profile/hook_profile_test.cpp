#include <sferic/profile/hook_profile.hpp>

#include <sferic/profile/detail/profile_table.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>

namespace sferic::test {
namespace {

HookProfile example() {
  Durations const calls{.count = 1200,
                        .total = 12e-3,
                        .mean = 10e-6,
                        .p50 = 9e-6,
                        .p95 = 15e-6,
                        .p99 = 20e-6,
                        .max = 1.2e-3};
  Durations const steps{.count = 1200,
                        .total = 0.12,
                        .mean = 100e-6,
                        .p50 = 99e-6,
                        .p95 = 110e-6,
                        .p99 = 120e-6,
                        .max = 2e-3};
  HookProfile profile{.task = "fit", .seconds = 1.5, .steps = steps};
  profile.phases = {{"forward", calls, 0.1}, {"checkpoint", calls, {}}};
  profile.events = {{"setup", {.count = 1}, {}},
                    {"train_batch_end",
                     calls,
                     {{"lambda", "main.cpp:12", "every(10)", calls, 0.1},
                      {"sferic::EarlyStopping", "main.cpp:20", "", calls, 0.1},
                      {"two, \"quoted\"", "a.cpp:1", "", calls, 0.1},
                      {"two, \"quoted\"", "a.cpp:2", "", calls, 0.1}}}};
  profile.overhead = 25e-9;
  return profile;
}

TEST(HookProfileTest, TextIsATableOfPhasesAndHandlers) {
  EXPECT_EQ("\n" + example().text(), R"(
What the hooks of this fit cost, in 1.50 s: 1200 training steps, p50 99.0 us, p99 120 us
                                        calls    total     mean      p50      p95      p99      max   of step
between events
  forward                                1200  12.0 ms  10.0 us  9.00 us  15.0 us  20.0 us  1.20 ms   10.00 %
  checkpoint                             1200  12.0 ms  10.0 us  9.00 us  15.0 us  20.0 us  1.20 ms
train_batch_end
  lambda at main.cpp:12, every(10)       1200  12.0 ms  10.0 us  9.00 us  15.0 us  20.0 us  1.20 ms   10.00 %
  sferic::EarlyStopping                  1200  12.0 ms  10.0 us  9.00 us  15.0 us  20.0 us  1.20 ms   10.00 %
  two, "quoted" at a.cpp:1               1200  12.0 ms  10.0 us  9.00 us  15.0 us  20.0 us  1.20 ms   10.00 %
  two, "quoted" at a.cpp:2               1200  12.0 ms  10.0 us  9.00 us  15.0 us  20.0 us  1.20 ms   10.00 %
Of each call, 25 ns are the measuring's own and not counted here.
)");
}

TEST(HookProfileTest, JsonHasEverything) {
  auto const json = nlohmann::json::parse(example().json());
  EXPECT_EQ(json["task"], "fit");
  EXPECT_EQ(json["steps"]["count"], 1200);
  EXPECT_EQ(json["phases"][0]["name"], "forward");
  EXPECT_EQ(json["phases"][0]["share_of_step"], 0.1);
  EXPECT_FALSE(json["phases"][1].contains("share_of_step"));
  auto const& handler = json["events"][1]["handlers"][0];
  EXPECT_EQ(handler["name"], "lambda");
  EXPECT_EQ(handler["where"], "main.cpp:12");
  EXPECT_EQ(handler["filter"], "every(10)");
  EXPECT_EQ(handler["calls"]["p99"], 20e-6);
}

TEST(HookProfileTest, JsonIsValidWhateverTheNames) {
  auto profile = example();
  profile.events[1].handlers[0].name = "\xff\"\n";
  EXPECT_TRUE(nlohmann::json::accept(profile.json()));
}

TEST(HookProfileTest, CsvHasALineForEachAndAsManyFields) {
  std::istringstream csv(example().csv());
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line, "kind,name,handler,where,filter,count,total,mean,p50,p95,p99,max,share_of_step");
  std::getline(csv, line);
  EXPECT_EQ(line, "step,fit,,,,1200,0.12,0.0001,9.9e-05,0.00011,0.00012,0.002,");
  std::getline(csv, line);
  EXPECT_EQ(line, "phase,forward,,,,1200,0.012,1e-05,9e-06,1.5e-05,2e-05,0.0012,0.1");
  int lines = 3;
  for (std::string next; std::getline(csv, next); ++lines) line = next;
  EXPECT_EQ(lines, 1 + 1 + 2 + 2 + 4);
  EXPECT_EQ(line,
            "handler,train_batch_end,\"two, \"\"quoted\"\"\",a.cpp:2,,1200,0.012,1e-05,9e-06,"
            "1.5e-05,2e-05,0.0012,0.1");
}

TEST(HookProfileTest, LabelsTellHandlersOfOneNameApart) {
  auto const profile = example();
  auto const& event = profile.events[1];
  EXPECT_EQ(event.label_of(event.handlers[0]), "lambda at main.cpp:12");
  EXPECT_EQ(event.label_of(event.handlers[1]), "sferic::EarlyStopping");
  EXPECT_EQ(event.label_of(event.handlers[3]), "two, \"quoted\" at a.cpp:2");
}

TEST(DurationText, HasThreeDigitsAndTheUnitThatFits) {
  using detail::duration_text;
  EXPECT_EQ(duration_text(0), "0 ns");
  EXPECT_EQ(duration_text(2.4e-9), "2 ns");
  EXPECT_EQ(duration_text(123e-9), "123 ns");
  EXPECT_EQ(duration_text(999.6e-9), "1.00 us");
  EXPECT_EQ(duration_text(1.234e-6), "1.23 us");
  EXPECT_EQ(duration_text(12.34e-6), "12.3 us");
  EXPECT_EQ(duration_text(99.96e-6), "100 us");
  EXPECT_EQ(duration_text(0.0123), "12.3 ms");
  EXPECT_EQ(duration_text(75.0), "75.0 s");
  EXPECT_EQ(duration_text(3600), "3600 s");
}

}  // namespace
}  // namespace sferic::test
