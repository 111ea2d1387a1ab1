"""Counts of what held among what was tried, with Wilson's interval, as tables and for the JSON document."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Figure", "Share", "document", "reached", "show", "wilson"]


@dataclass(frozen=True)
class Share:
    """How many of so many; `target` is the range that the share should lie in, None where there is none."""

    question: str
    setting: dict[str, Any]
    held: int
    tried: int
    target: tuple[float, float] | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """nan when nothing was tried."""
        return self.held / self.tried if self.tried else math.nan

    @property
    def verdict(self) -> str:
        """Against the target: the share itself decides, and whether chance could have done it is said too."""
        if self.target is None or not self.tried:
            return ""
        low, high = self.target
        inside = low <= self.share <= high
        wide = wilson(self.held, self.tried)
        sure = (wide[0] >= low and wide[1] <= high) if inside else (wide[1] < low or wide[0] > high)
        return ("met" if inside else "MISSED") + ("" if sure else " (could be chance)")

    def row(self) -> dict[str, Any]:
        """For the JSON document."""
        low, high = wilson(self.held, self.tried)
        figures = {"share": _rounded(self.share), "low": _rounded(low), "high": _rounded(high)}
        return asdict(self) | figures | {"verdict": self.verdict}


@dataclass(frozen=True)
class Figure:
    """A number that is no share, such as a rank correlation, with its interval where there is one."""

    question: str
    setting: dict[str, Any]
    value: float
    low: float = math.nan
    high: float = math.nan
    at_least: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Against the target."""
        return "" if self.at_least is None else "met" if self.value >= self.at_least else "MISSED"

    def row(self) -> dict[str, Any]:
        """For the JSON document."""
        numbers = {"value": _rounded(self.value), "low": _rounded(self.low), "high": _rounded(self.high)}
        return asdict(self) | numbers | {"verdict": self.verdict}


def wilson(held: int, tried: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); nan when nothing was tried."""
    if not tried:
        return math.nan, math.nan
    z, share = 1.959964, held / tried
    middle = (share + z * z / 2 / tried) / (1 + z * z / tried)
    reach = z / (1 + z * z / tried) * math.sqrt(share * (1 - share) / tried + z * z / 4 / tried**2)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def show(title: str, entries: Sequence[Share | Figure]) -> None:
    """One table: a column for each part of the setting, then the figure with its interval."""
    names = list(dict.fromkeys(name for entry in entries for name in entry.setting))
    header = [*names, "held", "of", "share", "95 % interval", "target", "", "besides"]
    rows = [[str(entry.setting.get(name, "")) for name in names] + _cells(entry) for entry in entries]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    print(f"\n{title}")
    for row in [header, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def reached(entries: Sequence[Share | Figure]) -> list[str]:
    """For each setting, from how many excerpts on the target is met at every larger size that was tried."""
    by_setting: dict[str, list[Share | Figure]] = {}
    for entry in entries:
        rest = ", ".join(str(value) for name, value in entry.setting.items() if name != "excerpts")
        by_setting.setdefault(rest, []).append(entry)
    said = []
    for setting, mine in by_setting.items():
        ordered = sorted(mine, key=lambda entry: _first_number(entry.setting.get("excerpts", "")))
        missed = [place for place, entry in enumerate(ordered) if entry.verdict.startswith("MISSED")]
        later = ordered[missed[-1] + 1 :] if missed else ordered
        met = f"met from {later[0].setting['excerpts']}" if later else "not met"
        said.append(f"{setting}: {met} (tried: {', '.join(str(e.setting['excerpts']) for e in ordered)})")
    return said


def document(entries: Iterable[Share | Figure]) -> list[dict[str, Any]]:
    """All rows for the JSON document."""
    return [entry.row() for entry in entries]


def _first_number(text: str) -> int:
    found = re.match(r"\d+", text)
    return int(found.group()) if found else 0


def _cells(entry: Share | Figure) -> list[str]:
    besides = ", ".join(f"{name} {value}" for name, value in entry.more.items())
    if isinstance(entry, Figure):
        target = "" if entry.at_least is None else f">= {entry.at_least:g}"
        return ["", "", f"{entry.value:.3f}", _range(entry.low, entry.high), target, entry.verdict, besides]
    target = "" if entry.target is None else f"{entry.target[0]:g} to {entry.target[1]:g}"
    interval = _range(*wilson(entry.held, entry.tried))
    return [str(entry.held), str(entry.tried), f"{entry.share:.3f}", interval, target, entry.verdict, besides]


def _range(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"{low:.3f} to {high:.3f}"


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
