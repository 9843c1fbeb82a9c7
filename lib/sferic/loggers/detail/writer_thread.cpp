#include <sferic/loggers/detail/writer_thread.hpp>

#include <utility>

namespace sferic::detail {

WriterThread::WriterThread(Work work, std::size_t max_bytes, std::chrono::duration<double> interval)
    : work_(std::move(work)),
      max_bytes_(max_bytes),
      interval_(interval),
      thread_([this] { run(); }) {}

WriterThread::~WriterThread() {
  {
    std::lock_guard const lock(mutex_);
    ends_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void WriterThread::push(LogRecord record) {
  std::unique_lock lock(mutex_);
  written_.wait(lock, [this] { return bytes_ < max_bytes_; });
  bytes_ += bytes_of(record);
  queue_.push_back(std::move(record));
  if (queue_.size() == 1 || is_urgent()) wake_.notify_one();
}

void WriterThread::request_flush() {
  {
    std::lock_guard const lock(mutex_);
    ++flushes_wanted_;
  }
  wake_.notify_one();
}

void WriterThread::flush() {
  std::unique_lock lock(mutex_);
  auto const mine = ++flushes_wanted_;
  wake_.notify_one();
  written_.wait(lock, [&] { return flushes_done_ >= mine; });
}

bool WriterThread::is_urgent() const {
  return ends_ || flushes_wanted_ != flushes_done_ || bytes_ > max_bytes_ / 2;
}

void WriterThread::run() {
  std::unique_lock lock(mutex_);
  for (bool is_last = false; !is_last;) {
    wake_.wait(lock, [this] { return !queue_.empty() || is_urgent(); });
    wake_.wait_for(lock, interval_, [this] { return is_urgent(); });
    auto const records = std::exchange(queue_, {});
    auto const flush = flushes_wanted_;
    is_last = ends_;
    lock.unlock();
    write(records);
    work_.flush();
    lock.lock();
    flushes_done_ = flush;
    written_.notify_all();
  }
}

void WriterThread::write(std::vector<LogRecord> const& records) {
  for (auto const& record : records) {
    work_.write(record);
    std::lock_guard const lock(mutex_);
    bytes_ -= bytes_of(record);
    written_.notify_all();
  }
}

}  // namespace sferic::detail
