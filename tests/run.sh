#!/usr/bin/env bash
# Builds the tests and runs them; arguments go to ctest: bash tests/run.sh -R Signal
# SFERIC_PRESET chooses another preset than dev: clang, asan-ubsan, tsan.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"
preset=${SFERIC_PRESET:-dev}

groups=(build test)
[[ $preset != clang ]] || groups+=(ci)
bash cmake/install_packages.sh "${groups[@]}"
sferic_build "$preset"
CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)} ctest --preset "$preset" "$@"
