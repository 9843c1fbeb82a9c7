#include <sferic/callbacks/timeline.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/profile/trace_file.hpp>
#include <sferic/profile/trace_recorder.hpp>
#include <sferic/signal/emission_observer.hpp>
#include <sferic/training_bus/rank_zero.hpp>

#include <c10/util/Exception.h>

#include <exception>
#include <utility>

namespace sferic {

namespace {

TimelineOptions checked(TimelineOptions options) {
  constexpr auto kName = "Timeline";
  detail::require(!options.path.empty(), kName, "path", "given", "\"\"");
  detail::require(options.max_spans >= 1000, kName, "max_spans", ">= 1000", options.max_spans);
  return options;
}

template <class Event>
Connection number_batches(TrainingBus& bus, std::shared_ptr<TraceRecorder> const& recorder) {
  return bus.on<Event>([recorder](Event const& e) { recorder->tell_number(e.progress.batch); },
                       Order::kEarly);
}

void write(std::filesystem::path const& path, TraceRecorder const& recorder) {
  try {
    write_trace(path, recorder.trace());
  } catch (std::exception const& error) {
    TORCH_WARN("Timeline: ", error.what());
  }
}

}  // namespace

Timeline::Timeline(TimelineOptions options)
    : options_(checked(std::move(options))),
      recorder_(std::make_shared<TraceRecorder>(options_.max_spans)) {}

Subscription Timeline::connect(TrainingBus& bus) {
  Subscription all;
  all += bus.on<event::TrainEpochStart>([recorder = recorder_](auto const& e) {
    recorder->tell_number(e.progress.epoch);
  }, Order::kEarly);
  all += number_batches<event::BatchStart>(bus, recorder_);
  all += number_batches<event::ValidationBatchStart>(bus, recorder_);
  all += number_batches<event::TestBatchStart>(bus, recorder_);
  all += number_batches<event::PredictBatchStart>(bus, recorder_);
  // The observation ends with the handler that has it.
  all += bus.on<event::Teardown>(
      rank_zero(),
      [recorder = recorder_, path = options_.path,
       observation = bus.observe(recorder_)](auto const&) { write(path, *recorder); },
      Order::kLast);
  return all;
}

}  // namespace sferic
