"""Run all benchmarks, or some by name: `python -m benchmarks [collect browse search ...]`."""

import importlib
import sys

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


def main() -> None:
    """Measure, then print one table and one JSON document for all."""
    names = sys.argv[1:] or list(NAMES)
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}. Choose of: {', '.join(NAMES)}.")
    rows: list[Row] = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr)
        rows += importlib.import_module(f"benchmarks.{name}").measure()
    show(rows)


if __name__ == "__main__":
    main()
