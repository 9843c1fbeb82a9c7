#pragma once

#include <sferic/events/run.hpp>
#include <sferic/events/test.hpp>
#include <sferic/events/train.hpp>
#include <sferic/events/validation.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sferic {

namespace detail {
class Nvml;
class StatSampler;
struct StatSource;
}  // namespace detail

struct DeviceStatsMonitorOptions {
  /// Watch GPUs. Default: those that the module is on, as far as something can be told of them;
  /// with true it is an error if nothing can.
  std::optional<bool> gpu_stats = {};

  /// Watch the CPUs, the machine's memory and the process. Default: where the module is on no GPU,
  /// as far as something can be told (by Linux's /proc); with true it is an error if nothing can.
  std::optional<bool> cpu_stats = {};

  /// Log how long training batches take from start to end, as `batch_time/intra_step (ms)`. A GPU
  /// may still be computing then.
  bool intra_step_time = false;

  /// Log how long it takes from the end of a training batch to the start of the next one, as
  /// `batch_time/inter_step (ms)`: the time that a training waits for its data. Not of an epoch's
  /// first batch, nor of one after a validation or after a skipped one.
  bool inter_step_time = false;

  /// Which statistics to log, by their names in the table below: {"utilization.gpu",
  /// "memory.used"}. Default: all. Both times are chosen by their own options.
  std::vector<std::string> filter_keys = {};

  /// The GPUs to watch, as the program numbers them: 1 for cuda:1, range >= 0. Where it names some,
  /// gpu_stats is true unless it is false. Default: those that the module is on.
  std::vector<std::int64_t> gpus = {};

  /// How often to read the statistics, in seconds. Default: 1. Range: > 0, at most 86400.
  double interval = 1;

  /// The library to ask for what GPUs do, by its name or path. Default: that of NVIDIA's driver.
  std::string nvml_library = "libnvidia-ml.so.1";
};

/// Logs what the devices do while a module is trained, validated or tested:
///
///   trainer.add(sferic::DeviceStatsMonitor({.cpu_stats = true, .inter_step_time = true}));
///
/// | name in filter_keys                      | logged as, for example           | of        |
/// |------------------------------------------|----------------------------------|-----------|
/// | utilization.gpu, utilization.memory      | gpu_id: 0/utilization.gpu (%)    | the GPU   |
/// | memory.used, memory.free                 | gpu_id: 0/memory.used (MB)       | the GPU   |
/// | temperature.gpu, temperature.memory      | gpu_id: 0/temperature.gpu (°C)   | the GPU   |
/// | fan.speed                                | gpu_id: 0/fan.speed (%)          | the GPU   |
/// | power.draw                               | gpu_id: 0/power.draw (W)         | the GPU   |
/// | {allocated, reserved, active}_bytes.all. | gpu_id: 0/allocated_bytes.all.   | LibTorch, |
/// |   {current, peak}                        |   current                        | in bytes  |
/// | inactive_split_bytes.all.current         | gpu_id: 0/inactive_split_bytes.. | LibTorch  |
/// | num_alloc_retries, num_ooms              | gpu_id: 0/num_ooms               | LibTorch  |
/// | cpu_percent                              | cpu/cpu_percent                  | all CPUs  |
/// | cpu_vm_percent, cpu_swap_percent         | cpu/cpu_vm_percent               | machine   |
/// | process_cpu_percent                      | cpu/process_cpu_percent          | one CPU   |
/// | process_rss, process_swap                | cpu/process_rss (MB)             | process   |
///
/// utilization.gpu is the share of the time in which something was computed, whatever part of the
/// GPU that took; utilization.memory that in which its memory was read or written. MB are MiB, as
/// in nvidia-smi. process_cpu_percent counts each CPU: 400 are four busy ones. LibTorch's are those
/// of its allocator, as torch.cuda.memory_stats has them.
///
/// N of `gpu_id: N` is the program's number, that of cuda:N, and the GPU is the right one under
/// CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER. What a device or its driver cannot tell is left out.
/// Of a part of a card (MIG), memory is the part's, and temperatures, fan and power are the card's.
///
/// This is Lightning's GPUStatsMonitor, whose keys these are, and its successor DeviceStatsMonitor,
/// whose `DeviceStatsMonitor.on_train_batch_end/cpu_percent` is `cpu/cpu_percent` here, and whose
/// `.../allocated_bytes.all.current` is `gpu_id: 0/allocated_bytes.all.current`. They read the
/// statistics within the batch, one of them by starting nvidia-smi; here a thread reads them every
/// `interval`, and no batch waits. A training batch whose values loggers are told (see
/// log_every_n_steps) logs the newest ones, if they have not been logged yet; so does every batch
/// of an evaluation. Nothing is read in the sanity check and in predict.
///
/// An error of a device during the training is a warning, once, and its values are left out.
class DeviceStatsMonitor {
 public:
  /// Throws std::invalid_argument if an option is out of its range or a name is unknown (of which
  /// Lightning warns), and std::runtime_error if gpu_stats is true and the library cannot be loaded
  /// or finds no driver.
  explicit DeviceStatsMonitor(DeviceStatsMonitorOptions options = {});
  ~DeviceStatsMonitor();
  DeviceStatsMonitor(DeviceStatsMonitor&&) noexcept;
  DeviceStatsMonitor& operator=(DeviceStatsMonitor&&) noexcept;

  /// Throw std::invalid_argument or std::runtime_error if gpu_stats or cpu_stats is true and there
  /// are no such statistics.
  void on(event::FitStart const& e);
  void on(event::TrainStart const& e);
  void on(event::ValidationStart const& e);
  void on(event::TestStart const& e);

  void on(event::TrainEpochStart const& e);
  void on(event::TrainBatchStart const& e);
  void on(event::TrainBatchEnd const& e);
  void on(event::ValidationBatchEnd const& e);
  void on(event::TestBatchEnd const& e);
  void on(event::Teardown const& e);

 private:
  using Clock = std::chrono::steady_clock;

  void open(torch::nn::Module const& module);
  void open_gpus(std::vector<std::int64_t> const& gpus);
  void open_gpu(std::int64_t gpu);
  void start();
  bool takes_times() const { return options_.intra_step_time || options_.inter_step_time; }
  bool has_news() const;
  bool is_told(event::Moment const& e) const;
  void log_times(event::Moment const& e) const;
  void log_news(event::Moment const& e);
  void warn();

  DeviceStatsMonitorOptions options_;
  std::shared_ptr<detail::Nvml const> nvml_;  ///< null where it is not needed, or not there
  std::vector<detail::StatSource> sources_;   ///< until the sampler has them
  std::unique_ptr<detail::StatSampler> sampler_;
  std::uint64_t logged_ = 0;  ///< the sample that was logged last, counted from 1

  std::int64_t log_every_n_steps_ = 0;
  std::int64_t steps_before_ = 0;           ///< optimizer steps before this batch
  Clock::time_point started_;               ///< this batch
  std::optional<Clock::time_point> ended_;  ///< the last batch, if the time until the next counts
  std::optional<Clock::duration> between_;  ///< the last batch and this one
};

}  // namespace sferic
