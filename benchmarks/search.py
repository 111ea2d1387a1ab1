"""Search in as many explanations as GPT-2 XL has neurons (307,200), against pandas on the same texts: milliseconds.

The dataset is drawn, see `benchmarks.drawn`.
"""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import workbench
from benchmarks.drawn import LAYERS, WIDTH, build
from benchmarks.report import Row, medians, show
from neuronview.store import Dataset

SEARCHES = ("a common word and a rarer one", "two rare words", "a quoted phrase", "a word being typed")
EXPRESSION = r"\b{0}\w* (?:{1}|{2})"
CATASTROPHIC = r"^(([a-z])+.)+[A-Z]([a-z])+$"


def measure() -> list[Row]:
    """Building and reading the index, searches by words, and by expressions."""
    folder = workbench.folder() / "searched"
    words = build(folder)
    rows = _building(folder)
    dataset = Dataset(folder, overlay=folder / "home")
    (reading,) = _once(dataset.searcher.prepare)
    rows.append(Row.within("search: read the kept index", reading, unit="s", at_most=2))
    texts = dataset.neurons(limit=LAYERS * WIDTH)["explanation"]
    rare, rarer = texts[1000].rstrip(".").split()[-2:]
    asked = (f"{words[20]} {words[400]} ", f"{rarer} {rare} ", f'"{rare} {rarer}"', words[900][:3])
    for name, text in zip(SEARCHES, asked, strict=True):
        ways = (lambda t=text: _find(dataset, t), lambda t=text: _search(dataset, t), lambda t=text: _scan(texts, t))
        found, shown, scanned = (1000 * seconds for seconds in medians(*ways))
        rows.append(Row.times(f"search: {name}, ranked", found, scanned, unit="ms", at_most=1 / 3))
        rows.append(Row.times(f"search: {name}, with the rows of a page", shown, scanned, unit="ms", at_most=1))
    (inside,) = medians(lambda: _search(dataset, f"{words[900][1:3]} "))
    rows.append(Row.within("search: letters inside of words", 1000 * inside, unit="ms", at_most=200))
    expression = EXPRESSION.format(words[20][:3], words[30], words[40])
    for name, pattern in (("an expression", expression), ("one that hangs others", CATASTROPHIC)):
        ours, scanned = (
            1000 * s for s in medians(lambda p=pattern: _match(dataset, p), lambda p=pattern: _regex_scan(texts, p))
        )
        rows.append(Row.times(f"search: {name}, against pandas", ours, scanned, unit="ms", at_most=1))
        rows.append(Row.within(f"search: {name}", ours, unit="ms", at_most=100))
    return rows


def _building(folder: Path) -> list[Row]:
    dataset = Dataset(folder, overlay=folder / "home")
    (built,) = _once(dataset.searcher.prepare)
    traced = Dataset(folder)
    tracemalloc.start()
    traced.searcher.prepare()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    kept = sum(path.stat().st_size for path in (folder / "home").rglob("*.parquet")) / 2**20
    return [
        Row.within(f"search: index {LAYERS * WIDTH:,} explanations and top tokens", built, unit="s", at_most=60),
        Row.within("search: memory at most while that is done", peak, unit="MiB", at_most=600),
        Row.within("search: size of the index", kept, unit="MiB", at_most=100),
    ]


def _once(way: Any) -> tuple[float]:
    begun = time.perf_counter()
    way()
    return (time.perf_counter() - begun,)


def _find(dataset: Dataset, text: str) -> Any:
    _forget(dataset)
    return dataset.searcher.find(text)


def _search(dataset: Dataset, text: str) -> pd.DataFrame:
    _forget(dataset)
    return dataset.search(text)


def _match(dataset: Dataset, pattern: str) -> Any:
    _forget(dataset)
    return dataset.searcher.find(pattern, regex=True)


def _forget(dataset: Dataset) -> None:
    """Drop what the last searches found, so that the next one is made anew."""
    dataset.searcher._last.clear()


def _scan(texts: pd.Series[str], text: str) -> pd.Series[str]:
    kept = pd.Series(True, index=texts.index)
    for word in [text.strip('"')] if text.startswith('"') else text.split():
        kept &= texts.str.contains(word, case=False, regex=False)
    return texts[kept].head(50)


def _regex_scan(texts: pd.Series[str], pattern: str) -> int:
    return int(texts.str.contains(pattern, case=False).sum())


if __name__ == "__main__":
    show(measure())
