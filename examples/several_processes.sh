#!/usr/bin/env bash
# From a bare Debian to a module that two processes train together: installs what is missing, builds
# the example, runs it once in each of them, as torchrun, srun or mpirun would. RANKS=4 starts four;
# with --short they train for a few seconds only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"

bash cmake/install_packages.sh build
preset=${SFERIC_PRESET:-release}
sferic_build "$preset" several_processes
export WORLD_SIZE=${RANKS:-2} MASTER_ADDR=127.0.0.1 MASTER_PORT=${MASTER_PORT:-29500}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}  # as torchrun has it

processes=()
for ((rank = 0; rank < WORLD_SIZE; ++rank)); do
  RANK=$rank LOCAL_RANK=$rank \
    "build/$preset/examples/several_processes" examples/data/digits.csv.gz "$@" &
  processes+=($!)
done
for process in "${processes[@]}"; do wait "$process"; done
