# Sourced by the scripts that build: goes to the project's top folder and gives them
#   sferic_build <preset> [target...]
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# phase <log> <what> <command...>: one line with the duration; the command's output goes to the log.
phase() {
  local log=$1 what=$2 begin=$SECONDS
  shift 2
  printf '%s ... ' "$what"
  if "$@" >"$log" 2>&1; then
    echo "$((SECONDS - begin)) s"
    return
  fi
  echo "failed after $((SECONDS - begin)) s"
  { grep -m 5 -iE 'error[: ]' "$log" || tail -n 10 "$log"; } >&2
  echo "All of it: $PWD/$log" >&2
  return 1
}

sferic_build() {
  local preset=$1 tree=build/$1
  shift
  mkdir -p build
  # Ninja configures again by itself when a CMake file changes, but doesn't know the presets.
  if [[ CMakePresets.json -nt $tree/build.ninja ]]; then
    phase "$tree.configure.log" "Configuring $preset" cmake --preset "$preset" || return
  fi
  phase "$tree.build.log" "Building $preset" cmake --build --preset "$preset" ${1:+--target "$@"}
}
