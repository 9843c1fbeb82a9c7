#!/usr/bin/env bash
# From a bare Debian to a trained model: installs what is missing, builds the quickstart, runs it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"

bash cmake/install_packages.sh build
preset=${SFERIC_PRESET:-release}
sferic_build "$preset" quickstart
exec "build/$preset/examples/quickstart" examples/data/digits.csv.gz
