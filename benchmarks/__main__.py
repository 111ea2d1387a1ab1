"""Run all benchmarks, or some by name: `python -m benchmarks [collect browse search ...]`.

One that is named alone runs here. Several run one after the other, each in a process of its own: none is measured
beside what another left in memory, and one that fails, or is killed, costs no rows but its own. Each prints its rows
when it is there; in the end come one table and one JSON document of all. The exit code is 1 if any failed, and their
names are told.
"""

import importlib
import json
import math
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.report import Row, show

NAMES = (
    "collect",
    "states",
    "browse",
    "search",
    "neuron_page",
    "text",
    "startup",
    "stepping",
    "rules",
    "bulk_explain",
    "planted",
    "published",
    "many",
)
ASKED: Mapping[str, Mapping[str, int]] = {"bulk_explain": {"calls": 20_000}}
"""What a benchmark is asked beyond what it does by itself: memory has a goal in a long run alone."""


def apart(name: str) -> tuple[list[Row], str]:
    """A benchmark's rows from a process of its own, and how that failed, or ""."""
    return rows_of([sys.executable, "-m", "benchmarks", name])


def rows_of(command: Sequence[str]) -> tuple[list[Row], str]:
    """Rows that a program prints in its last line, and how it failed, or ""; other lines are passed on as they come."""
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(last, end="", flush=True)
            last = line
    code = process.returncode
    failed = f"killed by signal {-code}" if code < 0 else f"exit code {code}" if code else ""
    try:
        return [_row(**row) for row in json.loads(last)["rows"]], failed
    except (ValueError, KeyError, TypeError):
        print(last, end="", flush=True)
        return [], failed or "its last line is no JSON document with rows"


def _row(*, value: float | None, **rest: Any) -> Row:
    return Row(value=math.nan if value is None else value, **rest)


def main(names: Sequence[str], measured: Callable[[str], tuple[list[Row], str]] = apart) -> int:
    """Measure, then print one table and one JSON document for all; the exit code. `measured`: one of several."""
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}. Choose of: {', '.join(NAMES)}.")
    if len(names) == 1:
        show(importlib.import_module(f"benchmarks.{names[0]}").measure(**ASKED.get(names[0], {})))
        return 0
    rows: list[Row] = []
    failed: dict[str, str] = {}
    for name in names or NAMES:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        found, wrong = measured(name)
        rows += found
        if wrong:
            failed[name] = wrong
    show(rows, failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
