#!/usr/bin/env bash
# Installs the Debian packages that are missing: bash cmake/install_packages.sh [build|test|clang|bench|ci|cuda|debian13]...
# Says nothing, and takes no time, when none is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Of a|b, either will do, and the first is installed: LibTorch with CUDA, which Debian's section contrib
# has, replaces the other one.
# libtorch-dev alone comes with the reference BLAS, with which a training step takes three times as
# long as with OpenBLAS.
build=(ca-certificates g++ cmake ninja-build ccache
       'libtorch-dev|libtorch-cuda-dev' 'libgloo-dev|libgloo-cuda-dev' libopenblas0-pthread
       libboost-dev libboost-serialization-dev libfmt-dev libpng-dev libprotobuf-dev libzip-dev
       nlohmann-json3-dev protobuf-compiler zlib1g-dev)
test=(iproute2 libbenchmark-dev libgtest-dev make pkg-config)
clang=(clang libclang-rt-dev llvm)  # llvm: line numbers in what the sanitizers say
bench=(libbenchmark-dev libsigc++-3.0-dev libpoco-dev libglib2.0-dev pkg-config valgrind iproute2
       python3-matplotlib)
ci=(git clang-format-19 python3-crcmod 'python3-torch|python3-torch-cuda' python3-numpy)
cuda=(libtorch-cuda-dev libgloo-cuda-dev libnccl-dev nvidia-cuda-toolkit python3-torch-cuda)
debian13=(debootstrap debian-archive-keyring)

# Elsewhere than on Debian, CMake names what it can't find.
command -v dpkg-query >/dev/null || exit 0

missing=()
for group in "${@:-build}"; do
  declare -n packages="$group"
  for package in "${packages[@]}"; do
    states=$(dpkg-query -W -f ' ${db:Status-Status}' ${package//|/ } 2>/dev/null) || true
    [[ $states =~ " installed" ]] || missing+=("${package%%|*}")
  done
done
((${#missing[@]})) || exit 0

as_root=()
((EUID == 0)) || as_root=(sudo)
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C
     apt-get -y -o DPkg::Lock::Timeout=60)
install_missing() {
  "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${missing[@]}"
}

log=build/packages.log
mkdir -p build
echo "Installing with apt-get: ${missing[*]}"
# Another one at work is waited for, as that of a machine's first start, for some minutes: apt-get
# itself waits for some locks only.
until install_missing >"$log" 2>&1; do
  if ((SECONDS > 300)) || ! grep -q "Could not get lock" "$log"; then
    echo "The installation failed; $PWD/$log ends with:" >&2
    tail -n 5 "$log" >&2
    exit 1
  fi
  sleep 5
done
