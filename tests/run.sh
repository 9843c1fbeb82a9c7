#!/usr/bin/env bash
# Builds the tests and runs them; arguments go to ctest: bash tests/run.sh -R Signal
# SFERIC_PRESET chooses another preset than dev: asan-ubsan, tsan, clang, clang-without-torch.
# -R Conformance shows each recording; SFERIC_CONFORMANCE_DIR names another folder of them.
set -euo pipefail
# Relative to where the command was typed, not to the project's folder.
if [[ -n ${SFERIC_CONFORMANCE_DIR:-} ]]; then
  SFERIC_CONFORMANCE_DIR=$(realpath -m -- "$SFERIC_CONFORMANCE_DIR")
  export SFERIC_CONFORMANCE_DIR
fi
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"
preset=${SFERIC_PRESET:-dev}

groups=(build test)
[[ $preset != clang* && $preset != asan-ubsan ]] || groups+=(clang)
bash cmake/install_packages.sh "${groups[@]}"
sferic_build "$preset"
# The one group of tests whose output says more than whether they pass.
if [[ $* == *"-R "*Conformance* ]]; then
  set -- --verbose "$@"
  CTEST_PARALLEL_LEVEL=1
fi
CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)} ctest --preset "$preset" "$@"
