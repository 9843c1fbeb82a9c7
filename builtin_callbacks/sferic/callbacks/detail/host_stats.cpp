#include <sferic/callbacks/detail/host_stats.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace sferic::detail {

namespace {

using Clock = std::chrono::steady_clock;
using Reading = std::optional<double>;

struct HostStat {
  std::string_view name;
  std::string_view unit;
  std::function<Reading()> (*reader)(std::filesystem::path const& proc);
};

std::string text_of(std::filesystem::path const& path) {
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad() || text.empty()) throw std::runtime_error(path.string() + " cannot be read");
  return text;
}

/// Takes the number that the text begins with, after spaces, off it.
std::optional<double> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  unsigned long long number = 0;
  auto const [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return static_cast<double>(number);
}

std::string text_of_memory(std::filesystem::path const& proc) { return text_of(proc / "meminfo"); }

/// In percent; a machine without swap uses none of it.
Reading share_used(Reading total, Reading free) {
  if (!total || !free) return std::nullopt;
  return *total > 0 ? 100 * (*total - *free) / *total : 0;
}

/// Between this reading and the last one.
std::function<Reading()> cpu_percent(std::filesystem::path const& proc) {
  return [path = proc / "stat", last = std::optional<CpuTicks>()]() mutable -> Reading {
    auto const before = std::exchange(last, cpu_ticks(text_of(path)));
    if (!before || last->all <= before->all) return std::nullopt;
    return 100 * std::max(0.0, last->busy - before->busy) / (last->all - before->all);
  };
}

std::function<Reading()> process_cpu_percent(std::filesystem::path const& proc) {
  struct Point {
    double ticks;
    Clock::time_point time;
  };
  auto const ticks_a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  return [=, path = proc / "self" / "stat", last = std::optional<Point>()]() mutable -> Reading {
    auto const before = std::exchange(last, Point{process_ticks(text_of(path)), Clock::now()});
    if (!before) return std::nullopt;
    double const seconds = std::chrono::duration<double>(last->time - before->time).count();
    if (seconds <= 0) return std::nullopt;
    return 100 * (last->ticks - before->ticks) / ticks_a_second / seconds;
  };
}

std::function<Reading()> memory_percent(std::filesystem::path const& proc) {
  return [proc]() -> Reading {
    auto const text = text_of_memory(proc);
    return share_used(kibibytes(text, "MemTotal"), kibibytes(text, "MemAvailable"));
  };
}

std::function<Reading()> swap_percent(std::filesystem::path const& proc) {
  return [proc]() -> Reading {
    auto const text = text_of_memory(proc);
    return share_used(kibibytes(text, "SwapTotal"), kibibytes(text, "SwapFree"));
  };
}

/// In MiB, of a line of the process's status.
template <char const* kName>
std::function<Reading()> process_memory(std::filesystem::path const& proc) {
  return [path = proc / "self" / "status"]() -> Reading {
    auto const size = kibibytes(text_of(path), kName);
    return size ? Reading(*size / 1024) : std::nullopt;
  };
}

constexpr char kResident[] = "VmRSS";
constexpr char kSwapped[] = "VmSwap";

constexpr HostStat kHostStats[] = {
    {"cpu_percent", "", &cpu_percent},
    {"cpu_vm_percent", "", &memory_percent},
    {"cpu_swap_percent", "", &swap_percent},
    {"process_cpu_percent", "", &process_cpu_percent},
    {"process_rss", "MB", &process_memory<kResident>},
    {"process_swap", "MB", &process_memory<kSwapped>},
};

}  // namespace

CpuTicks cpu_ticks(std::string_view proc_stat) {
  constexpr std::string_view kBegin = "cpu ";
  if (!proc_stat.starts_with(kBegin))
    throw std::runtime_error("/proc/stat has no line of all CPUs");
  proc_stat.remove_prefix(kBegin.size());
  // user nice system idle iowait irq softirq steal; the guests' time after them is in user's.
  std::array<double, 8> ticks = {};
  std::size_t count = 0;
  while (count < ticks.size()) {
    auto const number = take_number(proc_stat);
    if (!number) break;
    ticks[count++] = *number;
  }
  if (count < 4) throw std::runtime_error("/proc/stat has no times of the CPUs");
  CpuTicks sum;
  for (double const each : ticks) sum.all += each;
  sum.busy = sum.all - ticks[3] - ticks[4];
  return sum;
}

double process_ticks(std::string_view proc_self_stat) {
  // The program's name, in brackets, may hold spaces and brackets. utime and stime are the 12th and
  // 13th word after it.
  auto const name_end = proc_self_stat.rfind(')');
  auto text = proc_self_stat.substr(std::min(name_end, proc_self_stat.size()));
  for (int word = 0; word < 12; ++word) {
    text.remove_prefix(std::min(text.find(' '), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  auto const user = take_number(text);
  auto const system = take_number(text);
  if (!user || !system) throw std::runtime_error("/proc/self/stat has no times of the process");
  return *user + *system;
}

std::optional<double> kibibytes(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(name) || !line.substr(name.size()).starts_with(':')) continue;
    line.remove_prefix(name.size() + 1);
    return take_number(line);
  }
  return std::nullopt;
}

std::vector<std::string_view> host_stat_names() {
  std::vector<std::string_view> names;
  for (auto const& stat : kHostStats) names.push_back(stat.name);
  return names;
}

StatSource host_stats(StatFilter const& wanted, std::filesystem::path const& proc) {
  cpu_ticks(text_of(proc / "stat"));
  StatSource source{"cpu", {}};
  for (auto const& stat : kHostStats) {
    if (wanted(stat.name)) {
      source.stats.push_back({key_of(source.title, stat.name, stat.unit), stat.reader(proc)});
    }
  }
  return source;
}

}  // namespace sferic::detail
