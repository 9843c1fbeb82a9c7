#pragma once

#include <sferic/callbacks/detail/stat_source.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// How long the CPUs of the machine have worked and how long they have been there, since it was
/// started, in ticks of the clock; of the first line of /proc/stat. Throws std::runtime_error if
/// the text is not such a file.
struct CpuTicks {
  double busy = 0;
  double all = 0;
};
CpuTicks cpu_ticks(std::string_view proc_stat);

/// How long the process has worked, over all its threads, in ticks; of /proc/self/stat. Throws as
/// cpu_ticks().
double process_ticks(std::string_view proc_self_stat);

/// The value of a line like "MemTotal:  16384 kB", of /proc/meminfo or /proc/self/status, or
/// nothing if there is no such line.
std::optional<double> kibibytes(std::string_view text, std::string_view name);

/// The names of what there may be of the machine and of the process on it.
std::vector<std::string_view> host_stat_names();

/// Those of them that are wanted. Throws std::runtime_error if `proc` is not Linux's /proc.
StatSource host_stats(StatFilter const& wanted, std::filesystem::path const& proc = "/proc");

}  // namespace sferic::detail
