#include <sferic/distributed/detail/launch.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace sferic::detail {

namespace {

constexpr std::int64_t kTorchPort = 29500;
constexpr auto kLoopback = "127.0.0.1";

std::int64_t number(Environment const& environment, std::string const& name, std::int64_t least,
                    std::int64_t most) {
  auto const text = environment(name);
  if (!text)
    throw std::invalid_argument(fmt::format("the environment variable {} is missing", name));
  std::int64_t value = 0;
  auto const* const end = text->data() + text->size();
  auto const read = std::from_chars(text->data(), end, value);
  if (read.ec == std::errc() && read.ptr == end && value >= least && value <= most) return value;
  throw std::invalid_argument(
      fmt::format("the environment variable {} must be a number from {} to {}, but is `{}`", name,
                  least, most, *text));
}

/// How one kind of starter calls what it tells.
struct Names {
  char const* rank;
  char const* world_size;
  char const* local_rank;
};

constexpr Names kStarters[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_RANK"},                                            // torchrun
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"},  // Open MPI
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"},                // MPICH, Intel MPI
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID"},  // srun
};

Names const* starter_in(Environment const& environment) {
  bool const is_torchrun = environment("RANK") || environment("WORLD_SIZE");
  if (is_torchrun) return &kStarters[0];
  for (auto const& names : kStarters) {
    if (environment(names.rank) && environment(names.world_size)) return &names;
  }
  return nullptr;
}

bool is_on_one_machine(Environment const& environment) {
  auto const here = environment("OMPI_COMM_WORLD_LOCAL_SIZE");
  return here && here == environment("OMPI_COMM_WORLD_SIZE");
}

std::string address_in(Environment const& environment) {
  if (auto address = environment("MASTER_ADDR")) return *address;
  if (auto const nodes = environment("SLURM_STEP_NODELIST")) return first_host(*nodes);
  if (is_on_one_machine(environment)) return kLoopback;
  throw std::invalid_argument(
      "the environment variable MASTER_ADDR is missing: the host where rank zero runs");
}

/// Jobs that share a machine get different ports.
std::int64_t port_in(Environment const& environment) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint16_t>::max();
  if (environment("MASTER_PORT")) return number(environment, "MASTER_PORT", 1, kMost);
  if (!environment("SLURM_JOB_ID")) return kTorchPort;
  constexpr std::int64_t kFirst = 15000, kCount = 10000;
  auto const job = number(environment, "SLURM_JOB_ID", 0, std::numeric_limits<std::int64_t>::max());
  return kFirst + job % kCount;
}

}  // namespace

Environment process_environment() {
  return [](std::string const& name) -> std::optional<std::string> {
    auto const* const value = std::getenv(name.c_str());
    if (!value || !*value) return std::nullopt;
    return value;
  };
}

std::optional<Launch> launch_from(Environment const& environment) {
  auto const* const names = starter_in(environment);
  if (!names) return std::nullopt;
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  Launch launch;
  launch.world_size = number(environment, names->world_size, 1, kMost);
  launch.rank = number(environment, names->rank, 0, launch.world_size - 1);
  if (launch.world_size == 1) return launch;
  if (environment(names->local_rank)) {
    launch.local_rank = number(environment, names->local_rank, 0, kMost);
  }
  launch.address = address_in(environment);
  launch.port = static_cast<std::uint16_t>(port_in(environment));
  launch.has_store = environment("TORCHELASTIC_USE_AGENT_STORE") == "True";
  if (launch.has_store) {
    launch.prefix = "/worker/attempt_" + environment("TORCHELASTIC_RESTART_COUNT").value_or("0");
  }
  return launch;
}

std::string first_host(std::string const& nodes) {
  auto const end = nodes.find_first_of("[,");
  if (end == nodes.npos || nodes[end] == ',') return nodes.substr(0, end);
  auto const close = nodes.find(']', end);
  auto const number_end = nodes.find_first_of("-,]", end);
  auto const rest_end = nodes.find(',', close);
  if (close == nodes.npos) return nodes;
  auto const suffix =
      nodes.substr(close + 1, rest_end == nodes.npos ? nodes.npos : rest_end - close - 1);
  return nodes.substr(0, end) + nodes.substr(end + 1, number_end - end - 1) + suffix;
}

}  // namespace sferic::detail
