#include <sferic/loggers/detail/writer_thread.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace sferic::test {
namespace {

using detail::LogRecord;
using detail::WriterThread;

constexpr std::chrono::hours kNever(1000);
constexpr std::size_t kMuch = 1 << 20;

LogRecord record(std::int64_t step) {
  return {.time = 0, .step = step, .epoch = 0, .content = std::vector<LoggedValue>{{"loss", 1.0}}};
}

/// What a WriterThread has been asked to do; -1 is a flush.
struct Done {
  std::vector<std::int64_t> steps;

  WriterThread::Work work() {
    return {[this](LogRecord const& written) { steps.push_back(written.step); },
            [this] { steps.push_back(-1); }};
  }
};

TEST(WriterThread, WritesAllInOrderBeforeItEnds) {
  Done done;
  {
    WriterThread thread(done.work(), kMuch, kNever);
    for (std::int64_t i = 0; i < 100; ++i) thread.push(record(i));
  }
  std::erase(done.steps, -1);
  ASSERT_EQ(done.steps.size(), 100);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(done.steps[i], i);
}

TEST(WriterThread, HasWrittenWhatWasPushedBeforeAFlush) {
  Done done;
  WriterThread thread(done.work(), kMuch, kNever);
  for (std::int64_t i = 0; i < 50; ++i) {
    thread.push(record(i));
    thread.flush();
    ASSERT_EQ(done.steps.back(), -1);  // nothing is written at the same time
    ASSERT_EQ(done.steps[done.steps.size() - 2], i);
  }
}

TEST(WriterThread, FlushesNothingAtOnce) {
  Done done;
  WriterThread thread(done.work(), kMuch, kNever);
  thread.flush();
  thread.flush();
  EXPECT_EQ(done.steps, (std::vector<std::int64_t>{-1, -1}));
}

TEST(WriterThread, WritesByItselfWhenTheIntervalIsOver) {
  std::promise<std::int64_t> written;
  WriterThread thread({[&](LogRecord const& each) { written.set_value(each.step); }, [] {}}, kMuch,
                      std::chrono::milliseconds(1));
  thread.push(record(7));
  EXPECT_EQ(written.get_future().get(), 7);
}

TEST(WriterThread, WritesSoonWhenAskedTo) {
  std::promise<void> written;
  WriterThread thread({[&](LogRecord const&) { written.set_value(); }, [] {}}, kMuch, kNever);
  thread.push(record(7));
  thread.request_flush();
  written.get_future().get();
}

TEST(WriterThread, LetsOthersWaitWhereTheDiskIsSlow) {
  constexpr std::int64_t kRecords = 200;
  auto const size = detail::bytes_of(record(0));
  std::atomic<std::int64_t> pushed = 0;
  std::int64_t written = 0;
  std::int64_t most = 0;
  {
    WriterThread thread({[&](LogRecord const&) {
      std::this_thread::yield();
      most = std::max(most, pushed - written++);
    }, [] {}},
                        4 * size, kNever);
    for (std::int64_t i = 0; i < kRecords; ++i) {
      thread.push(record(i));
      ++pushed;
    }
  }
  EXPECT_EQ(written, kRecords);
  EXPECT_LE(most, 4);
}

TEST(WriterThread, TakesARecordThatIsLargerThanTheQueue) {
  Done done;
  WriterThread thread(done.work(), 1, kNever);
  thread.push(record(1));
  thread.push(record(2));
  thread.flush();
  EXPECT_EQ(std::count(done.steps.begin(), done.steps.end(), -1) + 2, done.steps.size());
}

TEST(WriterThread, ServesSeveralThreads) {
  Done done;
  {
    WriterThread thread(done.work(), 1000, std::chrono::microseconds(50));
    std::vector<std::thread> others;
    for (int i = 0; i < 4; ++i) {
      others.emplace_back([&] {
        for (std::int64_t step = 0; step < 200; ++step) {
          thread.push(record(step));
          if (step % 50 == 0) thread.request_flush();
          if (step % 70 == 0) thread.flush();
        }
      });
    }
    for (auto& other : others) other.join();
  }
  std::erase(done.steps, -1);
  EXPECT_EQ(done.steps.size(), 800);
}

TEST(LogRecord, CountsItsBytes) {
  LogRecord const picture{0, 0, 0, std::vector<LoggedMedia>{{"name", Image{1, 1, 1, {0}}}}};
  auto larger = picture;
  std::get<Image>(std::get<std::vector<LoggedMedia>>(larger.content)[0].content)
      .pixels.resize(1001);
  EXPECT_EQ(detail::bytes_of(larger) - detail::bytes_of(picture), 1000);
  EXPECT_GT(detail::bytes_of(record(0)), sizeof(LogRecord));
}

}  // namespace
}  // namespace sferic::test
