"""A picture of a table: lines where the cases are numbers that grow, else bars. Thin ones are what
the standard error leaves open."""

import re

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.fonttype"] = "none"  # text stays text, which is a tenth of the size
matplotlib.rcParams["svg.hashsalt"] = "sferic"
import matplotlib.pyplot as plt  # noqa: E402 (after the choice of the backend)

from .text import number  # noqa: E402

WIDE = 5  # bars are drawn on a logarithmic scale where the longest has so many times the shortest

SFERIC = "#d9480f"
OTHERS = "#adb5bd"
LINES = ("#495057", "#1971c2", "#2f9e44", "#9c36b5", "#868e96")  # of others than sferic
OURS = ("#d9480f", "#f59f00", "#a61e4d")


def file_name(title):
    return re.sub(r"\W+", "_", title.lower()).strip("_") + ".svg"


def numbers(cases):
    """[1, 8], "slots" for ["1 slot", "8 slots"]; None where the cases are no such numbers, or one is
    0, which has no place on a logarithmic scale."""
    found = [re.fullmatch(r"(\d+) (\w+)", case) for case in cases]
    if len(cases) < 3 or not all(found):
        return None
    values = [int(match[1]) for match in found]
    if 0 in values or len({match[2].removesuffix("s") for match in found}) > 1:
        return None
    return values, found[-1][2]


def draw_bars(axes, table):
    height = 0.9 / len(table.subjects)
    for index, subject in enumerate(table.subjects):
        shown = [(row, table.cells[subject, case]) for row, case in enumerate(table.cases)
                 if (subject, case) in table.cells]
        bars = axes.barh([row + index * height for row, _ in shown],
                         [cell.value for _, cell in shown], 0.85 * height, align="edge",
                         xerr=[cell.error or 0 for _, cell in shown], ecolor="#495057",
                         color=SFERIC if table.is_ours(subject) else OTHERS)
        axes.bar_label(bars, [f"{number(cell.value)}  {subject}" for _, cell in shown],
                       padding=3, fontsize=7)
    axes.set_yticks([row + 0.45 for row in range(len(table.cases))], table.cases)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    values = [cell.value for cell in table.cells.values()]
    if max(values) > WIDE * min(values):
        axes.set_xscale("log")
        axes.set_xlim(left=0.5 * min(values), right=6 * max(values))
    else:
        axes.set_xlim(left=0, right=1.6 * max(values))
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_xlabel(table.unit)


def draw_lines(axes, table, x, x_unit):
    colors = {True: iter(OURS * 9), False: iter(LINES * 9)}
    for subject in table.subjects:
        ours = table.is_ours(subject)
        shown = [(value, table.cells[subject, case]) for value, case in zip(x, table.cases)
                 if (subject, case) in table.cells]
        axes.errorbar([value for value, _ in shown], [cell.value for _, cell in shown],
                      yerr=[cell.error or 0 for _, cell in shown], label=subject, marker="o",
                      markersize=4, linewidth=1.8 if ours else 1.2, color=next(colors[ours]))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(x, [f"{value:,}" for value in x])
    axes.minorticks_off()
    values = [cell.value for cell in table.cells.values()]
    bottom, top = 0.8 * min(values), 1.25 * max(values)
    axes.set_ylim(bottom, top)
    axes.set_yticks(ticks(bottom, top))
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.grid(axis="y", color="#e9ecef")
    axes.set_xlabel(x_unit)
    axes.set_ylabel(table.unit)
    axes.legend(frameon=False, fontsize=8)


def ticks(bottom, top):
    """Round numbers between two: the fewer, the further these are apart."""
    if top / bottom > 1000:
        steps = (1,)
    elif top / bottom > 10:
        steps = (1, 2, 5)
    else:
        steps = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)
    return [step * 10.0 ** power for power in range(-6, 13) for step in steps
            if bottom <= step * 10.0 ** power <= top]


def draw(table, folder):
    """Draws the table into the folder; returns the name of the picture."""
    growing = numbers(table.cases)
    size = (7, 4) if growing else (9, 1.2 + 0.2 * len(table.subjects) * len(table.cases))
    figure, axes = plt.subplots(figsize=size)
    if growing:
        draw_lines(axes, table, *growing)
    else:
        draw_bars(axes, table)
    axes.set_title(table.title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    name = file_name(table.title)
    figure.savefig(folder / name, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    return name
