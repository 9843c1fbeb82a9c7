"""Is the report what was measured?"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCH = pathlib.Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

from reporting import measurements, noise, report, text  # noqa: E402 (after the path)
from reporting.markdown import report_text  # noqa: E402
from reporting.table import Cell, Table  # noqa: E402


def run(name, time, **more):
    return {"run_name": name, "run_type": "iteration", "cpu_time": time, "real_time": 2 * time,
            "time_unit": "ns", **more}


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.path = pathlib.Path(temporary.name)

    def write(self, name, runs):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"benchmarks": runs}))


class Measurements(Folder):
    def test_of_all_processes_make_one_cell(self):
        for process, times in enumerate([(1, 2, 3), (11, 12, 13), (21, 22, 23)]):
            self.write(f"signal/bench.{process}.json", [run("T/sferic/1 slot", t) for t in times])
        [table] = measurements.read_all(self.path)
        cell = table.cells["sferic", "1 slot"]
        self.assertEqual((table.suite, table.unit, cell.value), ("signal", "ns", 12))
        self.assertGreater(cell.error, 5)

    def test_of_the_clock_are_its_own(self):
        self.write("signal/bench.1.json", [run("T/sferic/alone/real_time", 5)])
        self.assertEqual(measurements.read_all(self.path)[0].cells["sferic", "alone"].value, 10)

    def test_of_all_threads_are_the_processors(self):
        self.write("signal/bench.1.json", [run("T/sferic/alone/iterations:50/process_time", 5)])
        self.assertEqual(measurements.read_all(self.path)[0].cells["sferic", "alone"].value, 5)

    def test_leave_aggregates_out_and_keep_counters(self):
        self.write("signal/bench.1.json", [
            run("T/sferic/a/b", 5, bytes=64),
            run("T/sferic/a/b", 7, run_type="aggregate"),
        ])
        cell = measurements.read_all(self.path)[0].cells["sferic", "a/b"]
        self.assertEqual((cell.value, cell.error, cell.counters), (5, None, {"bytes": 64}))

    def test_keep_the_order_of_registration(self):
        self.write("signal/bench.1.json", [run("T/second/x", 5, family_index=1),
                                           run("T/first/x", 5, family_index=0)])
        self.assertEqual(measurements.read_all(self.path)[0].subjects, ["first", "second"])

    def test_begin_with_the_suite_that_users_ask_for_first(self):
        for suite in ("another", "signal", "trainer"):
            self.write(f"{suite}/bench.1.json", [run("T/sferic/x", 5)])
        self.assertEqual([table.suite for table in measurements.read_all(self.path)],
                         ["trainer", "signal", "another"])


class Noise(unittest.TestCase):
    def test_ignores_a_slow_moment(self):
        steady = [[10, 10.1, 9.9], [10, 10.1, 9.9], [10, 10.1, 9.9]]
        disturbed = [[10, 10.1, 9.9], [10, 30, 9.9], [10, 10.1, 9.9]]
        self.assertAlmostEqual(noise.median(disturbed), noise.median(steady))
        self.assertLess(noise.standard_error(disturbed), 0.1)

    def test_grows_where_processes_differ(self):
        self.assertGreater(noise.standard_error([[9, 9, 9], [10, 10, 10], [11, 11, 11]]), 0.5)

    def test_of_one_repetition_is_not_known(self):
        self.assertIsNone(noise.standard_error([[10]]))


class Text(unittest.TestCase):
    def test_shows_as_many_digits_as_are_known(self):
        for value, error, shown in ((58.23, 0.41, "58.2 ±0.4"), (58.23, 0.096, "58.2 ±0.1"),
                                    (5823.4, 12.0, "5,823 ±12"), (0.5594, 0.0021, "0.559 ±0.002"),
                                    (58.23, None, "58.2"), (97, 0, "97")):
            self.assertEqual(text.measured(Cell(value, error)), shown)

    def test_of_a_table_tells_multiples_of_its_first_row(self):
        table = Table("trainer", "Training step", "us")
        table.add("by hand", "a batch", Cell(50, 0.1))
        table.add("sferic", "a batch", Cell(51, 0.1))
        lines = report_text(report.Report({}, "once", [table]), {"Training step": "x.svg"})
        self.assertIn("| sferic | 51.0 ±0.1 (1.02) |", lines)


class Files(Folder):
    def store(self, name, value):
        table = Table("trainer", "Training step", "us")
        table.add("by hand", "a batch", Cell(50, 0.01))
        table.add("sferic", "a batch", Cell(value, 0.01, {"bytes": 8}))
        path = self.path / name
        report.write(report.Report({"Processor": "one"}, "15 times", [table]), path)
        return path

    def test_hold_the_whole_report(self):
        read = report.read(self.store("report.json", 51))
        self.assertEqual((read.machine, read.repetitions), ({"Processor": "one"}, "15 times"))
        self.assertEqual(read.tables[0].cells["sferic", "a batch"], Cell(51, 0.01, {"bytes": 8}))

    def compare(self, *arguments):
        return subprocess.run([sys.executable, BENCH / "report.py", "compare", *arguments],
                              capture_output=True, text=True, check=False)

    def test_are_compared_and_fail_on_slower_only_if_asked(self):
        old, new = self.store("old.json", 51), self.store("new.json", 60)
        told = self.compare(old, new)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("1 cell compared, 1 slower, 0 faster", told.stdout)
        self.assertIn("Training step / sferic / a batch | 1.02 | 1.2 | +17.6 % ±0.0", told.stdout)
        self.assertEqual(self.compare(old, new, "--fail-on-slower").returncode, 1)
        self.assertEqual(self.compare(new, old, "--fail-on-slower").returncode, 0)

    def test_that_are_no_reports_are_named(self):
        other = self.path / "other.json"
        for content in ("", "[]", "{}", '{"format": 0}'):
            other.write_text(content)
            told = self.compare(other, other)
            self.assertNotEqual(told.returncode, 0)
            self.assertIn(f"{other} is no report of bench/run.sh", told.stderr)


if __name__ == "__main__":
    unittest.main()
