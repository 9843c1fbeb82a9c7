#pragma once

#include <sferic/ranks/ranks.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace sferic {

struct DistributedOptions {
  /// How long a rank waits for the others, > 0: for their part of a reduction, and so for the
  /// slowest of them, and for rank zero where that writes a checkpoint. Then it throws a RankError,
  /// up to 5 s later where MASTER_ADDR doesn't answer either. One that fails, is killed or leaves
  /// is noticed at once; this is for machines and networks that fall silent, and a link that comes
  /// back in time changes nothing. Default: 30 minutes, as torch's.
  std::chrono::milliseconds timeout = std::chrono::minutes(30);

  /// How long the ranks wait for each other at the start, > 0; the RankError then names those that
  /// haven't come. Up to 3 s longer where nobody answers. Default: 5 minutes, as torch's.
  std::chrono::milliseconds start_timeout = std::chrono::minutes(5);

  /// Over what gradients are reduced: "gloo", "nccl", or "auto": NCCL where LibTorch has it and
  /// there are CUDA devices, else Gloo.
  std::string backend = "auto";

  /// Whether training steps may leave parameters out of the loss's graph, others on each rank even.
  /// Looking for these costs time; without it, they are an error.
  bool find_unused_parameters = false;

  /// How many bytes of gradients are reduced at once, >= 1. Default: 25 MiB, as torch's; the first
  /// bucket has 1 MiB at most.
  std::int64_t bucket_bytes = 25 * 1024 * 1024;
};

/// The processes that were started together, by torchrun, srun or mpirun, as one training:
///
///   sferic::Trainer trainer({.max_epochs = 10, .ranks = sferic::distributed()});
///
///   torchrun --no_python --nproc_per_node 4 ./train      # or: mpirun -n 4 ./train
///
/// Null where they are one process, whose trainer then is as without it. Each process runs the
/// whole program; the trainer makes them train as one, as torch's DistributedDataParallel does,
/// on whose engine (c10d) this stands. See README, "Several processes".
///
/// The starters tell by environment variables: RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and
/// MASTER_PORT (torchrun); OMPI_COMM_WORLD_* (Open MPI), PMI_* (other MPIs) or SLURM_*, with
/// MASTER_ADDR and MASTER_PORT where these cannot tell where rank zero is. GLOO_SOCKET_IFNAME names
/// the network interface, as for torch. Default: that over which MASTER_ADDR is reached.
///
/// Called once in a program, which from then on ignores SIGPIPE unless it has a handler of its own:
/// to write to a process that has died is an error, as everywhere in torch. Throws
/// std::invalid_argument for a variable that is missing or wrong, and for options out of their
/// range; RankError if not all ranks have come in time.
std::shared_ptr<Ranks> distributed(DistributedOptions const& options = {});

}  // namespace sferic
