"""A table of a report: values by subject, which is a row, and case, which is a column."""

import dataclasses


@dataclasses.dataclass
class Cell:
    value: float
    error: float | None = None  # the standard error, in the same unit; None: not known
    counters: dict[str, float] = dataclasses.field(default_factory=dict)


class Table:
    def __init__(self, suite, title, unit):
        self.suite = suite
        self.title = title
        self.unit = unit
        self.subjects = []
        self.cases = []
        self.cells = {}

    def add(self, subject, case, cell):
        if subject not in self.subjects:
            self.subjects.append(subject)
        if case not in self.cases:
            self.cases.append(case)
        self.cells[subject, case] = cell

    @property
    def baseline(self):
        """The row that the table compares the others with."""
        return self.subjects[0]

    @property
    def yardstick(self):
        """The row that reports of different days are compared by: the first one that isn't sferic's,
        so that a change of sferic is not mistaken for one of all others."""
        others = [subject for subject in self.subjects if not subject.startswith("sferic")]
        return (others or self.subjects)[0]

    def is_ours(self, subject):
        """Whether it tells of sferic: in a table without rows of its name, all but the yardstick."""
        if any(other.startswith("sferic") for other in self.subjects):
            return subject.startswith("sferic")
        return subject != self.yardstick

    def ratio(self, subject, case, to):
        """A cell as a multiple of that of the row `to`; None where there is none to compare with."""
        cell, base = self.cells.get((subject, case)), self.cells.get((to, case))
        return cell.value / base.value if cell and base and base.value else None
