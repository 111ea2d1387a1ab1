"""Explanations of all of GPT-2 XL in the published layout, without records: import, size, and the pages on the result.

`python -m benchmarks.published explanations [NEURONS] [FOLDER] [EXCERPTS]`. 307,200 neurons are the whole set. Each
file has one scored explanation with EXCERPTS simulated excerpts. The published ones have ten; by default it is one, so
that all of XL takes about 3.5 GB and not ten times that. A FOLDER that is there is imported, and kept.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.published import bytes_below, peak_memory, plain_loop, processor_seconds
from benchmarks.published_files import XL_LAYER, generate_explanations
from benchmarks.report import Row, medians
from neuronview.config import Settings
from neuronview.errors import NotFound
from neuronview.jobs.adding import Adding, Step, add, folder_of
from neuronview.jobs.neuron_files import file_state
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter, open_dataset
from neuronview.store.manifest import committed_parts

__all__ = ["measure", "pages", "parse"]

NEURONS = 2 * XL_LAYER
PUBLISHED = 10
"""Simulated excerpts of a published explanation."""


def parse(arguments: Sequence[str]) -> tuple[int, Path | None, int]:
    """Neurons, folder and simulated excerpts, of the command line."""
    n_neurons, folder, excerpts = (*arguments, *("", "", "")[len(arguments) :])
    return int(n_neurons or NEURONS), Path(folder) if folder else None, int(excerpts or 1)


def measure(n_neurons: int = NEURONS, folder: Path | None = None, excerpts: int = 1) -> list[Row]:
    """Rows of the report. The loop reads every second file before the import and the others after it."""
    work = Path(tempfile.mkdtemp(prefix="neuronview-published-"))
    tree = folder or work / "data"
    settings = Settings(home=work / "home", data=work / "data-of-app")
    try:
        if not tree.exists():
            _alone(tree, n_neurons, excerpts)
        size = bytes_below(tree)
        plain = plain_loop(tree, slice(0, None, 2))
        rows = _sizes(tree, n_neurons, excerpts, work)
        rows += _adding(tree, settings, size, plain)
        return rows + pages("gpt2-xl", settings, n_neurons, XL_LAYER)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _alone(tree: Path, n_neurons: int, excerpts: int) -> None:
    """Generate in a process of its own, whose memory is not counted."""
    made = get_context("spawn").Process(
        target=generate_explanations, args=(tree, n_neurons), kwargs={"excerpts": excerpts}
    )
    made.start()
    made.join()
    if made.exitcode:
        raise RuntimeError("The files could not be written.")


def _sizes(tree: Path, n_neurons: int, excerpts: int, work: Path) -> list[Row]:
    size = bytes_below(tree)
    whole = generate_explanations(work / "whole", 16, excerpts=PUBLISHED) / 16
    return [
        Row(f"a file of {excerpts} simulated excerpt{'s' * (excerpts > 1)}, mean", size / n_neurons / 1e3, "kB"),
        Row(f"{n_neurons:,} such files", size / 1e9, "GB"),
        Row(f"a file of {PUBLISHED} simulated excerpts, as published", whole / 1e3, "kB"),
        Row(f"{n_neurons:,} such files", whole * n_neurons / 1e9, "GB"),
    ]


def _adding(tree: Path, settings: Settings, size: int, before: tuple[float, float]) -> list[Row]:
    """What `datasets add gpt2-xl --records opened --base FOLDER` does, from the first file to the last compaction."""
    adding = Adding("gpt2-xl", "gpt2-xl", str(tree), records="opened")
    first: list[float] = []

    def hear(step: Step) -> None:
        if step.progress.bytes_stored and not first:
            first.append(step.progress.seconds)

    begun, spent = time.perf_counter(), processor_seconds()
    with peak_memory() as peak:
        (report,) = add(adding, settings, on_step=hear)
    taken, spent = time.perf_counter() - begun, processor_seconds() - spent
    if report.problems:
        raise AssertionError(f"not all went in: {report.problems[0]}")
    after = plain_loop(tree, slice(1, None, 2))
    n, plain, loop = report.stored["explanations"], (before[0] + after[0]) / 2, before[1] + after[1]
    folder = folder_of("gpt2-xl", settings)
    lying = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    stored = sum(part.bytes for parts in committed_parts(folder).values() for part in parts)
    rows = [
        Row.against(f"import of {n:,} explanations", size / report.seconds / 1e6, plain, unit="MB/s", at_least=2),
        Row.times("processor time of import and joining", spent, loop, unit="s", at_most=1),
        Row("seconds of the import", report.seconds, "s"),
        Row("seconds of joining small parts after it", taken - report.seconds, "s"),
    ]
    if first:
        rows.append(Row.within("until the first neurons can be browsed", first[0], unit="s", at_most=60))
    return [
        *rows,
        Row.within("memory of the import, all processes", peak[0] / 1e6, unit="MB", at_most=1000),
        Row.times("stored a neuron", stored / n / 1e3, size / n / 1e3, unit="kB", at_most=1 / 6),
        Row("with all that lies in the folder", lying / n / 1e3, "kB"),
    ]


def pages(name: str, settings: Settings, n_neurons: int, a_layer: int) -> list[Row]:
    """What the pages ask of the dataset. A neuron that was not looked at before, each time."""
    with peak_memory() as peak:
        (opened,) = medians(lambda: open_dataset(name, settings=settings).close(), repeats=3)
        dataset = open_dataset(name, settings=settings)
        begun = time.perf_counter()
        dataset.searcher.prepare()
        building = time.perf_counter() - begun
        middle = dataset.explanations(NeuronId(0, n_neurons // 2 % a_layer))[0].text.strip().rstrip(".")
        words = " ".join(middle.split()[:2])
        table = dataset.neurons(limit=n_neurons)
        numbers = iter(range(1, n_neurons, 97 if n_neurons > 97 * 40 else 1))
        ways = (
            lambda: (dataset.neurons(sort="score"), dataset.count()),
            lambda: table.sort_values(["score", "layer", "neuron"], ascending=[False, True, True]).head(50),
            lambda: (dataset.search(words), dataset.count(NeuronFilter(text=words))),
            lambda: table[_holding(table, words)].head(50),
            lambda: _neuron(dataset, NeuronId(*divmod(next(numbers), a_layer))),
        )
        browse, sorting, search, scan, neuron = (1000 * seconds for seconds in medians(*ways))
    return [
        Row.within("open the dataset", 1000 * opened, unit="ms", at_most=2000),
        Row.within("Browse: 50 rows, best score first", browse, baseline=sorting, unit="ms", at_most=100),
        Row.within("Neuron: explanation, scores, simulations, files", neuron, unit="ms", at_most=100),
        Row("search: build the index, once", building, "s"),
        Row.within("search: two words", search, baseline=scan, unit="ms", at_most=100),
        Row.within(
            "memory of this process with the pages, pandas' table in it", peak[0] / 1e6, unit="MB", at_most=1000
        ),
    ]


def _holding(table: Any, words: str) -> Any:
    first, second = words.split()
    text = table["explanation"].str.lower()
    return text.str.contains(first, regex=False) & text.str.contains(second, regex=False)


def _neuron(dataset: Dataset, neuron: NeuronId) -> None:
    with suppress(NotFound):  # nothing of it but its explanation is here
        dataset.neuron(neuron)
    dataset.explanations(neuron)
    dataset.simulations(neuron)
    file_state(dataset, neuron)
