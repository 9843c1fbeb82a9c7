#!/usr/bin/env bash
# From a bare Debian to representations learned without labels: installs what is missing, builds the
# example, runs it, and leaves its pictures in build/self_supervised. With --short, two epochs only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"

bash cmake/install_packages.sh build
preset=${SFERIC_PRESET:-release}
sferic_build "$preset" self_supervised
exec "build/$preset/examples/self_supervised" examples/data/digits.csv.gz build/self_supervised "$@"
