// A training that may be killed at any moment: goes on from the checkpoint in a folder, saves one
// every second batch, and writes all that it ends with into a file there.
//
//   killed_training <folder> [<milliseconds for each batch>]

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "trainer/resume_support.hpp"

namespace {

namespace fs = std::filesystem;
namespace event = sferic::event;
using sferic::test::Outcome;
using sferic::test::Session;

void write(std::ofstream& file, double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%a\n", value);
  file << text;
}

void write(Outcome const& outcome, fs::path const& path) {
  auto const unfinished = path.string() + ".unfinished";
  {
    std::ofstream file(unfinished);
    for (auto const& tensor : outcome.tensors) {
      auto const numbers = tensor.detach().to(torch::kDouble).flatten();
      for (std::int64_t i = 0; i < numbers.numel(); ++i) write(file, numbers[i].item<double>());
    }
    for (auto const& [name, value] : outcome.values) {
      file << name << " ";
      write(file, value);
    }
    for (auto const& [name, count] : outcome.counts) file << name << " " << count << "\n";
    write(file, outcome.best);
    file << outcome.waited << "\n";
  }
  fs::rename(unfinished, path);
}

void train(fs::path const& folder, std::chrono::milliseconds pause) {
  auto const path = folder / "last.ckpt";
  Session session({.max_epochs = 8});
  session.trainer.on<event::TrainBatchEnd>(
      [&](auto const&) { std::this_thread::sleep_for(pause); });
  session.trainer.on<event::TrainBatchEnd>(sferic::every(2), [&](auto const& e) {
    e.control.request_checkpoint(path, {.asynchronous = e.progress.batch % 4 == 0});
  });
  session.trainer.on<event::ValidationBatchEnd>(
      sferic::every(3), [&](auto const& e) { e.control.request_checkpoint(path); });
  session.fit(fs::exists(path) ? path : fs::path());
  write(session.outcome(), folder / "outcome");
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) return 2;
  torch::set_num_threads(1);
  train(arguments[1], std::chrono::milliseconds(count > 2 ? std::atoi(arguments[2]) : 0));
  return 0;
} catch (std::exception const& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
