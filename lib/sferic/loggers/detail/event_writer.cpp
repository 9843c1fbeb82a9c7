#include <sferic/loggers/detail/event_writer.hpp>

#include <sferic/loggers/detail/event_messages.hpp>
#include <sferic/loggers/detail/event_record.hpp>

#include <atomic>
#include <chrono>
#include <climits>
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
      file_(path_),
      overflow_(path_, "records", options_.queue_bytes, report_) {}

void EventWriter::write(LogRecord const& record) {
  auto const event = event_of(record, options_, report_);
  if (event.empty()) return;
  if (overflow_.takes_one_more(waiting_.size(), [this] { flush(); })) {
    waiting_ += event_record(event);
  }
}

void EventWriter::flush() {
  if (waiting_.empty()) return;
  overflow_.begin_flush();
  bool const was_in_place = file_.write(waiting_, begin_);
  waiting_.clear();
  if (!was_in_place) report_("`" + path_.string() + "` was removed: another one is begun");
  overflow_.end_flush();
}

}  // namespace sferic::detail
