"""What has changed since an earlier report?

Machines and days differ, so a cell is compared by its ratio to its table's yardstick in the same
run. It is marked where that ratio has changed by more than SIGMAS standard errors of the change,
and by at least MINIMUM. The standard error of the change is that of the four medians in it: of the
cell and of the yardstick, in both reports. Of some hundred cells that have not changed, one or none
is marked; of those that have changed by 5 %, at 1 % of noise, all are.
"""

import dataclasses
import math

SIGMAS = 3.5
MINIMUM = 0.01


@dataclasses.dataclass
class Change:
    suite: str
    table: str
    subject: str
    case: str
    old: float  # the ratio to the yardstick
    new: float
    sigma: float  # the standard error of new / old, as a share
    is_ours: bool

    @property
    def share(self):
        return self.new / self.old - 1


@dataclasses.dataclass
class Comparison:
    changes: list[Change] = dataclasses.field(default_factory=list)  # those that are marked
    compared: int = 0  # cells
    unjudged: int = 0  # cells whose noise is not known, in one of the reports
    appeared: list[str] = dataclasses.field(default_factory=list)
    vanished: list[str] = dataclasses.field(default_factory=list)

    def slower(self):
        return [change for change in self.changes if change.share > 0]

    def faster(self):
        return [change for change in self.changes if change.share < 0]


def is_change(old, new, sigma):
    """Whether a ratio has changed, where sigma is the standard error of log(new / old)."""
    logarithm = math.log(new / old)
    return abs(logarithm) > SIGMAS * sigma and abs(logarithm) >= math.log(1 + MINIMUM)


def relative_error(*cells):
    """The standard error of the logarithm of a product or quotient of these; None: not known."""
    if any(cell.error is None for cell in cells):
        return None
    return math.sqrt(sum((cell.error / cell.value) ** 2 for cell in cells))


def name(table, subject, case):
    return f"{table.title} / {subject} / {case}"


def compare_tables(old, new, result):
    yardstick = new.yardstick
    for (subject, case), cell in new.cells.items():
        before = old.cells.get((subject, case))
        if before is None:
            result.appeared.append(name(new, subject, case))
            continue
        bases = old.cells.get((yardstick, case)), new.cells.get((yardstick, case))
        if subject == yardstick or None in bases:
            continue
        four = (before, bases[0], cell, bases[1])
        if any(each.value <= 0 for each in four):
            continue
        result.compared += 1
        sigma = relative_error(*four)
        if sigma is None:
            result.unjudged += 1
            continue
        ratios = before.value / bases[0].value, cell.value / bases[1].value
        if is_change(*ratios, sigma):
            result.changes.append(Change(new.suite, new.title, subject, case, *ratios, sigma,
                                         new.is_ours(subject)))
    result.vanished += [name(old, *key) for key in old.cells if key not in new.cells]


def compare(old, new):
    """Compares the suites that the new report has with those of the old one."""
    result = Comparison()
    before = {(table.suite, table.title): table for table in old.tables}
    for table in new.tables:
        earlier = before.pop((table.suite, table.title), None)
        if earlier:
            compare_tables(earlier, table, result)
        else:
            result.appeared += [name(table, *key) for key in table.cells]
    for table in before.values():
        if table.suite in new.suites:
            result.vanished += [name(table, *key) for key in table.cells]
    result.changes.sort(key=lambda change: -change.share)
    return result
