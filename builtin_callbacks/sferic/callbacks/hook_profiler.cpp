#include <sferic/callbacks/hook_profiler.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/persistence/detail/new_file.hpp>
#include <sferic/training_bus/rank_zero.hpp>

#include <c10/util/Exception.h>

#include <exception>
#include <string>
#include <utility>

namespace sferic {

namespace {

void write(std::filesystem::path const& path, std::string const& text) {
  try {
    detail::NewFile file(path);
    file.write(text.data(), text.size());
    file.commit();
  } catch (std::exception const& error) {
    TORCH_WARN("HookProfiler cannot write its profile: ", error.what());
  }
}

}  // namespace

HookProfiler::HookProfiler(HookProfilerOptions options)
    : options_(std::move(options)), profiler_(std::make_shared<EmissionProfiler>()) {
  detail::require(!options_.print || options_.file, "HookProfiler", "file", "an open file", "null");
}

Subscription HookProfiler::connect(TrainingBus& bus) {
  auto const observation = std::make_shared<Observation>();  // ends with the handlers
  Subscription all;
  all += bus.on<event::Setup>([this, observation, &bus](auto const& e) {
    task_ = e.progress.task;
    profiler_ = std::make_shared<EmissionProfiler>();
    *observation = bus.observe(profiler_);
  }, Order::kEarly);
  if (options_.log) {
    all += bus.on<event::TrainEpochEnd>([this](auto const& e) { log(e.metrics); });
  }
  all += bus.on<event::Teardown>(rank_zero(), [this](auto const&) { report(); }, Order::kLast);
  return all;
}

HookProfile HookProfiler::profile() const {
  auto profile = profiler_->profile();
  profile.task = name(task_);
  return profile;
}

void HookProfiler::log(Metrics& metrics) const {
  constexpr double kMicroseconds = 1e6;
  auto const put = [&](std::string const& what, Durations const& durations) {
    if (durations.count > 0) {
      metrics.log("HookProfiler/" + what, kMicroseconds * durations.mean);
    }
  };
  auto const measured = profile();
  put("step", measured.steps);
  for (auto const& phase : measured.phases) put(phase.name, phase.times);
  for (auto const& event : measured.events) {
    for (auto const& handler : event.handlers) {
      put(event.event + "/" + event.label_of(handler), handler.calls);
    }
  }
}

void HookProfiler::report() const {
  auto const measured = profile();
  if (options_.print) {
    std::fputs(measured.text().c_str(), options_.file);
    std::fflush(options_.file);
  }
  if (!options_.json.empty()) write(options_.json, measured.json());
  if (!options_.csv.empty()) write(options_.csv, measured.csv());
}

}  // namespace sferic
