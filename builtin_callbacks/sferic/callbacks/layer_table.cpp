#include <sferic/callbacks/layer_table.hpp>

#include <sferic/callbacks/detail/layer_observer.hpp>
#include <sferic/callbacks/detail/layer_table_builder.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sferic {

namespace {

/// A column of text, whose cells are aligned to the left, or numbers to the right.
struct Column {
  std::string title;
  std::vector<std::string> cells;
  bool is_number = false;

  [[nodiscard]] std::size_t width() const {
    std::size_t width = title.size();
    for (auto const& cell : cells) width = std::max(width, cell.size());
    return width;
  }
};

/// 12,345,678
std::string grouped(std::int64_t count) {
  std::string const digits = std::to_string(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string shapes_text(std::vector<LayerRow::Shape> const& shapes) {
  std::string text;
  for (auto const& shape : shapes) {
    text += fmt::format("{}[{}]", text.empty() ? "" : ", ", fmt::join(shape, ", "));
  }
  return text;
}

template <class CellOf>
Column column(std::string title, LayerTable const& table, CellOf cell_of) {
  Column column{std::move(title), {}};
  for (auto const& row : table.layers) column.cells.push_back(cell_of(row));
  return column;
}

template <class CountOf>
Column number_column(std::string title, LayerTable const& table, CountOf count_of) {
  auto numbers =
      column(std::move(title), table, [&](auto const& row) { return grouped(count_of(row)); });
  numbers.is_number = true;
  return numbers;
}

bool has_text(Column const& column) {
  return std::any_of(column.cells.begin(), column.cells.end(),
                     [](auto const& cell) { return !cell.empty(); });
}

std::vector<Column> columns_of(LayerTable const& table) {
  std::vector<Column> columns;
  columns.push_back(column("Name", table, [](auto const& row) { return row.name; }));
  columns.push_back(column("Type", table, [](auto const& row) { return row.type; }));
  columns.push_back(number_column("Params", table, [](auto const& row) { return row.parameters; }));
  if (table.frozen_parameters > 0) {
    columns.push_back(
        number_column("Frozen", table, [](auto const& row) { return row.frozen_parameters; }));
  }
  columns.push_back(column("Mode", table, [](auto const& row) -> std::string {
    return row.training ? "train" : "eval";
  }));
  auto inputs = column("Input", table, [](auto const& row) { return shapes_text(row.inputs); });
  auto outputs = column("Output", table, [](auto const& row) { return shapes_text(row.outputs); });
  if (!has_text(inputs) && !has_text(outputs)) return columns;
  columns.push_back(std::move(inputs));
  columns.push_back(std::move(outputs));
  return columns;
}

template <class CellOf>
std::string line(std::vector<Column> const& columns, CellOf cell_of) {
  std::string text;
  for (auto const& each : columns) {
    if (!text.empty()) text += " | ";
    text += each.is_number ? fmt::format("{:>{}}", cell_of(each), each.width())
                           : fmt::format("{:<{}}", cell_of(each), each.width());
  }
  return text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
}

std::string rule(std::vector<Column> const& columns) {
  std::string text;
  for (auto const& each : columns) {
    text += (text.empty() ? "" : "-+-") + std::string(each.width(), '-');
  }
  return text + '\n';
}

std::string totals(LayerTable const& table) {
  auto const megabytes = [](std::int64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  return fmt::format(
      "{} parameters: {} trainable, {} frozen\n"
      "{:.3f} MB: {:.3f} MB of parameters, {:.3f} MB of buffers\n",
      grouped(table.parameters), grouped(table.trainable_parameters),
      grouped(table.frozen_parameters), megabytes(table.parameter_bytes + table.buffer_bytes),
      megabytes(table.parameter_bytes), megabytes(table.buffer_bytes));
}

}  // namespace

std::string LayerTable::text() const {
  auto const columns = columns_of(*this);
  std::string text = line(columns, [](auto const& each) { return each.title; }) + rule(columns);
  for (std::size_t row = 0; row < layers.size(); ++row) {
    text += line(columns, [row](auto const& each) { return each.cells[row]; });
  }
  return text + rule(columns) + totals(*this);
}

LayerTable summarize(torch::nn::Module const& module, std::int64_t max_depth) {
  return detail::LayerTableBuilder(module, max_depth).table();
}

LayerTable summarize(torch::nn::Module const& module, std::function<void()> const& forward,
                     std::int64_t max_depth) {
  detail::LayerTableBuilder builder(module, max_depth);
  detail::LayerObserver const observer(module, [&](auto const& call) { builder.record(call); });
  forward();
  return builder.table();
}

}  // namespace sferic
