#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sferic::detail {

/// What the program that started this process told it of the others.
struct Launch {
  std::int64_t rank = 0;
  std::int64_t world_size = 1;
  std::int64_t local_rank = 0;
  std::string address = {};  ///< where rank zero is
  std::uint16_t port = 0;
  bool has_store = false;   ///< the starter runs the store itself, as torchrun does,
  std::string prefix = {};  ///< with names of its own for each attempt
};

/// The value of an environment variable, if it is set and not empty.
using Environment = std::function<std::optional<std::string>(std::string const& name)>;

Environment process_environment();

/// Reads the variables of torchrun, mpirun (Open MPI's or those of PMI) or Slurm's srun. Nothing
/// where none has started this process. Throws std::invalid_argument, naming the variable, for one
/// that is missing or no number.
std::optional<Launch> launch_from(Environment const& environment);

/// "node03" of "node[03-07,9],other2".
std::string first_host(std::string const& nodes);

}  // namespace sferic::detail
