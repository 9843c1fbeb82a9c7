"""How long does a file compile that connects a lambda? Prints it as Google Benchmark does.

    compile_time.py REPETITIONS
"""

import json
import os
import pathlib
import resource
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent
SUBJECTS = {
    "sferic": "sferic.cpp",
    "Boost.Signals2": "signals2.cpp",
    "std::function": "std_function.cpp",
}
OPTIONS = ["-O0", "-O2"]
REPETITIONS = int(sys.argv[1])


def seconds(source, option):
    """The processor's time for one run of the compiler."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [os.environ.get("CXX", "c++"), "-std=c++20", option, "-c", "-o", os.devnull,
         f"-I{FOLDER.parent.parent / 'lib'}", FOLDER / "compile_time" / source],
        check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


cases = [(name, source, option) for name, source in SUBJECTS.items() for option in OPTIONS]
times = {case: [] for case in cases}
for _ in range(REPETITIONS):
    for case in cases:
        times[case].append(seconds(*case[1:]))

json.dump({"benchmarks": [{
    "run_name": f"Compiling a file that connects a lambda/{name}/{option}",
    "cpu_time": time,
    "time_unit": "s",
} for name, source, option in cases for time in times[name, source, option]]}, sys.stdout, indent=1)
