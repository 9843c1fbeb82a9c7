#!/usr/bin/env bash
# Builds sferic on Debian 13 (GCC 14, LibTorch 2.6), in a folder of this machine, and runs all tests and
# the quickstart there; arguments go to ctest: bash tests/debian13.sh [--cuda] [-R Signal]
# SFERIC_PRESET chooses another preset than dev, e.g. clang, SFERIC_DEBIAN13 another folder than
# build/debian13. It is kept: from the second run on, only what has changed is built.
# With --cuda it is Debian's LibTorch with CUDA and NCCL, in build/debian13-cuda; a GPU isn't needed, but
# 20 GB, and cuDNN, which Debian's package gets from NVIDIA, under NVIDIA's license.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ((EUID != 0)); then
  echo "tests/debian13.sh needs root, for debootstrap and chroot: sudo bash tests/debian13.sh" >&2
  exit 1
fi
# With mounts and processes of its own, of which nothing is left when it ends, however it ends.
if [[ -z ${SFERIC_DEBIAN13_IS_APART:-} ]]; then
  SFERIC_DEBIAN13_IS_APART=1 exec unshare --mount --pid --fork --kill-child --mount-proc \
    bash "tests/$(basename "$0")" "$@"
fi
unset SFERIC_DEBIAN13_IS_APART
source cmake/build.sh

folder=build/debian13 sections=main groups=()
if [[ ${1:-} == --cuda ]]; then
  shift
  folder=build/debian13-cuda sections=main,contrib,non-free
  groups=(cuda)  # first, for it takes the place of what others name
fi
root=$(realpath -m "${SFERIC_DEBIAN13:-$folder}")

# The mirror from which this machine has its own Debian.
mirror() {
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 2>/dev/null |
    sed -n '/^Debian /{s///p;q}' | grep . || echo http://deb.debian.org/debian
}

# Under another name until it is whole.
make_debian() {
  rm -rf --one-file-system "$root.part"
  debootstrap --variant=minbase --components="$sections" trixie "$root.part" "$(mirror)"
  echo 'APT::Keep-Downloaded-Packages "false";' >"$root.part/etc/apt/apt.conf.d/90sferic"
  mv "$root.part" "$root"
}

if [[ ! -d $root ]]; then
  echo "Makes a Debian 13 in $root and builds everything there: 7 GB, and most of an hour on two cores"
  mkdir -p "$(dirname "$root")"
  bash cmake/install_packages.sh debian13
  phase "$root.log" "Debian 13" make_debian
fi

# Of the sources nothing in there can write to any but the build folder, which is its own.
mkdir -p build "$root/sferic" "$root/build"
mount --bind "$root" "$root"
mount --bind "$PWD" "$root/sferic"
mount -o remount,bind,ro "$root/sferic"
mount --bind "$root/build" "$root/sferic/build"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/"

inside() {
  chroot "$root" /usr/bin/env -C /sferic -u CCACHE_DIR -u TMPDIR HOME=/root LC_ALL=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
inside dpkg --configure -a  # where an installation was interrupted
for group in "${groups[@]}" build test ci; do inside bash cmake/install_packages.sh "$group"; done
inside bash tests/run.sh "$@"
inside env -u SFERIC_PRESET bash examples/quickstart.sh
