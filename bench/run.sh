#!/usr/bin/env bash
# Builds and runs the benchmarks, and writes what they say into build/bench/report:
#
#   bash bench/run.sh                      all suites, which are folders of bench/
#   bash bench/run.sh signal trainer       some of them
#   bash bench/run.sh --compare bench/results/report.json     and says what has changed since then
#   bash bench/run.sh --compare OLD.json --fail-on-slower     and fails if something became slower
#   bash bench/run.sh --store              and puts the report into bench/results
#
# Each cell is measured SFERIC_BENCH_REPETITIONS times in each of SFERIC_BENCH_PROCESSES processes,
# 5 in 5 by default. SFERIC_BENCH_SHORT=1 runs everything once, to see that it does.
set -euo pipefail
usage() { sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p'; }

suites=()
earlier=
compare=()
store=
while (($#)); do
  case $1 in
    --compare)
      [[ -f ${2:-} ]] || { echo "bench/run.sh: --compare needs an earlier report.json" >&2; exit 2; }
      earlier=$(realpath -- "$2")
      shift
      ;;
    --fail-on-slower) compare+=(--fail-on-slower) ;;
    --store) store=1 ;;
    -h | --help) usage; exit ;;
    -*) usage >&2; exit 2 ;;
    *) suites+=("$1") ;;
  esac
  shift
done

if [[ -n $store && (${#suites[@]} -gt 0 || -n ${SFERIC_BENCH_SHORT:-}) ]]; then
  echo "bench/run.sh: --store is for a whole report" >&2
  exit 2
fi

source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"
build=build/bench
report=$build/report
data=$report/data

is_suite() { grep -qs "add_custom_target(bench_$1 " "bench/$1/CMakeLists.txt"; }
if ((${#suites[@]} == 0)); then
  for folder in bench/*/; do
    suite=$(basename "$folder")
    if is_suite "$suite"; then suites+=("$suite"); fi
  done
fi
for suite in "${suites[@]}"; do
  is_suite "$suite" || { echo "bench/run.sh: there is no suite $suite" >&2; exit 2; }
done

processes=${SFERIC_BENCH_PROCESSES:-5}
repetitions=${SFERIC_BENCH_REPETITIONS:-5}
min_time=0.05
if [[ -n ${SFERIC_BENCH_SHORT:-} ]]; then
  processes=1 repetitions=1 min_time=0.0001
fi
compilations=$((processes * repetitions < 7 ? processes * repetitions : 7))

bash cmake/install_packages.sh build bench
sferic_build bench "${suites[@]/#/bench_}"
if [[ -n $earlier ]]; then
  cp -- "$earlier" "$build/earlier_report.json"  # which may be the one that goes now
  compare+=(--compare "$build/earlier_report.json")
fi
rm -rf "$report"
mkdir -p "$data"
cut -d ' ' -f 1 /proc/loadavg >"$data/load"
if ((processes * repetitions > 1)); then
  echo "median of $repetitions repetitions in each of $processes processes" >"$data/repetitions"
else
  echo "measured once" >"$data/repetitions"
fi

# run <log> <command...>: shows the log if the command fails.
run() { "${@:2}" >"$1" 2>&1 || { cat "$1" >&2; return 1; }; }

# One process of a program. Single runs of all cases in random order, so that a slow moment of the
# machine hits all alike.
measure() {
  local program=$1 to=$2
  run "$to.log" "$program" --benchmark_repetitions="$repetitions" \
    --benchmark_min_time="$min_time" --benchmark_enable_random_interleaving=true \
    --benchmark_out="$to.json" --benchmark_out_format=json
}

count_instructions() {
  local program=$1 to=$2
  mkdir -p "$to"
  run "$to.log" valgrind --quiet --tool=callgrind --callgrind-out-file="$to/counts" "$program"
}

# Debian's Python, which Debian's plotting library belongs to.
python=/usr/bin/python3
[[ -x $python ]] || python=python3

for suite in "${suites[@]}"; do
  mkdir -p "$data/$suite"
  mapfile -t programs < <(find "$build/bench/$suite" -name 'bench_*' -type f -executable | sort)
  for ((process = 1; process <= processes; ++process)); do
    for program in "${programs[@]}"; do
      [[ $program != *_instructions ]] || continue
      echo "Running $(basename "$program"), process $process of $processes"
      measure "$program" "$data/$suite/$(basename "$program").$process"
    done
  done
  for program in "${programs[@]}"; do
    [[ $program == *_instructions ]] || continue
    echo "Counting $(basename "$program")"
    count_instructions "$program" "$data/$suite/$(basename "$program")"
  done
  if [[ $suite == signal ]]; then
    echo "Compiling a file that connects a lambda"
    "$python" bench/signal/compile_time.py "$compilations" >"$data/$suite/compile_time.1.json"
  fi
done

"$python" -B bench/report.py make "$report" "${compare[@]}"
if [[ -n $store ]]; then
  rm -rf bench/results
  mkdir bench/results
  cp "$report"/report.md "$report"/report.json "$report"/*.svg bench/results
  echo "It is stored in bench/results"
fi
