"""Does the comparison of two reports mark what has changed, and nothing else?"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bench"))

from reporting import compare  # noqa: E402 (after the path)
from reporting.report import Report  # noqa: E402
from reporting.table import Cell, Table  # noqa: E402
from simulation import report  # noqa: E402

SAME = {"by hand": 60, "sferic": 61}


def marked(before, after, runs=20, **noise):
    """The share of cells that are marked, over many pairs of reports."""
    changes = compared = 0
    for seed in range(runs):
        result = compare.compare(report(2 * seed, before, **noise),
                                 report(2 * seed + 1, after, **noise))
        changes += len(result.changes)
        compared += result.compared
    return changes / compared


def exact(values, suite="trainer", title="Training step", error=0.0):
    """A report of one column without noise."""
    table = Table(suite, title, "us")
    for subject, value in values.items():
        table.add(subject, "a batch", Cell(value, error))
    return Report({}, "", [table])


class SameDistributions(unittest.TestCase):
    def test_are_not_marked_where_repetitions_differ(self):
        for spread in (0.001, 0.01, 0.1):
            self.assertLess(marked(SAME, SAME, spread=spread), 0.01)

    def test_are_not_marked_where_processes_differ_more_than_repetitions(self):
        self.assertLess(marked(SAME, SAME, spread=0.01, between=0.02), 0.01)
        self.assertLess(marked(SAME, SAME, spread=0.01, between=0.05), 0.01)


class AChange(unittest.TestCase):
    def test_of_five_percent_is_marked_in_one_percent_of_noise(self):
        slower = {"by hand": 60, "sferic": 61 * 1.05}
        self.assertGreater(marked(SAME, slower, spread=0.01), 0.97)
        self.assertGreater(marked(slower, SAME, spread=0.01), 0.97)

    def test_of_less_than_one_percent_is_not_marked_however_steady(self):
        result = compare.compare(exact(SAME), exact({"by hand": 60, "sferic": 61 * 1.009}))
        self.assertEqual(result.changes, [])

    def test_of_an_exact_count_is_marked(self):
        result = compare.compare(exact(SAME), exact({"by hand": 60, "sferic": 62}))
        self.assertEqual([change.subject for change in result.slower()], ["sferic"])
        self.assertAlmostEqual(result.changes[0].share, 62 / 61 - 1)

    def test_of_the_machine_is_none(self):
        result = compare.compare(exact(SAME), exact({"by hand": 120, "sferic": 122}))
        self.assertEqual((result.compared, result.changes), (1, []))

    def test_of_sferic_is_told_of_sferic_where_it_is_the_first_row(self):
        before = {"sferic": 10, "Boost.Signals2": 100}
        result = compare.compare(exact(before), exact({"sferic": 12, "Boost.Signals2": 100}))
        self.assertEqual([(change.subject, change.is_ours) for change in result.slower()],
                         [("sferic", True)])
        self.assertEqual(result.faster(), [])

    def test_of_another_library_is_told_apart(self):
        before = {"by hand": 10, "sferic": 10, "Boost.Signals2": 100}
        result = compare.compare(exact(before), exact({**before, "Boost.Signals2": 120}))
        self.assertEqual([change.is_ours for change in result.changes], [False])

    def test_of_a_callback_is_one_of_sferic_in_a_table_that_does_not_name_it(self):
        before = {"nothing": 10, "Timer": 11}
        result = compare.compare(exact(before), exact({"nothing": 10, "Timer": 12}))
        self.assertEqual([change.is_ours for change in result.changes], [True])


class Cells(unittest.TestCase):
    def test_measured_once_are_not_judged(self):
        result = compare.compare(exact(SAME), exact({"by hand": 60, "sferic": 99}, error=None))
        self.assertEqual((result.compared, result.unjudged, result.changes), (1, 1, []))

    def test_that_appear_or_vanish_are_named(self):
        result = compare.compare(exact({"by hand": 1, "old": 2}), exact({"by hand": 1, "new": 2}))
        self.assertEqual(result.appeared, ["Training step / new / a batch"])
        self.assertEqual(result.vanished, ["Training step / old / a batch"])

    def test_of_a_table_that_appears_or_vanishes_are_named(self):
        result = compare.compare(exact({"a": 1}, title="Old"), exact({"a": 1}, title="New"))
        self.assertEqual(result.appeared, ["New / a / a batch"])
        self.assertEqual(result.vanished, ["Old / a / a batch"])

    def test_of_a_suite_that_was_not_run_have_not_vanished(self):
        result = compare.compare(exact(SAME, suite="signal"), exact(SAME, suite="trainer"))
        self.assertEqual(result.vanished, [])


if __name__ == "__main__":
    unittest.main()
