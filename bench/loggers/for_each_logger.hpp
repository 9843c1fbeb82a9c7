#pragma once

#include <sferic/loggers/csv_logger.hpp>
#include <sferic/loggers/json_lines_logger.hpp>
#include <sferic/loggers/tensorboard_logger.hpp>

namespace sferic::bench {

/// Calls `visit.operator()<Logger>(name)` for each logger.
template <class Visit>
void for_each_logger(Visit visit) {
  visit.template operator()<TensorBoardLogger>("TensorBoardLogger");
  visit.template operator()<CsvLogger>("CsvLogger");
  visit.template operator()<JsonLinesLogger>("JsonLinesLogger");
}

}  // namespace sferic::bench
