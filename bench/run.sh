#!/usr/bin/env bash
# Builds and runs the benchmarks, and writes what they say into build/bench/report:
#
#   bash bench/run.sh            all of it
#   bash bench/run.sh signal     one folder of bench/
#   SFERIC_BENCH_REPETITIONS=3 bash bench/run.sh      shorter, and less steady
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/build.sh"

suite=${1:-}
repetitions=${SFERIC_BENCH_REPETITIONS:-15}
build=build/bench
report=$build/report

bash cmake/install_packages.sh build bench
sferic_build bench ${suite:+"bench_$suite"}
rm -rf "$report"
mkdir -p "$report/data"

mapfile -t programs < <(find "$build/bench${suite:+/$suite}" -name 'bench_*' -type f -executable | sort)
for program in "${programs[@]}"; do
  [[ $program != *_instructions ]] || continue
  name=$(basename "$program")
  echo "Running $name"
  # Single runs of all cases in random order, so that a slow minute of the machine hits all alike.
  "$program" --benchmark_repetitions="$repetitions" --benchmark_min_time=0.05 \
    --benchmark_enable_random_interleaving=true --benchmark_report_aggregates_only=true \
    --benchmark_out="$report/data/$name.json" --benchmark_out_format=json \
    >"$report/data/$name.log" 2>&1 || { cat "$report/data/$name.log" >&2; exit 1; }
done

for program in "${programs[@]}"; do
  [[ $program == *_instructions ]] || continue
  name=$(basename "$program")
  echo "Counting $name"
  mkdir -p "$report/data/$name"
  valgrind --quiet --tool=callgrind --callgrind-out-file="$report/data/$name/counts" "$program" \
    2>"$report/data/$name.log" || { cat "$report/data/$name.log" >&2; exit 1; }
done

# Debian's Python, which Debian's plotting library belongs to.
python=/usr/bin/python3
[[ -x $python ]] || python=python3
if [[ -z $suite || $suite == signal ]]; then
  echo "Compiling a file that connects a lambda"
  "$python" bench/signal/compile_time.py >"$report/data/compile_time.json"
fi
"$python" bench/report.py "$report"
