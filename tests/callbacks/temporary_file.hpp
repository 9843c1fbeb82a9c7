#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace sferic::test {

/// A file for what a callback writes.
class TemporaryFile {
 public:
  TemporaryFile() = default;
  TemporaryFile(TemporaryFile const&) = delete;
  TemporaryFile& operator=(TemporaryFile const&) = delete;
  ~TemporaryFile() { std::fclose(file_); }

  std::FILE* get() const { return file_; }

  /// What has been written since the last call.
  std::string take() {
    auto const end = std::ftell(file_);
    std::string text(static_cast<std::size_t>(end - taken_), '\0');
    std::fseek(file_, taken_, SEEK_SET);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), file_), text.size());
    std::fseek(file_, end, SEEK_SET);
    taken_ = end;
    return text;
  }

 private:
  std::FILE* file_ = std::tmpfile();
  long taken_ = 0;
};

}  // namespace sferic::test
