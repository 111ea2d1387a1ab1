"""Import of files in the published layout at true size, against a plain `json.loads` loop over the same files.

`python -m benchmarks.published [NEURONS] [FOLDER]` generates the files of that many neurons (drawn numbers and words,
in the shape and size of GPT-2 small's), imports them with 16 bits and exactly, and prints speed, memory and bytes a
neuron. The files are not kept unless a folder is given. 36,864 are the whole set: 6.4 GB. How many digits the real
activations have is not known: six decimals, as here, are the short way, which favours the loop; with FULL_DIGITS=1 in
the environment they have all those of a 32-bit number.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.published_files import generate
from benchmarks.report import Row, show
from neuronview.formats.openai.importing import import_openai

NEURONS = 4096


def plain_speed(folder: Path, chosen: slice = slice(None)) -> float:
    """MB/s of reading every file, or those chosen in order of their names, with `json.loads`, and nothing else."""
    return plain_loop(folder, chosen)[0]


def plain_loop(folder: Path, chosen: slice = slice(None)) -> tuple[float, float]:
    """The same, and the seconds of processor time that the loop took: neither counts the listing of the folders."""
    paths = sorted(folder.rglob("*.json*"))[chosen]
    begun, spent, size = time.perf_counter(), time.process_time(), 0
    for path in paths:
        raw = path.read_bytes()
        json.loads(raw)
        size += len(raw)
    return size / (time.perf_counter() - begun) / 1e6, time.process_time() - spent


_watching = [0.0]
"""Seconds of processor time that `peak_memory` took."""


def processor_seconds() -> float:
    """Of this process and of those that it started and that have ended: hardly depends on what else runs here.

    Without what it takes to watch their memory.
    """
    every = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(who)[:2]) for who in every) - _watching[0]


def bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.json*"))


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Largest sum of the unshared memory of this process and its children, in bytes, looked at ten times a second."""
    peak, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            peak[0] = max(peak[0], sum(_unshared(pid) for pid in [os.getpid(), *_children()]))
        _watching[0] += time.thread_time()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def _children() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid is not None]


def _unshared(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def measure(n_neurons: int = NEURONS, folder: Path | None = None) -> list[Row]:
    """Rows of the report; the loop takes its turn between the imports, on a part of the files where there are many."""
    work = Path(tempfile.mkdtemp(prefix="neuronview-published-"))
    tree = folder or work / "gpt2_small_data"
    try:
        if not tree.exists():
            generate(tree, n_neurons)
        sample = _sample(tree, work)
        runs, speeds, costs = [], [plain_speed(sample)], list[float]()
        for bits in (16, 32):
            begun = processor_seconds()
            with peak_memory() as peak:
                report = import_openai(str(tree), work / f"out{bits}", model="gpt2-small", exact=bits == 32)
            costs.append((processor_seconds() - begun) / report.bytes_read * 1e9)
            begun = processor_seconds()
            speeds.append(plain_speed(sample))
            plain_cost = (processor_seconds() - begun) / bytes_below(sample) * 1e9
            # The machine may be busier at one time than at another: the loop before and after stands beside each.
            runs.append((report, peak[0], sum(speeds[-2:]) / 2, (costs[-1], plain_cost)))
        return _rows(runs)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _rows(runs: list[tuple[Any, int, float, tuple[float, float]]]) -> list[Row]:
    rows = []
    for (report, peak, plain, cost), kind, share in zip(runs, ("16 bits", "exact"), (6, 4), strict=True):
        n = report.stored["activations"]
        rows += [
            Row.against(
                f"import of {n:,} neurons, {kind}",
                report.bytes_read / report.seconds / 1e6,
                plain,
                unit="MB/s",
                at_least=2,
            ),
            Row.times(f"processor time of the import, {kind}", *cost, unit="s/GB", at_most=1),
            Row.within(f"memory of the import, all processes, {kind}", peak / 1e6, unit="MB", at_most=1000),
            Row.times(
                f"stored a neuron, {kind}",
                report.bytes_stored / n / 1e3,
                report.bytes_read / n / 1e3,
                unit="kB",
                at_most=1 / share,
            ),
        ]
    return rows


def _sample(tree: Path, work: Path, n: int = 1000) -> Path:
    """At most so many files of each kind, as links."""
    for kind in ("collated-activations", "explanations"):
        for path in sorted((tree / kind).rglob("*.json*"))[:n]:
            link = work / "sample" / path.relative_to(tree)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path.resolve())
    return work / "sample"


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["explanations"]:
        from benchmarks import published_explanations

        show(published_explanations.measure(*published_explanations.parse(arguments[1:])))
        sys.exit()
    if arguments[:1] == ["killed"]:
        from benchmarks import published_killed

        show(published_killed.measure(*published_killed.parse(arguments[1:])))
        sys.exit()
    show(measure(int(arguments[0]) if arguments else NEURONS, Path(arguments[1]) if len(arguments) > 1 else None))
