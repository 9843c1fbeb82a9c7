#pragma once

#include <sferic/profile/trace_recorder.hpp>
#include <sferic/signal/signal.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sferic::test {

struct Empty {};

/// Signals by name, all observed by one recorder.
class ObservedSignals {
 public:
  explicit ObservedSignals(std::int64_t max_spans = 100'000)
      : recorder(std::make_shared<TraceRecorder>(max_spans)), observation_(recorder) {}

  Signal<Empty>& at(std::string const& name) {
    auto& signal = signals_[name];
    if (!signal) {
      signal = std::make_unique<Signal<Empty>>();
      signal->observe(observation_, name);
    }
    return *signal;
  }

  /// Emits events whose names are given with spaces between.
  void emit(std::string const& names) {
    std::size_t begin = 0;
    while (begin < names.size()) {
      auto const end = std::min(names.find(' ', begin), names.size());
      at(names.substr(begin, end - begin)).emit({});
      begin = end + 1;
    }
  }

  void stop() { observation_.stop(); }

  std::shared_ptr<TraceRecorder> const recorder;

 private:
  Observation observation_;
  std::map<std::string, std::unique_ptr<Signal<Empty>>> signals_;
};

inline std::string name_of(Trace const& trace, TraceSpan const& span) {
  auto const& name = trace.names.at(span.name);
  return span.number < 0 ? name : name + " " + std::to_string(span.number);
}

/// Each span's name, indented by the spans that it is in; "!" before one that is not all in them.
inline std::vector<std::string> outline(Trace const& trace, std::size_t track = 0) {
  std::vector<std::string> lines;
  std::vector<TraceSpan> outer;
  for (auto const& span : trace.tracks.at(track).spans) {
    while (!outer.empty() && outer.back().end <= span.begin &&
           (outer.back().end < span.begin || outer.back().begin < span.begin)) {
      outer.pop_back();
    }
    bool const fits = outer.empty() || span.end <= outer.back().end;
    lines.push_back(std::string(outer.size() * 2, ' ') + (fits ? "" : "!") + name_of(trace, span));
    outer.push_back(span);
  }
  return lines;
}

/// Those lines of an outline that are less deep than `depth`, one below the other.
inline std::string text_of(std::vector<std::string> const& outline, std::size_t depth = 100) {
  std::string text;
  for (auto const& line : outline) {
    if (line.find_first_not_of(' ') < 2 * depth) text += line + "\n";
  }
  return text;
}

/// How many spans of this name there are.
inline int count(Trace const& trace, std::string const& name, std::size_t track = 0) {
  int found = 0;
  for (auto const& span : trace.tracks.at(track).spans) found += trace.names[span.name] == name;
  return found;
}

/// That each span is within another one or beside it, and none ends before it begins.
inline void expect_nested(Trace const& trace) {
  for (auto const& track : trace.tracks) {
    std::vector<TraceSpan> outer;
    for (auto const& span : track.spans) {
      ASSERT_LE(span.begin, span.end) << name_of(trace, span);
      while (!outer.empty() && outer.back().end <= span.begin) outer.pop_back();
      if (!outer.empty()) {
        ASSERT_LE(outer.back().begin, span.begin) << name_of(trace, span);
        ASSERT_LE(span.end, outer.back().end)
            << name_of(trace, span) << " is not within " << name_of(trace, outer.back());
      }
      outer.push_back(span);
    }
  }
}

}  // namespace sferic::test
