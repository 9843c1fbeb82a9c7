#include <sferic/callbacks/timer.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/events/control.hpp>
#include <sferic/persistence/compiled_state.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>
#include <vector>

namespace sferic {

Timer::Timer(TimerOptions options) : options_(options) {
  if (auto const& duration = options_.duration) {
    detail::require(duration->count() >= 0, "Timer", "duration", ">= 0 s", duration->count());
  }
  if (!options_.clock) throw std::invalid_argument("clock of Timer must be a function");
}

// The watches of a fit that goes on where the last one ended go on.
void Timer::on(event::FitStart const& e) {
  if (e.progress.optimizer_steps == 0) watches_ = {};
}

void Timer::on(event::TrainStart const& e) {
  start(Stage::kTrain);
  stop_if_over(e);
}

void Timer::on(event::TrainBatchEnd const& e) {
  if (options_.interval == TimerInterval::kStep) stop_if_over(e);
}

void Timer::on(event::TrainEpochEnd const& e) {
  if (options_.interval == TimerInterval::kEpoch) stop_if_over(e);
}

void Timer::on(event::Teardown const&) {
  for (auto const stage :
       {Stage::kSanityCheck, Stage::kTrain, Stage::kValidation, Stage::kTest, Stage::kPredict}) {
    finish(stage);
  }
}

Timer::Seconds Timer::elapsed(Stage stage) const {
  auto const& [seconds, started] = watch(stage);
  Seconds const before(seconds);
  return started ? before + Seconds(options_.clock() - *started) : before;
}

std::optional<Timer::Seconds> Timer::remaining() const {
  if (!options_.duration) return std::nullopt;
  return std::max(*options_.duration - elapsed(), Seconds(0));
}

// What runs already goes on: a resumed validation has no start, but its batches have.
void Timer::start(Stage stage) {
  auto& started = watch(stage).started;
  if (!started) started = options_.clock();
}

void Timer::finish(Stage stage) {
  watch(stage).seconds = elapsed(stage).count();
  watch(stage).started.reset();
}

void Timer::stop_if_over(event::Moment const& e) const {
  if (!options_.duration || elapsed() < *options_.duration) return;
  e.control.stop(fmt::format("the time of {} s is over", options_.duration->count()),
                 StopFor::kThisRun);
}

template <class Archive>
void Timer::serialize(Archive& archive, unsigned) {
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    double seconds = elapsed(static_cast<Stage>(i)).count();
    archive & seconds;
    if constexpr (Archive::is_loading::value) watches_[i] = {.seconds = seconds};
  }
}

template struct detail::CompiledState<Timer>;

namespace {

[[noreturn]] void refuse_duration(std::string_view text) {
  throw std::invalid_argument(fmt::format(
      "a duration must be \"MM:SS\", \"HH:MM:SS\" or \"DD:HH:MM:SS\", but is \"{}\"", text));
}

std::vector<std::int64_t> numbers_of(std::string_view text) {
  std::vector<std::int64_t> numbers;
  auto const* at = text.data();
  auto const* const end = at + text.size();
  while (true) {
    std::int32_t number = -1;
    auto const [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0) refuse_duration(text);
    numbers.push_back(number);
    if (next == end) return numbers;
    if (*next != ':') refuse_duration(text);
    at = next + 1;
  }
}

}  // namespace

std::chrono::seconds parse_duration(std::string_view text) {
  constexpr std::int64_t kSeconds[] = {1, 60, 60 * 60, 24 * 60 * 60};  // of each unit
  auto const numbers = numbers_of(text);
  auto const units = numbers.size();
  if (units < 2 || units > std::size(kSeconds)) refuse_duration(text);
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < units; ++i) {
    auto const unit = units - 1 - i;
    bool const is_too_many = i > 0 && numbers[i] * kSeconds[unit] >= kSeconds[unit + 1];
    if (is_too_many) refuse_duration(text);
    seconds += numbers[i] * kSeconds[unit];
  }
  return std::chrono::seconds(seconds);
}

}  // namespace sferic
