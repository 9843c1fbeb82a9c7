#pragma once

#include <string>
#include <vector>

namespace sferic::detail {

/// A column of numbers.
struct TableColumn {
  std::string name;
  std::vector<double> values;    ///< one a row
  std::vector<bool> is_known{};  ///< which of them there are; those that are not stay blank
};

/// The columns side by side below their names, numbers to the right with four digits that count:
///
///   epoch    loss  val_accuracy
///   -----  ------  ------------
///       1  0.9031
///       2  0.1200        0.9833
///
/// Where that is wider than `width`, the columns that do not fit follow below, beside the first
/// column again; nothing is ever cut.
std::string table(std::vector<TableColumn> const& columns, int width);

}  // namespace sferic::detail
