"""Make a dataset of published files, or go on with one: many at once, in bounded memory, each file whole or not at all.

    report = import_openai("https://.../neuron-explainer/gpt2_small_data", Path("gpt2-small"), layers=[0])

Neurons go in by batches. A worker process fetches, reads and stores a batch and makes one commit of it, so that a crash
loses what is at work and nothing else; the next call asks only for what is missing. Several calls may work on one
folder at once.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from neuronview.errors import DatasetError
from neuronview.formats.openai.batch import BatchResult, FileProblem, Importer, Terms
from neuronview.formats.openai.ledger import KIND_NUMBERS, Ledger, keys_of
from neuronview.formats.openai.plan import Plan, batches, begin_folder, check_folder, choose_set, make_plan
from neuronview.formats.openai.published import PublishedSet
from neuronview.formats.openai.source import HttpSource, Source, open_source, path_of, require_answer
from neuronview.formats.openai.workers import Meters, WorkerPlan, run_batch, start_worker
from neuronview.records import NeuronId
from neuronview.store.reading import Hold
from neuronview.store.write import COMMITS

__all__ = ["FileProblem", "Progress", "Report", "free_room", "import_openai"]

BATCH = 4096
"""Neurons: with the explanations of these alone, a part of simulations is large enough to stay as it is."""
BATCH_OF_RECORDS = 512
"""Of neurons whose records are asked for too: 90 MB, so that no process is long at work while others have nothing."""
BATCH_FETCHED = 64
FIRST_BATCH = 64
SMALL = 128
"""Files; fewer are imported without other processes."""
ROUNDED = (
    "Activations of records are kept in 16 bits, probabilities of simulations to 16 significant bits (one part in "
    "65,536): --exact keeps 32 of both. All other numbers are kept in 32 bits or more."
)
"""What a dataset of 16 bits does not hold of these files."""
MOST_PROBLEMS = 10_000
POLL = 0.25
MARGIN = 512 * 1024 * 1024
"""Bytes of the disk that are left free."""


@dataclass(frozen=True)
class Progress:
    """How far an import is; counts are of this call."""

    files: int
    n_files: int
    bytes_read: int
    bytes_stored: int
    seconds: float

    @property
    def rate(self) -> float:
        """Bytes read a second."""
        return self.bytes_read / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None before the first file."""
        return self.seconds / self.files * (self.n_files - self.files) if self.files else None


@dataclass(frozen=True)
class Report:
    """What an import did."""

    folder: str
    set: str
    stored: dict[str, int]
    """Files that went in, by kind."""
    already: int
    """Files that were stored before."""
    counts: dict[str, int]
    """Files that did not go in, by state: absent, refused, failed."""
    problems: list[FileProblem]
    """Those files, the first MOST_PROBLEMS of them; `Dataset.files()` has all."""
    left: int
    """Files that are neither stored nor known not to be there, since the import ended early."""
    stopped: str
    """Why it ended early, in words; empty when it did not."""
    bytes_read: int
    bytes_stored: int
    seconds: float
    notes: list[str] = field(default_factory=list)


def import_openai(
    source: str | Source,
    out: Path,
    *,
    model: str | None = None,
    name: str | None = None,
    layers: Sequence[int] | None = None,
    neurons: Sequence[NeuronId] | None = None,
    kinds: Sequence[str] | None = None,
    exact: bool | None = None,
    disk_cap: int | None = None,
    workers: int | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Import published files into the dataset folder `out`, which may hold a part of them already.

    `source`: a folder or https address of one root of the layout. `model`: the set (`published.SETS`) where address and
    numbers do not tell it. `layers`, `neurons` and `kinds` (`source.KINDS`) choose; all by default. `exact` keeps
    activations in 32 bits instead of 16 (None: as the dataset has it). `disk_cap`: bytes that the folder may take.
    `progress` hears of it a few times a second; `should_stop` is asked as often, and what is whole by then is kept.

    Raises BadInput for a choice or source that does not exist, DatasetError when the source cannot be reached at all or
    the folder cannot be written. What is wrong with single files is in the report.
    """
    begun = time.monotonic()
    opened = open_source(source) if isinstance(source, str) else source
    published = choose_set(opened, model)
    bits = check_folder(out, published, None if exact is None else (32 if exact else 16))
    ledger = Ledger(out, published.n_layers, published.n_neurons)
    ledger.refresh()
    plan = make_plan(opened, published, ledger, layers=layers, neurons=neurons, kinds=kinds)
    first = next(batches(plan, 1, 1), None)
    if first is not None:
        require_answer(opened, path_of(*keys_of(first)[0]))
    title = name or out.resolve().name
    begin_folder(out, opened, published, name=title, bits=bits)
    terms = Terms(title, bits, published.explainer, published.simulator)
    count = min(workers or os.cpu_count() or 1, 8)
    work = _Work(opened, out, published, terms, plan, disk_cap, count)
    (out / COMMITS).mkdir(exist_ok=True)
    hold = Hold([out])  # its commits are read again and again
    try:
        if count > 1 and plan.n_files > SMALL:
            _run_in_processes(work, count, begun, progress, should_stop)
        else:
            _run_here(work, ledger, begun, progress, should_stop)
    finally:
        hold.release()
    return work.report(begun)


class _Work:
    """One import: what is left to do and what was done."""

    def __init__(
        self,
        source: Source,
        out: Path,
        published: PublishedSet,
        terms: Terms,
        plan: Plan,
        disk_cap: int | None,
        count: int,
    ) -> None:
        self.source, self.out, self.published, self.terms, self.plan = source, out, published, terms, plan
        size = BATCH_FETCHED if isinstance(source, HttpSource) else BATCH
        if plan.wanted[KIND_NUMBERS["activations"]].any():
            size = min(size, BATCH_OF_RECORDS)
        self.rest = batches(plan, size, min(size, FIRST_BATCH), count)
        self.room = free_room(out, disk_cap)
        self.stored, self.counts = Counter[str](), Counter[str]()
        self.problems: list[FileProblem] = []
        self.stopped = ""
        self.meters: Meters | None = None

    def worker_plan(self) -> WorkerPlan:
        published = self.published
        return WorkerPlan(
            self.source,
            self.out,
            published.n_layers,
            published.n_neurons,
            self.terms,
            self.room,
            self.plan.n_files > SMALL,
        )

    def take(self, result: BatchResult) -> None:
        self.stored += result.stored
        self.counts += Counter(problem.state for problem in result.problems)
        self.problems += result.problems[: max(0, MOST_PROBLEMS - len(self.problems))]
        if result.over_cap:
            self.stop("The cap on disk was reached. Raise it, or free space, and start again: what is here is kept.")
        if result.lost:
            self.stop(f"The source is gone ({result.lost}). Start again later: what is here is kept.")

    def stop(self, why: str) -> None:
        self.stopped = self.stopped or why

    def now(self, begun: float) -> Progress:
        meters = self.meters
        assert meters is not None
        return Progress(
            meters.files, self.plan.n_files, meters.bytes_read, meters.bytes_stored, time.monotonic() - begun
        )

    def report(self, begun: float) -> Report:
        now = self.now(begun)
        done = sum(self.stored.values()) + sum(self.counts.values())
        return Report(
            folder=str(self.out),
            set=self.published.name,
            stored=dict(self.stored),
            already=self.plan.here,
            counts=dict(self.counts),
            problems=sorted(
                self.problems, key=lambda entry: (entry.kind, *map(int, entry.file.split(".")[0].split("/")))
            ),
            left=max(0, self.plan.n_files - done) if self.stopped else 0,
            stopped=self.stopped,
            bytes_read=now.bytes_read,
            bytes_stored=now.bytes_stored,
            seconds=now.seconds,
            notes=[*self.plan.notes, *([ROUNDED] if self.stored["explanations"] and self.terms.bits == 16 else [])],
        )


def _run_here(
    work: _Work,
    ledger: Ledger,
    begun: float,
    progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> None:
    meters = work.meters = Meters(multiprocessing.get_context("spawn"), work.room)

    def on_file(size: int) -> None:
        meters.add_file(size)
        meters.tell()
        progress(work.now(begun))

    importer = Importer(
        work.source,
        ledger,
        work.terms,
        on_file=on_file,
        reserve=meters.reserve,
        room=meters.room,
        should_stop=should_stop,
    )
    for batch in work.rest:
        work.take(importer.run(keys_of(batch)))
        if should_stop():
            work.stop("Stopped. Start it again to go on: what is here is kept.")
        if work.stopped:
            break
    progress(work.now(begun))


def _run_in_processes(
    work: _Work, count: int, begun: float, progress: Callable[[Progress], None], should_stop: Callable[[], bool]
) -> None:
    # Not fork: the app and the fetchers have threads.
    context = multiprocessing.get_context("spawn")
    meters = work.meters = Meters(context, work.room, takers=count)
    running: set[Future[BatchResult]] = set()
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=start_worker, initargs=(work.worker_plan(), meters)
    ) as pool:
        try:
            while True:
                if not work.stopped:
                    some = islice(work.rest, count + 1 - len(running))
                    running |= {pool.submit(run_batch, batch) for batch in some}
                if not running:
                    break
                done, running = wait(running, timeout=POLL, return_when=FIRST_COMPLETED)
                for future in done:
                    if not future.cancelled():
                        work.take(future.result())
                if should_stop():
                    work.stop("Stopped. Start it again to go on: what is here is kept.")
                if work.stopped:
                    meters.stop()
                    running = {future for future in running if not future.cancel()}
                progress(work.now(begun))
        except BrokenProcessPool as error:
            raise DatasetError(
                "A worker of the import ended unexpectedly, perhaps for want of memory. What is committed is kept: "
                "start it again, with fewer workers."
            ) from error
        finally:
            meters.stop()
            pool.shutdown(wait=True, cancel_futures=True)


def free_room(out: Path, disk_cap: int | None) -> int:
    """Bytes that may still be stored: up to the cap, and not the last of the disk."""
    existing = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    free = max(0, shutil.disk_usage(existing).free - MARGIN)
    if disk_cap is None:
        return free
    used = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) if out.is_dir() else 0
    return min(free, max(0, disk_cap - used))
