#pragma once

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace sferic::bench {

/// A pseudo-terminal whose screen nobody looks at.
class DiscardingTerminal {
 public:
  DiscardingTerminal() : screen_(posix_openpt(O_RDWR | O_NOCTTY)) {
    if (screen_ < 0 || grantpt(screen_) != 0 || unlockpt(screen_) != 0) {
      throw std::runtime_error("there is no pseudo-terminal");
    }
    file_ = std::fopen(ptsname(screen_), "w");
    if (!file_) throw std::runtime_error("the pseudo-terminal cannot be opened");
    reader_ = std::thread([screen = screen_] {
      char buffer[4096];
      while (read(screen, buffer, sizeof buffer) > 0) {
      }
    });
  }

  /// The reader ends when nobody holds the other side open.
  ~DiscardingTerminal() {
    std::fclose(file_);
    reader_.join();
    close(screen_);
  }

  DiscardingTerminal(DiscardingTerminal const&) = delete;
  DiscardingTerminal& operator=(DiscardingTerminal const&) = delete;

  std::FILE* file() const noexcept { return file_; }

 private:
  int screen_;
  std::FILE* file_ = nullptr;
  std::thread reader_;
};

}  // namespace sferic::bench
