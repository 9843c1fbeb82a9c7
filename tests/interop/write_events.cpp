// Writes an event file with everything that a TensorBoardLogger writes: interop_events <folder>.

#include <sferic/loggers/tensorboard_logger.hpp>

#include <cmath>
#include <filesystem>
#include <stdexcept>

#include "loggers/support.hpp"

int main(int, char** arguments) {
  using namespace sferic;
  std::filesystem::path const folder = arguments[1];
  std::filesystem::remove_all(folder);
  TensorBoardLogger logger({.folder = folder,
                            .version = 0,
                            .hparams = {{"lr", 0.5}, {"bias", true}, {"optimizer", "Adam"}},
                            .hparam_metrics = {"loss"}});
  test::Training training(logger);
  training.start();
  training.resume(3);
  training.log(3, {{"loss", 0.25}, {"nan", std::nan("")}});
  training.log_media(4, {{"picture", test::image()},
                         {"histogram", test::histogram()},
                         {"text", std::string("hello")}});
  training.end();
}
