#pragma once

#include <sferic/loggers/detail/log_record.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sferic::detail {

/// A thread that writes records, in their order. It sleeps until the interval is over or half of
/// the queue is full, so that what is logged in between costs no more than a place in the queue.
class WriterThread {
 public:
  /// Called on the thread; may not throw.
  struct Work {
    std::function<void(LogRecord const&)> write;  ///< each record
    std::function<void()> flush;                  ///< after those that were waiting
  };

  /// The queue holds `max_bytes`, beyond which it takes one more record.
  WriterThread(Work work, std::size_t max_bytes, std::chrono::duration<double> interval);

  /// Writes what is left.
  ~WriterThread();
  WriterThread(WriterThread const&) = delete;
  WriterThread& operator=(WriterThread const&) = delete;

  /// Waits while the queue is full.
  void push(LogRecord record);

  /// Writes soon what there is.
  void request_flush();

  /// Returns when all that was pushed before is written.
  void flush();

 private:
  void run();
  void write(std::vector<LogRecord> const& records);
  bool is_urgent() const;

  Work const work_;
  std::size_t const max_bytes_;
  std::chrono::duration<double> const interval_;

  std::mutex mutex_;
  std::condition_variable wake_;     ///< the thread has something to do
  std::condition_variable written_;  ///< there is room, or a flush is done
  std::vector<LogRecord> queue_;
  std::size_t bytes_ = 0;  ///< of the queue and of what is being written
  std::uint64_t flushes_wanted_ = 0;
  std::uint64_t flushes_done_ = 0;
  bool ends_ = false;

  std::thread thread_;  ///< last: it uses the others
};

}  // namespace sferic::detail
