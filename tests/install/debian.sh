#!/usr/bin/env bash
# Packs a build as Debian packages, installs them, and builds and runs README's twenty lines in a bare
# folder, as README tells: bash tests/install/debian.sh <build folder> <work folder>
#
# Where it may, it installs by dpkg, in a layer above the machine's /usr and /var that is gone when
# this script ends; elsewhere it unpacks them into a folder.
set -euo pipefail
if [[ -z ${SFERIC_OWN_MOUNTS:-} ]] && unshare --mount true 2>/dev/null; then
  exec unshare --mount env SFERIC_OWN_MOUNTS=1 bash "$0" "$@"
fi
build=$(realpath "$1") work=$(realpath -m "$2")
readme=$(realpath "$(dirname "$0")/../../README.md")

# fence <name>: what README has in the fence after <!-- test: name -->.
fence() { sed -n "/<!-- test: $1 -->/,/^\`\`\`\$/p" "$readme" | sed '1,2d;$d'; }

lay_over() {
  mkdir -p "$work/layer$1" "$work/layer/work$1"
  mount -t overlay overlay "$1" \
    -o "lowerdir=$1,upperdir=$work/layer$1,workdir=$work/layer/work$1"
}

install_packages() {
  if [[ ${SFERIC_OWN_MOUNTS:-} ]] && mount -t tmpfs tmpfs "$work/layer" && lay_over /usr &&
    lay_over /var; then
    dpkg --install "$work"/packages/*.deb  # checks what they depend on, too
    where=()
  else
    for package in "$work"/packages/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
    where=("-DCMAKE_PREFIX_PATH=$work/root/usr")
  fi
}

rm -rf "$work"
mkdir -p "$work/layer" "$work/project"
cpack -G DEB --config "$build/CPackConfig.cmake" -B "$work/packages" \
  -D CPACK_DEBIAN_COMPRESSION_TYPE=zstd
install_packages

cd "$work/project"
fence twenty_lines >my_training.cpp
{
  echo 'cmake_minimum_required(VERSION 3.25)'
  echo 'project(my_training LANGUAGES CXX)'
  echo 'add_executable(my_training my_training.cpp)'
  fence cmake
} >CMakeLists.txt
cmake -B build "${where[@]}"
cmake --build build
build/my_training 2>&1 | tee output.txt
grep -q '^Epoch' output.txt
