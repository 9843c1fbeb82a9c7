#include <sferic/profile/trace_file.hpp>

#include <sferic/persistence/detail/new_file.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace sferic {

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::nanoseconds;

std::string text_of(Json const& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string_view name_of(SpanKind kind) {
  constexpr std::string_view kNames[] = {"task", "epoch", "batch", "phase", "event", "handler"};
  return kNames[static_cast<std::size_t>(kind)];
}

struct Interval {
  nanoseconds begin;
  nanoseconds end;
};

/// Keeps spans that touch each other apart. Viewers compute in floating-point microseconds, and
/// some cut the rest of a nanosecond off: what ends when another span begins, or when the outer one
/// ends, would be half within the one and half beside the other.
class Apart {
 public:
  /// When to say that a span begins and ends, which is not before those that were given so far.
  Interval operator()(TraceSpan const& span) {
    while (!outer_.empty() && outer_.back().span.end <= span.begin) leave();
    Interval interval = {std::max(span.begin, last_end_ + nanoseconds(1)), span.end};
    if (!outer_.empty()) {
      auto const& [begin, end] = outer_.back().written;
      interval.begin = std::min(std::max(interval.begin, begin + nanoseconds(1)), end);
      interval.end = std::min(interval.end, end - nanoseconds(2));
    }
    interval.end = std::max(interval.begin, interval.end);
    outer_.push_back({{span.begin, span.end}, interval});
    last_end_ = nanoseconds(-1);
    return interval;
  }

 private:
  struct Outer {
    Interval span;
    Interval written;
  };

  void leave() {
    last_end_ = outer_.back().written.end;
    outer_.pop_back();
  }

  std::vector<Outer> outer_;
  nanoseconds last_end_ = nanoseconds(-1);  ///< of the span beside the next one
};

/// Writes a trace, little of which is in memory as text.
class TraceWriter {
 public:
  TraceWriter(std::filesystem::path const& path, Trace const& trace) : file_(path), trace_(trace) {
    for (auto const& name : trace.names) {
      auto quoted = text_of(name);
      quoted.pop_back();  // a number may follow
      names_.push_back(std::move(quoted));
    }
  }

  void write() {
    text_ = "{\"displayTimeUnit\":\"ns\",\"otherData\":" + text_of(other_data());
    text_ += ",\"traceEvents\":[\n";
    add_name("process_name", 0, "sferic");
    for (std::size_t i = 0; i < trace_.tracks.size(); ++i) {
      text_ += ",\n";
      add_name("thread_name", i + 1, trace_.tracks[i].name);
      Apart apart;
      for (auto const& span : trace_.tracks[i].spans) {
        text_ += ",\n";
        add(span, i + 1, apart(span));
        if (text_.size() >= kBlock) flush();
      }
    }
    text_ += "\n]}\n";
    flush();
    file_.commit();
  }

 private:
  static constexpr std::size_t kBlock = 1 << 16;

  Json other_data() const {
    Json samples = Json::array();
    for (auto const& sample : trace_.samples) {
      samples.push_back({{"thread", trace_.tracks[sample.track].name},
                         {"what", sample.what},
                         {"seen", sample.seen},
                         {"one_kept_of", sample.one_of}});
    }
    return {{"samples", samples}, {"lost", trace_.lost}};
  }

  void add_name(char const* what, std::size_t thread, std::string const& name) {
    text_ += text_of({{"ph", "M"},
                      {"pid", getpid()},
                      {"tid", thread},
                      {"name", what},
                      {"args", {{"name", name}}}});
  }

  void add(TraceSpan const& span, std::size_t thread, Interval const& interval) {
    text_ += "{\"ph\":\"X\",\"pid\":";
    add_integer(getpid());
    text_ += ",\"tid\":";
    add_integer(static_cast<std::int64_t>(thread));
    text_ += ",\"ts\":";
    add_microseconds(interval.begin);
    text_ += ",\"dur\":";
    add_microseconds(interval.end - interval.begin);
    text_ += ",\"cat\":\"";
    text_ += name_of(span.kind);
    text_ += "\",\"name\":";
    text_ += names_.at(span.name);
    if (span.number >= 0) {
      text_ += ' ';
      add_integer(span.number);
    }
    text_ += "\"}";
  }

  /// Not as a floating-point number, which would round.
  void add_microseconds(nanoseconds time) {
    auto const fraction = static_cast<int>(time.count() % 1000);
    add_integer(time.count() / 1000);
    text_ += '.';
    for (int const digit : {fraction / 100, fraction / 10 % 10, fraction % 10}) {
      text_ += static_cast<char>('0' + digit);
    }
  }

  void add_integer(std::int64_t number) {
    std::array<char, 24> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    text_.append(digits.data(), end);
  }

  void flush() {
    file_.write(text_.data(), text_.size());
    text_.clear();
  }

  detail::NewFile file_;
  Trace const& trace_;
  std::vector<std::string> names_;  ///< quoted, but for the closing quote
  std::string text_;
};

}  // namespace

void write_trace(std::filesystem::path const& path, Trace const& trace) {
  TraceWriter(path, trace).write();
}

}  // namespace sferic
