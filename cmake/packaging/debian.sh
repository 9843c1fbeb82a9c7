#!/usr/bin/env bash
# Makes libsferic-signal-dev and libsferic-dev of this clone, in build/package/debian.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../build.sh"

bash cmake/install_packages.sh build
sferic_build package
phase build/package.debian.log "Packing" \
  cpack -G DEB --config build/package/CPackConfig.cmake -B build/package/debian
ls build/package/debian/*.deb
