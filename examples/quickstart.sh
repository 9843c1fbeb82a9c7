#!/usr/bin/env bash
# From a bare Debian to a trained model: installs what is missing, builds the quickstart, runs it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"

bash cmake/install_packages.sh build
sferic_build release quickstart
exec build/release/examples/quickstart examples/data/digits.csv.gz
