#pragma once

#include <sferic/callbacks/detail/stat_source.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sferic::detail {

/// Reads statistics on a thread of its own, so that nobody waits for a driver or a file.
class StatSampler {
 public:
  /// Reads once, and from then on each `interval`.
  StatSampler(std::vector<StatSource> sources, std::chrono::duration<double> interval);

  /// Waits for a reading that is under way.
  ~StatSampler() = default;
  StatSampler(StatSampler const&) = delete;
  StatSampler& operator=(StatSampler const&) = delete;

  /// How often all has been read. May be asked in every batch: it is one load.
  std::uint64_t samples() const noexcept { return samples_.load(std::memory_order_acquire); }

  /// What the statistics are logged as.
  std::vector<std::string> const& keys() const noexcept { return keys_; }

  /// Their newest values, in the order of the keys; nothing where there is none.
  std::vector<std::optional<double>> newest() const;

  /// The first error of each source, told once.
  std::vector<std::string> take_errors();

 private:
  struct Watched {
    StatSource source;
    bool has_failed = false;
  };

  void read_all();
  std::optional<double> read(Watched& watched, Stat const& stat);
  void run(std::stop_token const& stop);

  std::vector<Watched> sources_;  ///< the thread's, as soon as it runs
  std::chrono::duration<double> interval_;
  std::vector<std::string> keys_;
  std::atomic<std::uint64_t> samples_ = 0;

  mutable std::mutex mutex_;  ///< of what follows; held for copies only
  std::vector<std::optional<double>> newest_;
  std::vector<std::string> errors_;

  std::condition_variable_any stopping_;
  std::jthread thread_;  ///< last, so that it ends before what it uses
};

}  // namespace sferic::detail
