#pragma once

#include <sferic/loggers/logger_options.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "loggers/support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {

namespace fs = std::filesystem;

/// A folder for the runs of loggers.
class RunLogTest : public testing::Test {
 protected:
  LoggerOptions options() const { return {.folder = folder_.path()}; }
  fs::path run(int version) const {
    return folder_.path() / ("version_" + std::to_string(version));
  }
  std::string table(int version = 0) const { return read(run(version) / "metrics.csv"); }

  TemporaryFolder const folder_;
};

}  // namespace sferic::test
