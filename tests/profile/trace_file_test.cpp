#include <sferic/profile/trace_file.hpp>

#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>

#include "profile/trace_support.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

using std::chrono::nanoseconds;

class TraceFileTest : public testing::Test {
 protected:
  nlohmann::json written(Trace const& trace) const {
    write_trace(path_, trace);
    std::ifstream file(path_);
    return nlohmann::json::parse(file);
  }

  TemporaryFolder const folder_;
  std::filesystem::path const path_ = folder_.path() / "traces" / "timeline.json";
};

Trace trace_of(std::string const& name, nanoseconds begin, nanoseconds end) {
  return {.names = {name},
          .tracks = {{"main", {{.name = 0, .kind = SpanKind::kPhase, .begin = begin, .end = end}}}},
          .samples = {}};
}

TEST_F(TraceFileTest, HasACompleteEventForEachSpan) {
  auto const json = written(trace_of("forward", nanoseconds(1'002'003), nanoseconds(1'004'003)));
  auto const& events = json.at("traceEvents");
  ASSERT_EQ(events.size(), 3);
  auto const& event = events[2];
  EXPECT_EQ(event.at("ph"), "X");
  EXPECT_EQ(event.at("name"), "forward");
  EXPECT_EQ(event.at("cat"), "phase");
  EXPECT_DOUBLE_EQ(event.at("ts"), 1002.003);
  EXPECT_DOUBLE_EQ(event.at("dur"), 2);
  EXPECT_EQ(event.at("pid"), events[1].at("pid"));
  EXPECT_EQ(event.at("tid"), events[1].at("tid"));
}

TEST_F(TraceFileTest, NamesProcessAndThreads) {
  auto const events = written(trace_of("x", {}, {})).at("traceEvents");
  EXPECT_EQ(events[0].at("ph"), "M");
  EXPECT_EQ(events[0].at("name"), "process_name");
  EXPECT_EQ(events[0].at("args").at("name"), "sferic");
  EXPECT_EQ(events[1].at("name"), "thread_name");
  EXPECT_EQ(events[1].at("args").at("name"), "main");
}

TEST_F(TraceFileTest, HasTheNumberBehindTheName) {
  auto trace = trace_of("batch", {}, {});
  trace.tracks[0].spans[0].number = 12;
  EXPECT_EQ(written(trace).at("traceEvents")[2].at("name"), "batch 12");
}

TEST_F(TraceFileTest, TellsTimesToTheNanosecondAfterAYear) {
  nanoseconds const year = std::chrono::hours(365 * 24);
  write_trace(path_, trace_of("x", year + nanoseconds(1), year + nanoseconds(1002)));
  std::ifstream file(path_);
  std::string const text(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(text.find("\"ts\":31536000000000.001,\"dur\":1.001,"), text.npos) << text;
}

TEST_F(TraceFileTest, CanHaveNamesOfAnyBytes) {
  for (std::string const name : {"\"quoted\" \\ \n \x01", "π → Größe", ""}) {
    EXPECT_EQ(written(trace_of(name, {}, {})).at("traceEvents")[2].at("name"), name);
  }
  auto const events = written(trace_of("half \xcf", {}, {})).at("traceEvents");
  EXPECT_EQ(events[2].at("name"), "half \xef\xbf\xbd");
}

TEST_F(TraceFileTest, TellsWhatIsNotInIt) {
  auto trace = trace_of("x", {}, {});
  trace.samples = {{.track = 0, .what = "batches", .seen = 100, .one_of = 8}};
  trace.lost = 3;
  auto const other = written(trace).at("otherData");
  EXPECT_EQ(other.at("lost"), 3);
  EXPECT_EQ(other.at("samples"), nlohmann::json::parse(R"([
      {"thread": "main", "what": "batches", "seen": 100, "one_kept_of": 8}])"));
}

TEST_F(TraceFileTest, IsValidOfATraceOfNothing) {
  EXPECT_EQ(written({}).at("traceEvents").size(), 1);
}

/// What a viewer makes of the file, by its own arithmetic: spans that nest as they do in the trace.
template <class Time>
void expect_nested_as(nlohmann::json const& json, Trace const& trace, Time time) {
  using Value = decltype(time(0.0));
  struct Span {
    Value begin;
    Value end;
    std::chrono::nanoseconds true_end;
  };
  std::vector<Span> outer;
  auto span = trace.tracks.at(0).spans.begin();
  for (auto const& event : json.at("traceEvents")) {
    if (event.at("ph") != "X") continue;
    auto const begin = time(event.at("ts").get<double>());
    auto const end = begin + time(event.at("dur").get<double>());
    while (!outer.empty() && outer.back().true_end <= span->begin) {
      ASSERT_LE(outer.back().end, begin) << "two spans, one behind the other, overlap";
      outer.pop_back();
    }
    if (!outer.empty()) {
      ASSERT_LE(outer.back().begin, begin) << "a span begins before the one around it";
      ASSERT_LE(end, outer.back().end) << "a span ends behind the one around it";
    }
    outer.push_back({begin, end, span++->end});
  }
  EXPECT_EQ(span, trace.tracks[0].spans.end());
}

TEST_F(TraceFileTest, NestsAsTheTraceDoesInTheArithmeticOfViewers) {
  ObservedSignals signals;
  signals.at("inner").connect([](Empty const&) {});
  signals.at("inner").connect([](Empty const&) {});
  signals.at("batch_start").connect([&](Empty const&) { signals.emit("inner"); });
  for (int i = 0; i < 3000; ++i) signals.emit("batch_start train_batch_start batch_end");
  auto const trace = signals.recorder->trace();
  auto const json = written(trace);
  expect_nested_as(json, trace, [](double microseconds) { return microseconds; });
  expect_nested_as(json, trace, [](double microseconds) {
    return static_cast<std::int64_t>(microseconds * 1000);
  });
  expect_nested_as(json, trace,
                   [](double microseconds) { return std::llround(microseconds * 1000); });
}

TEST_F(TraceFileTest, SetsSpansThatTouchEachOtherApart) {
  auto trace = trace_of("x", nanoseconds(1000), nanoseconds(2000));
  auto& spans = trace.tracks[0].spans;
  spans.push_back({.begin = nanoseconds(1000), .end = nanoseconds(1500)});
  spans.push_back({.begin = nanoseconds(1500), .end = nanoseconds(2000)});
  spans.push_back({.begin = nanoseconds(2000), .end = nanoseconds(2000)});
  auto const events = written(trace).at("traceEvents");
  auto const expect = [&](std::size_t event, double begin, double duration) {
    EXPECT_DOUBLE_EQ(events[event].at("ts"), begin);
    EXPECT_DOUBLE_EQ(events[event].at("dur"), duration);
  };
  expect(2, 1, 1);
  expect(3, 1.001, 0.499);
  expect(4, 1.501, 0.497);
  expect(5, 2.001, 0);
}

TEST_F(TraceFileTest, LeavesTheOlderFileWhereTheDiskIsFull) {
  write_trace(path_, trace_of("old", {}, {}));
  Trace large = trace_of("new", {}, {});
  large.tracks[0].spans.resize(10'000, large.tracks[0].spans[0]);
  {
    FullDisk const full(1000);
    EXPECT_THROW(write_trace(path_, large), CheckpointError);
  }
  std::ifstream file(path_);
  EXPECT_EQ(nlohmann::json::parse(file).at("traceEvents")[2].at("name"), "old");
}

}  // namespace
}  // namespace sferic::test
