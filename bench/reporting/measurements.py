"""Reads what the benchmarks measured: a folder for each suite, in it files of Google Benchmark's,
NAME.PROCESS.json, and folders with callgrind's counts.

A benchmark's name is table/subject/case.
"""

import collections
import json
import re

from . import noise
from .table import Cell, Table

# What the library adds to the names of benchmarks that the clock times, and to others.
CLOCKS = ("/real_time", "/manual_time")
ADDED = re.compile(r"/(real_time|manual_time|process_time|iterations:\d+)\b")
UNITS = {"us": "µs"}
# What the files have beside times and counters.
NO_COUNTERS = {
    "name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions",
    "repetition_index", "threads", "iterations", "real_time", "cpu_time", "time_unit",
}


def parts_of(name, path):
    """The table, subject and case that a benchmark is named by."""
    parts = name.split("/", 2)
    if len(parts) < 3:
        raise ValueError(f"{path}: {name!r} is not named table/subject/case")
    return parts


def read_process(path):
    """The repetitions of one process, as registered: (table, subject, case, run) for each."""
    try:
        runs = json.loads(path.read_text())["benchmarks"]
    except ValueError as error:
        raise ValueError(f"{path} was not written to its end: {error}") from error
    for run in sorted(runs, key=lambda run: run.get("family_index", 0)):
        if run.get("run_type", "iteration") != "iteration":
            continue
        if run.get("error_occurred"):
            raise RuntimeError(f"{run['name']}: {run.get('error_message')}")
        yield *parts_of(ADDED.sub("", run["run_name"]), path), run


def time_of(run):
    return run["real_time"] if run["run_name"].endswith(CLOCKS) else run["cpu_time"]


def read_times(suite, paths):
    """The tables of one program from the files of its processes."""
    runs = collections.defaultdict(list)  # of each cell, a list for each process
    for path in paths:
        of_process = collections.defaultdict(list)
        for table, subject, case, run in read_process(path):
            of_process[table, subject, case].append(run)
        for key, repetitions in of_process.items():
            runs[key].append(repetitions)
    tables = {}
    for (title, subject, case), processes in runs.items():
        first = processes[0][0]
        unit = UNITS.get(first["time_unit"], first["time_unit"])
        table = tables.setdefault(title, Table(suite, title, unit))
        times = [[time_of(run) for run in repetitions] for repetitions in processes]
        counters = {
            counter: noise.median([[run[counter] for run in repetitions]
                                   for repetitions in processes])
            for counter in first if counter not in NO_COUNTERS
            and isinstance(first[counter], (int, float))
        }
        table.add(subject, case,
                  Cell(noise.median(times), noise.standard_error(times), counters))
    return list(tables.values())


def read_counts(suite, folder):
    """The tables of instructions that callgrind counted exactly, for 1,000 emissions a file."""
    tables = {}
    for path in sorted(folder.glob("counts.*"), key=lambda path: int(path.suffix[1:])):
        text = path.read_text()
        name = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.M)
        total = re.search(r"^(?:totals|summary): (\d+)", text, re.M)
        if not name or not total:
            continue
        title, subject, case = parts_of(name.group(1), path)
        table = tables.setdefault(title, Table(suite, title, "instructions an emission"))
        table.add(subject, case, Cell(round(int(total.group(1)) / 1000), 0))
    return list(tables.values())


def read_suite(folder):
    programs = collections.defaultdict(list)
    for path in sorted(folder.glob("*.json")):
        programs[path.name.split(".")[0]].append(path)
    tables = [table for _, paths in sorted(programs.items())
              for table in read_times(folder.name, paths)]
    for counts in sorted(folder.glob("*_instructions")):
        tables += read_counts(folder.name, counts)
    return tables


# What users ask for first, and then the rest.
ORDER = ("trainer", "callbacks", "loggers", "checkpoint", "distributed", "scaling", "profile", "signal")


def read_all(folder):
    def rank(suite):
        return (ORDER.index(suite.name) if suite.name in ORDER else len(ORDER), suite.name)

    suites = sorted((suite for suite in folder.iterdir() if suite.is_dir()), key=rank)
    return [table for suite in suites for table in read_suite(suite)]
