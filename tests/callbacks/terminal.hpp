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

/// The columns that a letter of UTF-8 takes: two in East Asian scripts and as a picture.
inline std::size_t columns_of(std::string_view letter) {
  char32_t code = static_cast<unsigned char>(letter[0]);
  if (letter.size() > 1) code &= 0xFFu >> (letter.size() + 1);
  for (char const byte : letter.substr(1))
    code = code << 6 | (static_cast<unsigned char>(byte) & 0x3F);
  auto const within = [code](char32_t first, char32_t last) {
    return first <= code && code <= last;
  };
  bool const is_wide = within(0x1100, 0x115F) || within(0x2E80, 0xA4CF) || within(0xAC00, 0xD7A3) ||
                       within(0xF900, 0xFAFF) || within(0xFE30, 0xFE6F) || within(0xFF00, 0xFF60) ||
                       within(0x1F300, 0x1FAFF) || within(0x20000, 0x3FFFD);
  return is_wide ? 2 : 1;
}

/// What a user sees of the bytes that a terminal gets. A line that wraps is a failure, since a bar
/// that is redrawn in place would leave its first part behind.
class Screen {
 public:
  explicit Screen(std::size_t columns) : columns_(columns) {}

  /// As xterm does it: what is beyond the new border is gone.
  void resize(std::size_t columns) {
    columns_ = columns;
    column_ = std::min(column_, columns - 1);
    for (auto& row : rows_) row.resize(std::min(row.size(), columns));
  }

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
    } else {
      put_in_letter(byte);
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

  void put_in_letter(char byte) {
    letter_ += byte;
    auto const first = static_cast<unsigned char>(letter_[0]);
    std::size_t const bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (letter_.size() < bytes) return;
    put_letter(letter_);
    letter_.clear();
  }

  void put_letter(std::string const& letter) {
    auto& row = rows_.back();
    auto const end = column_ + columns_of(letter);
    if (end > columns_) ADD_FAILURE() << "wrapped after: " << lines().back();
    if (row.size() < end) row.resize(end, " ");
    if (row[column_].empty()) row[column_ - 1] = " ";  // half of a wide letter is none
    if (end < row.size() && row[end].empty()) row[end] = " ";
    row[column_] = letter;
    for (auto cell = column_ + 1; cell < end; ++cell) row[cell].clear();
    column_ = end;
  }

  std::size_t columns_;
  std::size_t column_ = 0;
  std::vector<Lines> rows_{1};  ///< of cells; the second one of a wide letter is empty
  std::string escape_;          ///< one that has begun
  std::string letter_;          ///< the same of a letter
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

  /// What the program asks for (TIOCGWINSZ), and the screen.
  void resize(unsigned short columns) {
    lines();  // what has been written before
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
