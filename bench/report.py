#!/usr/bin/env python3
"""Makes the report of the benchmarks, and compares reports.

    report.py make FOLDER [--compare OLD.json] [--fail-on-slower]
    report.py compare OLD.json NEW.json [--fail-on-slower]

`make` reads what bench/run.sh has measured into FOLDER/data, and writes report.md, report.json and a
picture of each table beside it.
"""

import argparse
import pathlib
import sys

from reporting import compare, report, text


def make(arguments):
    from reporting import charts, machine, markdown, measurements  # matplotlib is needed here only

    folder = arguments.folder
    data = folder / "data"
    made = report.Report(machine.describe(note(data / "load")), note(data / "repetitions"),
                         measurements.read_all(data))
    if not made.tables:
        sys.exit(f"{data} holds no measurements")
    report.write(made, folder / "report.json")
    comparison = None
    if arguments.compare:
        comparison = compare.compare(report.read(arguments.compare), made)
    pictures = {table.title: charts.draw(table, folder) for table in made.tables}
    (folder / "report.md").write_text(markdown.report_text(made, pictures, comparison))
    print(f"The report is in {folder / 'report.md'}")
    return comparison


def note(path):
    return path.read_text().strip() if path.exists() else ""


def of_two_files(arguments):
    return compare.compare(report.read(arguments.old), report.read(arguments.new))


def tell(comparison, details):
    print(f"Compared: {text.summary(comparison)}")
    if details:
        print("\n".join([""] + text.comparison_lines(comparison)[2:]).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    making = commands.add_parser("make")
    making.add_argument("folder", type=pathlib.Path)
    making.add_argument("--compare", type=pathlib.Path)
    comparing = commands.add_parser("compare")
    comparing.add_argument("old", type=pathlib.Path)
    comparing.add_argument("new", type=pathlib.Path)
    for command in (making, comparing):
        command.add_argument("--fail-on-slower", action="store_true")
    arguments = parser.parse_args()
    try:
        comparison = make(arguments) if arguments.command == "make" else of_two_files(arguments)
    except (OSError, ValueError) as error:
        sys.exit(f"report.py: {error}")
    if comparison is None:
        return
    tell(comparison, details=arguments.command == "compare")
    if arguments.fail_on_slower and any(change.is_ours for change in comparison.slower()):
        sys.exit(1)


if __name__ == "__main__":
    main()
