"""What every benchmark hands back, and how it is printed: a table, and one JSON document as the last line."""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

__all__ = ["Row", "machine", "medians", "show"]

PACKAGES = ("torch", "transformers", "duckdb", "numpy", "pandas")


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is ours to the baseline, so that it depends little on the machine."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    """The same measure of the plain way, in the same unit."""
    ratio: float | None = None
    goal: str = ""
    """What the ratio or value should be, in words."""
    ok: bool | None = None
    """Whether it is; None where there is no goal."""

    @classmethod
    def against(cls, name: str, value: float, baseline: float, *, unit: str, at_least: float = 0.0) -> Row:
        """A speed, which should be at least `at_least` times the baseline's."""
        ratio = value / baseline
        return cls(name, value, unit, baseline, ratio, f"ratio at least {at_least:g}", ratio >= at_least)

    @classmethod
    def within(cls, name: str, value: float, *, unit: str, at_most: float, baseline: float | None = None) -> Row:
        """A time, which should be at most `at_most`; a baseline is shown beside it."""
        ratio = value / baseline if baseline else None
        return cls(name, value, unit, baseline, ratio, f"at most {at_most:g} {unit}", value <= at_most)

    @classmethod
    def times(cls, name: str, value: float, baseline: float, *, unit: str, at_most: float) -> Row:
        """A time, which should be at most `at_most` times the baseline's."""
        ratio = value / baseline
        return cls(name, value, unit, baseline, ratio, f"ratio at most {at_most:g}", ratio <= at_most)


def medians(*ways: Callable[[], object], repeats: int = 7) -> list[float]:
    """Median seconds of each way; they take turns, so that other work on the machine hits them alike."""
    for way in ways:
        way()
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(repeats):
        for way, seconds in zip(ways, taken, strict=True):
            begun = time.perf_counter()
            way()
            seconds.append(time.perf_counter() - begun)
    return [statistics.median(seconds) for seconds in taken]


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def show(rows: Sequence[Row], failed: Mapping[str, str] | None = None) -> None:
    """Print the table and the JSON document, in which what is no number is null. `failed`: benchmarks, and how."""
    width = max((len(row.name) for row in rows), default=0)
    print(f"{'':{width}}  {'value':>10} {'baseline':>10} {'unit':8} {'ratio':>7}  goal")
    for row in rows:
        baseline = "" if row.baseline is None else f"{row.baseline:,.4g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        verdict = {True: "met", False: "MISSED", None: ""}[row.ok]
        print(f"{row.name:{width}}  {row.value:>10,.4g} {baseline:>10} {row.unit:8} {ratio:>7}  {row.goal} {verdict}")
    for name, how in (failed or {}).items():
        print(f"FAILED: {name}, {how}. What it said is above; again: python -m benchmarks {name}")
    listed = [{name: _plain(value) for name, value in asdict(row).items()} for row in rows]
    document = {"machine": machine(), "rows": listed} | ({"failed": dict(failed)} if failed else {})
    print(json.dumps(document, allow_nan=False))


def _plain(value: Any) -> Any:
    """A value of a row as JSON has it: numpy's numbers as Python's, None for what is no number or endless."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
