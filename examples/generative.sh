#!/usr/bin/env bash
# From a bare Debian to pictures that a trained module draws: installs what is missing, builds the
# example, runs it. With --short it trains for a few seconds only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"

bash cmake/install_packages.sh build
preset=${SFERIC_PRESET:-release}
sferic_build "$preset" generative
exec "build/$preset/examples/generative" examples/data/digits.csv.gz build/generative "$@"
