"""What every command prints: a table for people, or one JSON document; progress on a terminal only."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import orjson
import typer
from tqdm import tqdm

from neuronview.cli.watched import report, require_going_on
from neuronview.tokens import is_control, printable

__all__ = [
    "JsonOption",
    "counted",
    "print_json",
    "print_lines",
    "print_notes",
    "print_rows",
    "progress_bar",
    "progress_shown",
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


def print_json(document: Any) -> None:
    """One JSON document on stdout; undefined numbers become null, control characters are escaped."""
    text = orjson.dumps(_plain(document), option=orjson.OPT_INDENT_2).decode()
    sys.stdout.write("\n".join(line if line.isprintable() else _escaped(line) for line in text.split("\n")) + "\n")


def print_lines(*lines: str) -> None:
    """Lines for people, with what a terminal would act on made visible."""
    sys.stdout.write(printable("\n".join(lines)) + "\n")


def print_notes(*lines: str) -> None:
    """Likewise, what is said beside the results: on stderr."""
    sys.stderr.write(printable("\n".join(lines)) + "\n")


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as JSON with all their fields, or these columns as a table, a neuron written `layer:neuron`."""
    if as_json:
        print_json(list(rows))
    elif not rows:
        print_lines("Nothing found.")
    else:
        _print_table([_with_neuron(row) for row in rows], columns)


def _with_neuron(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "neuron": f"{row['layer']}:{row['neuron']}"} if {"layer", "neuron"} <= set(row) else row


def _print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Aligned columns under their names; numbers with three digits, what is missing as a dash."""
    cells = [list(columns), *[[_cell(row.get(column)) for column in columns] for row in rows]]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    print_lines(*["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells])


def counted(count: int, noun: str) -> str:
    """A number of things: `1 call`, `2,000 calls`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def progress_bar(label: str, *, unit: str = "tok") -> tuple[Callable[[int, int], None], Callable[[], None]]:
    """A callback (done, total) that draws a bar on a terminal and nothing elsewhere, and what closes it."""
    bar = tqdm(desc=label, unit=unit, unit_scale=True, disable=not sys.stderr.isatty())
    begun: list[tuple[float, int]] = []  # when, and how many were done then

    def update(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        require_going_on()
        begun[:] = begun or [(time.monotonic(), done)]
        (since, before), now = begun[0], time.monotonic()
        rate = (done - before) / (now - since) if now > since else 0.0
        words = f"{tqdm.format_sizeof(rate)} {unit.strip()}/s" if rate else ""
        report(label, done, total, words=words, seconds_left=(total - done) / rate if total and rate else None)

    return update, bar.close


@contextmanager
def progress_shown(label: str, *, unit: str) -> Iterator[Callable[[int, int], None]]:
    """The callback of a `progress_bar` that is closed when the work ends, however it does."""
    update, close = progress_bar(label, unit=unit)
    try:
        yield update
    finally:
        close()


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else " ".join(str(value).split())


def _escaped(line: str) -> str:
    """A line of JSON, where such characters are in strings only."""
    return "".join(json.dumps(c)[1:-1] if is_control(c) else c for c in line)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value.item() if hasattr(value, "item") else value
