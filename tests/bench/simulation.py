"""Reports as they would be measured, with noise."""

import random

from reporting import noise
from reporting.report import Report
from reporting.table import Cell, Table

PROCESSES = 5
REPETITIONS = 5


def measure(source, value, spread, between=0.0):
    """A cell of `value`, whose repetitions differ by `spread` of it, and the processes by `between`.
    One repetition of twenty meets a slow moment of the machine."""
    processes = []
    for _ in range(PROCESSES):
        of_process = value * (1 + source.gauss(0, between))
        processes.append([
            of_process * (1 + source.gauss(0, spread)) * (1.3 if source.random() < 0.05 else 1)
            for _ in range(REPETITIONS)
        ])
    return Cell(noise.median(processes), noise.standard_error(processes))


def report(seed, values, spread, between=0.0):
    """One table with a row for each of `values`, by name, and 50 columns."""
    source = random.Random(seed)
    table = Table("trainer", "Training step", "us")
    for subject, value in values.items():
        for case in range(50):
            table.add(subject, str(case), measure(source, value, spread, between))
    return Report({}, "", [table])
