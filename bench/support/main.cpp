// The main function of every benchmark.

#include <benchmark/benchmark.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

int main(int argc, char** argv) {
  // In a process of one thread, libstdc++ leaves out the atomics of shared_ptr and flatters
  // everything; one that uses LibTorch is never of that kind.
  std::jthread const parked([](std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
  });

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
