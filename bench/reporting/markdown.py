"""A report to read."""

from .text import comparison_lines, measured, quantity

# Other counters than these are only in the files of the benchmarks.
COUNTERS = ("allocations", "bytes", "batches/s")


def cell_text(table, subject, case):
    cell = table.cells.get((subject, case))
    if cell is None:
        return ""
    ratio = table.ratio(subject, case, table.baseline)
    in_brackets = f" ({ratio:.2f})" if ratio is not None else ""
    counters = "".join(f"; {quantity(cell.counters[name])} {name}" for name in COUNTERS
                       if name in cell.counters)
    return measured(cell) + in_brackets + counters


def table_lines(table):
    unit = table.unit[0].upper() + table.unit[1:] if " " in table.unit else table.unit
    return [
        f"### {table.title}", "",
        f"{unit}; in brackets as a multiple of *{table.baseline}*.", "",
        "| | " + " | ".join(table.cases) + " |",
        "|---|" + "---:|" * len(table.cases),
        *(f"| {subject} | " + " | ".join(cell_text(table, subject, case) for case in table.cases)
          + " |" for subject in table.subjects),
        "",
    ]


def report_text(report, charts, comparison=None):
    """`charts` names the picture of a table's title."""
    lines = ["# What sferic costs", ""]
    lines += [f"- {what}: {value}" for what, value in report.machine.items()]
    lines += [f"- Each cell: {report.repetitions}; ± is the standard error", ""]
    if comparison:
        lines += ["## Compared with the earlier report", ""] + comparison_lines(comparison)
    for suite in report.suites:
        lines += [f"## {suite.capitalize()}", ""]
        for table in report.tables:
            if table.suite == suite:
                lines += table_lines(table)
                lines += [f"![{table.title}]({charts[table.title]})", ""]
    return "\n".join(lines)
