#include <sferic/loggers/detail/event_writer.hpp>

#include <sferic/loggers/detail/event_messages.hpp>
#include <sferic/loggers/detail/event_record.hpp>

#include <atomic>
#include <chrono>
#include <climits>
#include <exception>
#include <string>
#include <unistd.h>
#include <utility>

namespace sferic::detail {

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// TensorBoard reads the files of a folder in the order of their names.
std::string file_name() {
  static std::atomic<int> number = 0;
  char host[HOST_NAME_MAX + 1] = {};
  if (gethostname(host, HOST_NAME_MAX) != 0) host[0] = '\0';
  return "events.out.tfevents." + std::to_string(static_cast<std::int64_t>(now())) + "." + host +
         "." + std::to_string(getpid()) + "." + std::to_string(number++);
}

}  // namespace

EventWriter::EventWriter(std::filesystem::path const& folder, LoggerOptions options, Report report)
    : options_(std::move(options)),
      report_(std::move(report)),
      path_(folder / file_name()),
      begin_(event_record(first_event(now()))),
      file_(path_) {}

void EventWriter::write(LogRecord const& record) {
  auto const event = event_of(record, options_, report_);
  if (event.empty()) return;
  if (makes_room()) {
    waiting_ += event_record(event);
  } else {
    ++lost_;
  }
}

bool EventWriter::makes_room() {
  if (waiting_.size() < options_.queue_bytes) return true;
  if (has_failed_) return false;  // tried again by the next flush(), not for each record
  try {
    flush();
    return true;
  } catch (std::exception const& error) {
    report_(error.what());
    return false;
  }
}

void EventWriter::flush() {
  if (waiting_.empty()) return;
  has_failed_ = true;  // unless this returns
  bool const was_in_place = file_.write(waiting_, begin_);
  has_failed_ = false;
  waiting_.clear();
  if (!was_in_place) report_("`" + path_.string() + "` was removed: another one is begun");
  if (auto const lost = std::exchange(lost_, 0); lost > 0) {
    report_("`" + path_.string() + "` lacks " + std::to_string(lost) +
            " records, logged while it could not be written");
  }
}

}  // namespace sferic::detail
