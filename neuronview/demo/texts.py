"""Composed passages as a file: made by several processes, the same whatever their number.

Promises one JSON array ["kind", "text"] a line, in the generator's order. Imports no torch, so that a process
that composes starts at once. Knows nothing of tokens.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from neuronview.demo.passages import Passage, Which, generate

PASSAGES_AT_ONCE = 2000
PASSAGES_FOR_DIGEST = 1000

_Job = tuple[int, int, int, Which]


def write_passages(path: Path, *, count: int, seed: int, which: Which, workers: int | None = None) -> None:
    """Write `count` passages to `path`, composed by `workers` processes (default: one a core)."""
    jobs: list[_Job] = [
        (start, min(PASSAGES_AT_ONCE, count - start), seed, which) for start in range(0, count, PASSAGES_AT_ONCE)
    ]
    with path.open("w", encoding="utf-8") as file:
        for lines in _composed(jobs, workers or os.cpu_count() or 1):
            file.write(lines)


def _composed(jobs: list[_Job], workers: int) -> Iterator[str]:
    if len(jobs) < 2 or workers < 2:
        yield from map(_lines, jobs)
        return
    # Spawned, because a fork of a process in which torch has started threads may hang.
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(_lines, jobs)


def _lines(job: _Job) -> str:
    start, count, seed, which = job
    return "".join(_line(passage) for passage in generate(count, seed=seed, which=which, start=start))


def _line(passage: Passage) -> str:
    return json.dumps([passage.kind, passage.text], ensure_ascii=False) + "\n"


def read_passages(path: Path) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each passage that `write_passages` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            kind, text = json.loads(line)
            yield kind, text


def generator_digest(seed: int) -> str:
    """Return a digest of the first 1,000 passages of each set: another one means that the generator has changed.

    A change that shows in none of them goes unnoticed; making them all would take as long as the stage it saves.
    """
    digest = hashlib.sha256()
    for which in ("train", "held_out"):
        digest.update(_lines((0, PASSAGES_FOR_DIGEST, seed, which)).encode())
    return digest.hexdigest()
