#include <sferic/distributed/distributed.hpp>

#include <sferic/distributed/detail/c10d_ranks.hpp>
#include <sferic/distributed/detail/launch.hpp>

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

namespace sferic {

namespace {

void check(DistributedOptions const& options) {
  auto const check_time = [](char const* option, std::chrono::milliseconds time) {
    if (time.count() > 0) return;
    throw std::invalid_argument(fmt::format("{} must be > 0 ms, but got {}", option, time.count()));
  };
  check_time("timeout", options.timeout);
  check_time("start_timeout", options.start_timeout);
  if (options.backend != "auto" && options.backend != "gloo" && options.backend != "nccl") {
    throw std::invalid_argument(fmt::format(
        "backend must be \"auto\", \"gloo\" or \"nccl\", but got \"{}\"", options.backend));
  }
  if (options.bucket_bytes < 1) {
    throw std::invalid_argument(
        fmt::format("bucket_bytes must be >= 1, but got {}", options.bucket_bytes));
  }
}

/// Gloo writes to ranks that may have died, and such a write must be an error.
void ignore_broken_pipes() {
  struct sigaction action = {};
  bool const is_default = sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL;
  if (is_default) std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

std::shared_ptr<Ranks> distributed(DistributedOptions const& options) {
  check(options);
  auto const launch = detail::launch_from(detail::process_environment());
  if (!launch || launch->world_size == 1) return nullptr;
  ignore_broken_pipes();
  try {
    return std::make_shared<detail::C10dRanks>(*launch, options);
  } catch (std::invalid_argument const&) {
    throw;
  } catch (std::exception const& error) {
    throw RankError(fmt::format("rank {} of {} has not found the others at {}:{} in {} s: {}",
                                launch->rank, launch->world_size, launch->address, launch->port,
                                std::chrono::duration<double>(options.start_timeout).count(),
                                error.what()));
  }
}

}  // namespace sferic
