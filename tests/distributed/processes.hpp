#pragma once

#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "support/free_port.hpp"

namespace sferic::test {

/// What became of a rank's process.
struct Ended {
  int code = -1;       ///< its exit code, or -1 where a signal or the patience of wait() ended it
  std::string error;   ///< what it has written
  double seconds = 0;  ///< how long it has run
};

/// Where ranks run.
struct RankPlaces {
  std::string address = "127.0.0.1";  ///< of rank zero
  int port = free_port();
  /// By rank, the command that runs another one there. Default: it is run here.
  std::vector<std::vector<std::string>> run_at = {};
};

/// As many processes of one program as there are ranks, as torchrun would start them; killed at the
/// end if they still run.
class RankProcesses {
 public:
  RankProcesses(std::vector<std::string> const& command, int ranks,
                std::filesystem::path const& folder, RankPlaces const& places = {})
      : folder_(folder), start_(std::chrono::steady_clock::now()) {
    for (int rank = 0; rank < ranks; ++rank) {
      std::vector<std::string> words;
      if (!places.run_at.empty()) words = places.run_at[static_cast<std::size_t>(rank)];
      words.insert(words.end(), command.begin(), command.end());
      start(words, rank, ranks, places);
    }
  }
  ~RankProcesses() {
    for (auto const id : ids_) kill(id, SIGKILL);
    for (auto const id : ids_) waitpid(id, nullptr, 0);
  }
  RankProcesses(RankProcesses const&) = delete;
  RankProcesses& operator=(RankProcesses const&) = delete;

  void signal(int rank, int number) { kill(ids_[static_cast<std::size_t>(rank)], number); }

  /// Waits for all, and kills those that hang.
  std::vector<Ended> wait(std::chrono::seconds patience = std::chrono::seconds(120)) {
    std::vector<Ended> ended(ids_.size());
    std::size_t left = ids_.size();
    while (left > 0) {
      for (std::size_t rank = 0; rank < ids_.size(); ++rank) {
        int status = 0;
        if (ids_[rank] == 0 || waitpid(ids_[rank], &status, WNOHANG) == 0) continue;
        ids_[rank] = 0;
        --left;
        ended[rank].seconds = seconds();
        if (WIFEXITED(status)) ended[rank].code = WEXITSTATUS(status);
      }
      if (left > 0 && seconds() > static_cast<double>(patience.count())) {
        for (auto const id : ids_) {
          if (id != 0) kill(id, SIGKILL);
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ids_.clear();
    for (std::size_t rank = 0; rank < ended.size(); ++rank) {
      ended[rank].error = text_of(error_file(static_cast<int>(rank)));
    }
    return ended;
  }

  /// How long they have run.
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  /// The child only makes system calls, since this process may have threads.
  void start(std::vector<std::string> command, int rank, int ranks, RankPlaces const& places) {
    std::vector<std::string> variables = {"RANK=" + std::to_string(rank),
                                          "WORLD_SIZE=" + std::to_string(ranks),
                                          "LOCAL_RANK=" + std::to_string(rank),
                                          "MASTER_ADDR=" + places.address,
                                          "MASTER_PORT=" + std::to_string(places.port),
                                          "OMP_NUM_THREADS=1"};
    for (auto** each = environ; *each; ++each) variables.push_back(*each);
    auto const arguments = pointers_to(command);
    auto const environment = pointers_to(variables);
    auto const output = error_file(rank);
    auto const id = fork();
    if (id != 0) return ids_.push_back(id);
    int const file = open(output.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    dup2(file, STDERR_FILENO);
    execve(arguments.front(), arguments.data(), environment.data());
    _exit(127);
  }

  static std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
  }

  std::string error_file(int rank) const {
    return folder_ / ("stderr_" + std::to_string(rank) + ".txt");
  }

  static std::string text_of(std::filesystem::path const& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  std::filesystem::path folder_;
  std::chrono::steady_clock::time_point start_;
  std::vector<pid_t> ids_;
};

}  // namespace sferic::test
