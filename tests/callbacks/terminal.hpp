#pragma once

#include <gtest/gtest.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <pty.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace sferic::test {

using Lines = std::vector<std::string>;

/// What a user sees of the bytes that a terminal gets. A line that wraps is a failure, since a bar
/// that is redrawn in place would leave its first part behind.
class Screen {
 public:
  explicit Screen(std::size_t columns) : columns_(columns) {}

  void resize(std::size_t columns) { columns_ = columns; }

  void put(std::string_view bytes) {
    for (char const byte : bytes) put(byte);
  }

  Lines lines() const {
    Lines lines;
    for (auto const& row : rows_) {
      lines.emplace_back();
      for (auto const& cell : row) lines.back() += cell;
      lines.back().erase(lines.back().find_last_not_of(' ') + 1);
    }
    if (lines.back().empty()) lines.pop_back();  // where the cursor waits
    return lines;
  }

 private:
  void put(char byte) {
    if (byte == '\0') return;
    if (!escape_.empty() || byte == '\x1b') return put_in_escape(byte);
    if (byte == '\r') {
      column_ = 0;
    } else if (byte == '\n') {
      rows_.emplace_back();
    } else if ((byte & 0xC0) == 0x80) {
      rows_.back()[column_ - 1] += byte;  // the rest of a UTF-8 letter
    } else {
      put_letter(byte);
    }
  }

  void put_in_escape(char byte) {
    escape_ += byte;
    if (escape_ == "\x1b[K") {
      auto& row = rows_.back();
      row.resize(std::min(row.size(), column_));
      escape_.clear();
    } else {
      EXPECT_LT(escape_.size(), 3u) << "an escape sequence that is none of ours";
    }
  }

  void put_letter(char byte) {
    auto& row = rows_.back();
    if (column_ == columns_) ADD_FAILURE() << "wrapped after: " << lines().back();
    if (row.size() <= column_) row.resize(column_ + 1, " ");
    row[column_++] = byte;
  }

  std::size_t columns_;
  std::size_t column_ = 0;
  std::vector<Lines> rows_{1};  ///< of cells, each with one letter
  std::string escape_;          ///< one that has begun
};

/// A real terminal, of which the test is the screen.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : screen_(columns) {
    winsize const size{24, columns, 0, 0};
    int slave = -1;
    if (openpty(&master_, &slave, nullptr, nullptr, &size) != 0)
      throw std::runtime_error("openpty");
    file_ = fdopen(slave, "w");
  }
  Terminal(Terminal const&) = delete;
  Terminal& operator=(Terminal const&) = delete;
  ~Terminal() {
    std::fclose(file_);
    close(master_);
  }

  std::FILE* file() const { return file_; }

  void resize(unsigned short columns) {
    winsize const size{24, columns, 0, 0};
    ASSERT_EQ(ioctl(master_, TIOCSWINSZ, &size), 0);
    screen_.resize(columns);
  }

  /// What the screen shows now. A zero byte, which shows nothing, marks the end of what has been
  /// written by now.
  Lines lines() {
    std::fputc('\0', file_);
    std::fflush(file_);
    char bytes[4096];
    for (bool ended = false; !ended;) {
      auto const count = read(master_, bytes, sizeof bytes);
      if (count <= 0) throw std::runtime_error("the terminal is closed");
      std::string_view const text(bytes, static_cast<std::size_t>(count));
      screen_.put(text);
      was_controlled_ |= text.find('\x1b') != std::string_view::npos;
      ended = text.back() == '\0';
    }
    return screen_.lines();
  }

  /// Whether lines() has met an escape sequence.
  bool was_controlled() const { return was_controlled_; }

 private:
  int master_ = -1;
  std::FILE* file_ = nullptr;
  bool was_controlled_ = false;
  Screen screen_;
};

}  // namespace sferic::test
