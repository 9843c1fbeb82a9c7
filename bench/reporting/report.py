"""A report, and its form as JSON."""

import dataclasses
import json

from .table import Cell, Table

FORMAT = 1


@dataclasses.dataclass
class Report:
    machine: dict[str, str]
    repetitions: str  # how often each cell was measured, in words
    tables: list[Table]

    @property
    def suites(self):
        return list(dict.fromkeys(table.suite for table in self.tables))


def significant(number):
    """Six digits, which are more than a measurement has."""
    return None if number is None else float(f"{number:.6g}")


def write(report, path):
    tables = [{
        "suite": table.suite, "title": table.title, "unit": table.unit,
        "cells": [{
            "subject": subject, "case": case,
            "value": significant(cell.value), "error": significant(cell.error),
            **({"counters": {name: significant(value) for name, value in cell.counters.items()}}
               if cell.counters else {}),
        } for (subject, case), cell in table.cells.items()],
    } for table in report.tables]
    document = {"format": FORMAT, "machine": report.machine, "repetitions": report.repetitions,
                "tables": tables}
    path.write_text(json.dumps(document, indent=1) + "\n")


def read(path):
    """Raises ValueError, naming the file, if it is none that write() made."""
    try:
        document = json.loads(path.read_text())
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r} instead of {FORMAT}")
        tables = []
        for one in document["tables"]:
            table = Table(one["suite"], one["title"], one["unit"])
            for cell in one["cells"]:
                table.add(cell["subject"], cell["case"],
                          Cell(cell["value"], cell["error"], cell.get("counters", {})))
            tables.append(table)
        return Report(document["machine"], document["repetitions"], tables)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no report of bench/run.sh: {error}") from error
