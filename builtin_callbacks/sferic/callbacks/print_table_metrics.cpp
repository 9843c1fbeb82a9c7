#include <sferic/callbacks/print_table_metrics.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/callbacks/detail/table.hpp>
#include <sferic/callbacks/progress_line.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/persistence/compiled_state.hpp>

#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include <algorithm>
#include <utility>

namespace sferic {

namespace {

constexpr auto kPrintTableMetrics = "PrintTableMetrics";

/// The values by name. Of `x`, `x_step` and `x_epoch` only `x`, which is that of the epoch.
std::map<std::string, double> values_of(Metrics const& metrics) {
  std::map<std::string, double> values;
  for (auto const& [name, value] : metrics.all()) values[name] = value;
  auto const all = values;
  for (auto const& [name, value] : all) {
    if (!all.contains(name + "_step") || !all.contains(name + "_epoch")) continue;
    values.erase(name + "_step");
    values.erase(name + "_epoch");
  }
  return values;
}

}  // namespace

PrintTableMetrics::PrintTableMetrics(PrintTableMetricsOptions options)
    : options_(std::move(options)), columns_(options_.columns) {
  auto const last = options_.last_epochs.value_or(1);
  detail::require(last >= 1, kPrintTableMetrics, "last_epochs", ">= 1", last);
  auto const width = options_.width.value_or(1);
  detail::require(width >= 1, kPrintTableMetrics, "width", ">= 1", width);
  detail::require(options_.file != nullptr, kPrintTableMetrics, "file", "an open stream", "null");
}

void PrintTableMetrics::on(event::FitStart const& e) {
  if (e.progress.epochs_done > 0) return;  // of a fit that goes on
  epochs_.clear();
  columns_ = options_.columns;
}

void PrintTableMetrics::on(event::EpochEnd const& e) {
  if (e.progress.stage != Stage::kTrain || e.progress.rank != 0) return;
  epochs_.push_back({e.progress.epoch + 1, values_of(e.metrics)});
  if (options_.columns.empty()) {
    for (auto const& [name, value] : epochs_.back().values) {
      if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) {
        columns_.push_back(name);
      }
    }
  }
  auto const written = text(width());
  std::fwrite(written.data(), 1, written.size(), options_.file);  // whole, whoever else writes
  std::fflush(options_.file);
}

int PrintTableMetrics::width() const {
  constexpr int kUsual = 80;
  if (options_.width) return static_cast<int>(std::min<std::int64_t>(*options_.width, 100'000));
  detail::LineOutput const output(options_.file);
  return output.is_terminal() ? output.style().columns : kUsual;
}

std::string PrintTableMetrics::text(int width) const {
  auto const count = static_cast<std::int64_t>(epochs_.size());
  auto const first = epochs_.end() - std::min(count, options_.last_epochs.value_or(count));
  std::vector<detail::TableColumn> table{{"epoch", {}}};
  for (auto epoch = first; epoch != epochs_.end(); ++epoch) {
    table.front().values.push_back(static_cast<double>(epoch->number));
  }
  for (auto const& name : columns_) {
    auto& column = table.emplace_back(detail::TableColumn{name, {}});
    for (auto epoch = first; epoch != epochs_.end(); ++epoch) {
      auto const found = epoch->values.find(name);
      column.is_known.push_back(found != epoch->values.end());
      column.values.push_back(column.is_known.back() ? found->second : 0);
    }
  }
  return detail::table(table, width);
}

template <class Archive>
void PrintTableMetrics::Epoch::serialize(Archive& archive, unsigned) {
  archive & number & values;
}

template <class Archive>
void PrintTableMetrics::serialize(Archive& archive, unsigned) {
  std::vector<std::string> columns = columns_;
  archive & columns & epochs_;
  if (options_.columns.empty()) columns_ = columns;
}

template struct detail::CompiledState<PrintTableMetrics>;

}  // namespace sferic
