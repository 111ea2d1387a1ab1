"""Measure all four questions, or the named ones."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence

from benchmarks.planted.questions import QUESTIONS, SIZES, make
from benchmarks.planted.shares import Figure, Share, document, reached, show
from benchmarks.report import machine


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables and the JSON document."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planted", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=QUESTIONS, default=list(QUESTIONS))
    options = parser.parse_args(arguments)
    size, begun = SIZES[options.size], time.perf_counter()
    field = make(size, options.seed)
    found: list[Share | Figure] = []
    summary: dict[str, list[str]] = {}
    for name in options.only:
        title, measured = QUESTIONS[name]
        entries = measured(field, size, options.seed)
        show(title, entries)
        summary[name] = reached(entries)
        print("", *summary[name], sep="\n  ", flush=True)
        found += entries
        print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    said = {"machine": machine(), "size": options.size, "seed": options.seed}
    said |= {"seconds": round(time.perf_counter() - begun), "reached": summary}
    print(json.dumps(said | {"rows": document(found)}, allow_nan=False))


if __name__ == "__main__":
    main()
