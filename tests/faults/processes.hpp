#pragma once

#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace sferic::test {

/// Another program, which is killed if it still runs at the end.
class Process {
 public:
  explicit Process(std::vector<std::string> command) : id_(fork()) {
    if (id_ != 0) return;
    std::vector<char*> arguments;
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments.front(), arguments.data());
    _exit(127);
  }
  ~Process() {
    if (id_ > 0) kill();
  }
  Process(Process const&) = delete;
  Process& operator=(Process const&) = delete;

  /// The exit code, or -1 where a signal ended it.
  int wait() {
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  int kill() {
    ::kill(id_, SIGKILL);
    return wait();
  }

 private:
  pid_t id_;
};

}  // namespace sferic::test
