"""Makes report.md and a chart a table of what the benchmarks measured: report.py <folder>

A benchmark's name is group/subject/case: a table, a row, a column. The first subject of a group is
what the others are compared with.
"""

import collections
import json
import pathlib
import platform
import re
import subprocess
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.fonttype"] = "none"  # text stays text, which is a tenth of the size
matplotlib.rcParams["svg.hashsalt"] = "sferic"
import matplotlib.pyplot as plt  # noqa: E402 (after the choice of the backend)

# What the library adds to the names of benchmarks that the clock times.
CLOCKS = ("/real_time", "/manual_time")
SFERIC = "#d9480f"
OTHERS = "#adb5bd"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


class Group:
    """One table: values by subject and case."""

    def __init__(self, title, unit):
        self.title = title
        self.unit = unit
        self.subjects = []
        self.cases = []
        self.values = {}
        self.notes = {}

    def add(self, subject, case, value, note=""):
        if subject not in self.subjects:
            self.subjects.append(subject)
        if case not in self.cases:
            self.cases.append(case)
        self.values[subject, case] = value
        self.notes[subject, case] = note

    def cell(self, subject, case):
        value = self.values.get((subject, case))
        if value is None:
            return ""
        baseline = self.values.get((self.subjects[0], case))
        ratio = f" ({value / baseline:.2f})" if baseline else ""
        return f"{number(value)}{ratio}{self.notes[subject, case]}"

    def markdown(self):
        lines = [
            f"### {self.title}", "",
            f"{self.unit}; in brackets as a multiple of *{self.subjects[0]}*.", "",
            "| | " + " | ".join(self.cases) + " |",
            "|---|" + "---:|" * len(self.cases),
        ]
        lines += [
            f"| {subject} | " + " | ".join(self.cell(subject, case) for case in self.cases) + " |"
            for subject in self.subjects
        ]
        return "\n".join(lines) + "\n"

    def file_name(self):
        return re.sub(r"\W+", "_", self.title.lower()).strip("_") + ".svg"

    def chart(self, folder):
        """Draws a bar for each cell, longer ones on a logarithmic scale."""
        figure, axes = plt.subplots(figsize=(9, 1.2 + 0.2 * len(self.subjects) * len(self.cases)))
        height = 0.9 / len(self.subjects)
        for index, subject in enumerate(self.subjects):
            shown = [(row, self.values[subject, case]) for row, case in enumerate(self.cases)
                     if (subject, case) in self.values]
            bars = axes.barh([row + index * height for row, _ in shown],
                             [value for _, value in shown], 0.85 * height, align="edge",
                             color=SFERIC if subject.startswith("sferic") else OTHERS)
            axes.bar_label(bars, [f"{number(value)}  {subject}" for _, value in shown],
                           padding=3, fontsize=7)
        axes.set_yticks([row + 0.45 for row in range(len(self.cases))], self.cases)
        axes.invert_yaxis()
        axes.margins(y=0.01)
        axes.set_xscale("log")
        axes.set_xlim(left=0.5 * min(self.values.values()), right=6 * max(self.values.values()))
        axes.xaxis.set_major_formatter(lambda value, _: number(value))
        axes.set_xlabel(self.unit)
        axes.set_title(self.title, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(folder / self.file_name(), bbox_inches="tight",
                       metadata={"Date": None})
        plt.close(figure)


def read_times(path, groups):
    """Adds the medians in one file of Google Benchmark's."""
    runs = json.loads(path.read_text())["benchmarks"]
    for run in sorted(runs, key=lambda run: run.get("family_index", 0)):  # as they are registered
        if run.get("aggregate_name", "median") != "median":  # a single run has no aggregates
            continue
        name = run["run_name"]
        time = run["real_time"] if name.endswith(CLOCKS) else run["cpu_time"]
        for clock in CLOCKS:
            name = name.removesuffix(clock)
        title, subject, case = name.split("/", 2)
        note = "".join(f"; {number(run[counter])} {counter}" for counter in ("allocations", "bytes")
                       if counter in run)
        group = groups.setdefault(title, Group(title, run["time_unit"]))
        group.add(subject, case, time, note)


def read_counts(folder, groups):
    """Adds the instructions that callgrind counted, for 1,000 emissions a file."""
    files = sorted(folder.glob("counts.*"), key=lambda path: int(path.suffix[1:]))
    for path in files:
        text = path.read_text()
        name = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.M)
        total = re.search(r"^(?:totals|summary): (\d+)", text, re.M)
        if not name or not total:
            continue
        title, subject, case = name.group(1).split("/", 2)
        group = groups.setdefault(title, Group(title, "Instructions an emission"))
        group.add(subject, case, round(int(total.group(1)) / 1000))


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def main(folder):
    data = folder / "data"
    groups = collections.OrderedDict()
    for path in sorted(data.glob("*.json")):
        read_times(path, groups)
    for path in sorted(data.glob("*_instructions")):
        read_counts(path, groups)

    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True, check=True)
    parts = [f"# What sferic costs\n\n{processor()}, {compiler.stdout.splitlines()[0]}.\n"]
    for group in groups.values():
        group.chart(folder)
        parts += [group.markdown(), f"![{group.title}]({group.file_name()})\n"]
    report = folder / "report.md"
    report.write_text("\n".join(parts))
    print(f"The report is in {report}")


main(pathlib.Path(sys.argv[1]))
