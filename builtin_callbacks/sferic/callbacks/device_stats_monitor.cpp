#include <sferic/callbacks/device_stats_monitor.hpp>

#include <sferic/callbacks/detail/allocator_stats.hpp>
#include <sferic/callbacks/detail/gpu_lookup.hpp>
#include <sferic/callbacks/detail/gpu_stats.hpp>
#include <sferic/callbacks/detail/host_stats.hpp>
#include <sferic/callbacks/detail/options.hpp>
#include <sferic/callbacks/detail/stat_sampler.hpp>
#include <sferic/events/control.hpp>
#include <sferic/metrics/metrics.hpp>

// Before torch/nn/module.h, which Clang cannot read otherwise.
#include <ATen/core/ivalue.h>
#include <c10/util/Exception.h>
#include <fmt/ranges.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace sferic {

namespace {

constexpr auto kDeviceStatsMonitor = "DeviceStatsMonitor";

std::vector<std::string_view> known_names() {
  auto names = detail::gpu_stat_names();
  for (auto const& more : {detail::allocator_stat_names(), detail::host_stat_names()}) {
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

void check_filter(std::vector<std::string> const& filter) {
  auto const known = known_names();
  for (auto const& name : filter) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw std::invalid_argument(
        fmt::format("filter_keys of {} must be names of statistics, but got \"{}\"; there are {}",
                    kDeviceStatsMonitor, name, fmt::join(known, ", ")));
  }
}

void check_options(DeviceStatsMonitorOptions const& options) {
  constexpr double kDay = 86400;
  check_filter(options.filter_keys);
  for (auto const gpu : options.gpus) {
    detail::require(gpu >= 0, kDeviceStatsMonitor, "gpus", "numbers >= 0", gpu);
  }
  detail::require(options.interval > 0 && options.interval <= kDay, kDeviceStatsMonitor, "interval",
                  "> 0 and <= 86400", options.interval);
}

bool requires_gpus(DeviceStatsMonitorOptions const& options) {
  return options.gpu_stats.value_or(!options.gpus.empty());
}

/// What a filter of no names lets through is all.
detail::StatFilter filter_of(DeviceStatsMonitorOptions const& options) {
  return [&names = options.filter_keys](std::string_view name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
}

std::vector<std::int64_t> gpus_of(torch::nn::Module const& module) {
  std::set<std::int64_t> gpus;
  for (auto const& tensors : {module.parameters(), module.buffers()}) {
    for (auto const& tensor : tensors) {
      if (tensor.is_cuda()) gpus.insert(tensor.device().index());
    }
  }
  return {gpus.begin(), gpus.end()};
}

void log_now(event::Moment const& e, std::string_view name, double value) {
  e.metrics.log(name, value, {.on_step = true, .on_epoch = false});
}

double milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

DeviceStatsMonitor::DeviceStatsMonitor(DeviceStatsMonitorOptions options)
    : options_(std::move(options)) {
  check_options(options_);
  if (!requires_gpus(options_)) return;
  try {
    nvml_ = std::make_shared<detail::Nvml>(options_.nvml_library);
  } catch (std::runtime_error const& error) {
    throw std::runtime_error(fmt::format("{} cannot watch GPUs as gpu_stats asks for: {}",
                                         kDeviceStatsMonitor, error.what()));
  }
}

DeviceStatsMonitor::~DeviceStatsMonitor() = default;
DeviceStatsMonitor::DeviceStatsMonitor(DeviceStatsMonitor&&) noexcept = default;
DeviceStatsMonitor& DeviceStatsMonitor::operator=(DeviceStatsMonitor&&) noexcept = default;

void DeviceStatsMonitor::on(event::FitStart const& e) {
  log_every_n_steps_ = e.plan.log_every_n_steps;
  open(e.module);
}

void DeviceStatsMonitor::on(event::TrainStart const&) { start(); }

void DeviceStatsMonitor::on(event::ValidationStart const& e) {
  ended_.reset();
  if (e.progress.task == Task::kFit) return;
  open(e.module);
  start();
}

void DeviceStatsMonitor::on(event::TestStart const& e) {
  open(e.module);
  start();
}

void DeviceStatsMonitor::open(torch::nn::Module const& module) {
  sources_.clear();
  auto const of_module = gpus_of(module);
  if (options_.gpu_stats.value_or(true)) {
    open_gpus(options_.gpus.empty() ? of_module : options_.gpus);
  }
  if (!options_.cpu_stats.value_or(of_module.empty())) return;
  try {
    sources_.push_back(detail::host_stats(filter_of(options_)));
  } catch (std::runtime_error const& error) {
    if (!options_.cpu_stats) return;
    throw std::runtime_error(fmt::format("{} cannot watch CPUs as cpu_stats asks for: {}",
                                         kDeviceStatsMonitor, error.what()));
  }
}

void DeviceStatsMonitor::open_gpus(std::vector<std::int64_t> const& gpus) {
  if (requires_gpus(options_) && gpus.empty()) {
    throw std::invalid_argument(
        fmt::format("gpu_stats of {} is true, but the module is on no GPU; `gpus` names others",
                    kDeviceStatsMonitor));
  }
  try {
    if (!nvml_ && !gpus.empty()) nvml_ = std::make_shared<detail::Nvml>(options_.nvml_library);
  } catch (std::runtime_error const&) {  // nobody has asked for it
  }
  for (auto const gpu : gpus) open_gpu(gpu);
}

void DeviceStatsMonitor::open_gpu(std::int64_t gpu) {
  auto const wanted = filter_of(options_);
  auto const title = fmt::format("gpu_id: {}", gpu);
  detail::StatSource source{title, detail::allocator_stats(gpu, title, wanted)};
  try {
    if (nvml_) {
      auto* const device = detail::find_gpu(*nvml_, gpu, detail::cuda_identity(gpu),
                                            std::getenv("CUDA_VISIBLE_DEVICES"));
      auto stats = detail::gpu_stats(nvml_, device, title, wanted);
      source.stats.insert(source.stats.begin(), stats.begin(), stats.end());
    }
  } catch (std::exception const&) {
    if (requires_gpus(options_)) throw;
  }
  sources_.push_back(std::move(source));
}

void DeviceStatsMonitor::start() {
  logged_ = 0;
  std::erase_if(sources_, [](auto const& source) { return source.stats.empty(); });
  if (sources_.empty()) return;
  sampler_ = std::make_unique<detail::StatSampler>(
      std::exchange(sources_, {}), std::chrono::duration<double>(options_.interval));
}

void DeviceStatsMonitor::on(event::TrainEpochStart const&) { ended_.reset(); }

void DeviceStatsMonitor::on(event::TrainBatchStart const& e) {
  steps_before_ = e.progress.optimizer_steps;
  if (!takes_times()) return;
  started_ = Clock::now();
  between_.reset();
  if (auto const ended = std::exchange(ended_, std::nullopt)) between_ = started_ - *ended;
}

void DeviceStatsMonitor::on(event::TrainBatchEnd const& e) {
  if (takes_times()) ended_ = Clock::now();
  if (!(takes_times() || has_news()) || !is_told(e)) return;
  if (ended_) log_times(e);
  if (has_news()) log_news(e);
}

void DeviceStatsMonitor::on(event::ValidationBatchEnd const& e) {
  if (has_news()) log_news(e);
}

void DeviceStatsMonitor::on(event::TestBatchEnd const& e) {
  if (has_news()) log_news(e);
}

void DeviceStatsMonitor::on(event::Teardown const&) {
  if (sampler_) warn();
  sampler_.reset();
  sources_.clear();
  ended_.reset();
}

bool DeviceStatsMonitor::has_news() const { return sampler_ && sampler_->samples() != logged_; }

/// Whether loggers are told the values of this batch. Where they are told of none, whoever reads
/// values has the newest.
bool DeviceStatsMonitor::is_told(event::Moment const& e) const {
  auto const every = log_every_n_steps_;
  return every <= 0 || e.progress.optimizer_steps / every > steps_before_ / every ||
         e.control.stop_requested();
}

void DeviceStatsMonitor::log_times(event::Moment const& e) const {
  if (options_.intra_step_time) {
    log_now(e, "batch_time/intra_step (ms)", milliseconds(*ended_ - started_));
  }
  if (options_.inter_step_time && between_) {
    log_now(e, "batch_time/inter_step (ms)", milliseconds(*between_));
  }
}

void DeviceStatsMonitor::log_news(event::Moment const& e) {
  logged_ = sampler_->samples();
  auto const values = sampler_->newest();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) log_now(e, sampler_->keys()[i], *values[i]);
  }
  warn();
}

void DeviceStatsMonitor::warn() {
  for (auto const& error : sampler_->take_errors()) {
    TORCH_WARN(kDeviceStatsMonitor, " could not read ", error, "; it goes on without");
  }
}

}  // namespace sferic
