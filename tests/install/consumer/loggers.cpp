#include <sferic/loggers/csv_logger.hpp>
#include <sferic/loggers/json_lines_logger.hpp>
#include <sferic/loggers/tensorboard_logger.hpp>

#include <filesystem>

int main() {
  sferic::LoggerOptions const options{.folder = "runs", .hparams = {{"lr", 1e-3}}};
  sferic::TensorBoardLogger board(options);
  sferic::CsvLogger csv(options);
  sferic::JsonLinesLogger lines(options);
  for (auto const& folder : {board.log_dir(), csv.log_dir(), lines.log_dir()}) {
    if (!std::filesystem::is_directory(folder)) return 1;
  }
  return 0;
}
