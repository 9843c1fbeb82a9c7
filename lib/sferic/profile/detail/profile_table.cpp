#include <sferic/profile/detail/profile_table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace sferic::detail {

namespace {

/// A name to the left and numbers to the right; without numbers, a heading.
struct Row {
  std::string name;
  Durations durations = {};
  std::optional<double> share = {};
};

std::string label(HandlerProfile const& handler, EventProfile const& event) {
  auto const filter = handler.filter.empty() ? "" : ", " + handler.filter;
  return event.label_of(handler) + filter;
}

std::vector<Row> rows_of(HookProfile const& profile) {
  std::vector<Row> rows;
  if (!profile.phases.empty()) rows.push_back({"between events"});
  for (auto const& phase : profile.phases) {
    rows.push_back({"  " + phase.name, phase.times, phase.share_of_step});
  }
  for (auto const& event : profile.events) {
    auto const is_called = [](auto const& handler) { return handler.calls.count > 0; };
    if (!std::any_of(event.handlers.begin(), event.handlers.end(), is_called)) continue;
    rows.push_back({event.event});
    for (auto const& handler : event.handlers) {
      if (!is_called(handler)) continue;
      rows.push_back({"  " + label(handler, event), handler.calls, handler.share_of_step});
    }
  }
  return rows;
}

std::string heading(HookProfile const& profile) {
  auto text =
      fmt::format("What the hooks of this {} cost, in {}",
                  profile.task.empty() ? "run" : profile.task, duration_text(profile.seconds));
  if (auto const& steps = profile.steps; steps.count > 0) {
    text += fmt::format(": {} training steps, p50 {}, p99 {}", steps.count,
                        duration_text(steps.p50), duration_text(steps.p99));
  }
  return text + "\n";
}

std::string line(Row const& row, std::size_t width) {
  auto const& [count, total, mean, p50, p95, p99, max] = row.durations;
  if (count == 0) return row.name + "\n";
  auto text = fmt::format("{:<{}}{:>11}", row.name, width, count);
  for (double const each : {total, mean, p50, p95, p99, max}) {
    text += fmt::format("{:>9}", duration_text(each));
  }
  if (row.share) text += fmt::format("{:>8.2f} %", 100 * *row.share);
  return text + "\n";
}

}  // namespace

std::string duration_text(double seconds) {
  constexpr std::pair<double, char const*> kUnits[] = {
      {1, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}};
  // What would be rounded to 1000 belongs to the next unit.
  auto const* const unit = std::find_if(std::begin(kUnits), std::end(kUnits) - 1,
                                        [&](auto& each) { return seconds >= 0.9995 * each.first; });
  double const number = seconds / unit->first;
  int const digits = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
  if (unit->first == 1e-9) return fmt::format("{:.0f} ns", number);
  return fmt::format("{:.{}f} {}", number, digits, unit->second);
}

std::string profile_table(HookProfile const& profile) {
  auto const rows = rows_of(profile);
  std::size_t width = 30;
  for (auto const& row : rows) width = std::max(width, row.name.size());
  std::string text = heading(profile);
  text += fmt::format("{:<{}}{:>11}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>10}\n", "", width, "calls",
                      "total", "mean", "p50", "p95", "p99", "max", "of step");
  for (auto const& row : rows) text += line(row, width);
  return text + fmt::format("Of each call, {} are the measuring's own and not counted here.\n",
                            duration_text(profile.overhead));
}

}  // namespace sferic::detail
