"""Carry out a planned run in shards on an engine, and commit each shard in order.

What the run finds does not depend on the engine, the number of its workers, or which of them were lost. A driver that
is killed goes on where it was: shards that have an outcome are not computed again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from neuronview import errors
from neuronview.errors import BadInput, BudgetReached, Cancelled, NeuronViewError
from neuronview.jobs.choices import check_plan, uses_language_model
from neuronview.jobs.engines import Engine
from neuronview.jobs.execute import ended_in_time, stopped_words
from neuronview.jobs.plan import Failed, Progress, RunFolder
from neuronview.jobs.shards import (
    SEEN,
    Outcome,
    Shard,
    ShardFolder,
    carry_out,
    commit_outcome,
    cut,
    listed_files,
    note_seen,
    require_a_part_of_caps,
    spent,
)
from neuronview.store import Dataset

__all__ = ["execute_sharded", "is_sharded"]


def is_sharded(folder: RunFolder) -> bool:
    """Whether a run was begun in shards, and has to be gone on with so."""
    return (folder.path / SEEN).exists()


def execute_sharded(
    folder: RunFolder,
    dataset: Dataset,
    engine: Engine,
    *,
    load_model: Callable[[Dataset], Any],
    report: Callable[[Progress], None],
) -> None:
    """Do what the plan says, shard by shard; what was found is in the user's folder of the dataset.

    `load_model` is a function of a module. Raises as `execute` does, and EngineError where workers are lost again and
    again. BadInput for a run that was begun without shards.
    """
    with folder.held(), ended_in_time(folder):
        run = _Run(folder, dataset, report, load_model)
        try:
            run.work(engine)
        except Cancelled as stopped:
            said = stopped_words(folder, run.progress)
            run.tell(state="cancelled", step="", waiting="", message=said)
            raise Cancelled(said) from stopped
        except NeuronViewError as error:
            state = "cancelled" if isinstance(error, BudgetReached) else "failed"
            run.tell(state=state, step="", waiting="", message=str(error))
            raise
        run.tell(state="done", step="", waiting="", share=1.0, seconds_left=None)


class _Run:
    def __init__(
        self,
        folder: RunFolder,
        dataset: Dataset,
        report: Callable[[Progress], None],
        load_model: Callable[[Dataset], Any],
    ) -> None:
        self.folder, self.dataset, self.report, self.load_model = folder, dataset, report, load_model
        self.plan = folder.plan()
        self.overlay = folder.kept_in(dataset.overlay)
        self.shards = cut(self.plan)
        self.progresses: dict[int, Progress] = {}
        """Of shards that were begun."""
        self.listed = listed_files(self.overlay)
        self.handed_out: set[int] = set()
        self.ended_by: Outcome | None = None
        self.capped: Outcome | None = None
        self.finished, self.failed = folder.finished(), folder.failed()
        self.begun = time.monotonic()
        total = len(self.plan.neurons)
        self.progress = Progress(
            state="running", total=total, done=len(self.finished), share=len(self.finished) / max(1, total)
        )
        self.first_share = self.progress.share

    def work(self, engine: Engine) -> None:
        check_plan(self.plan)
        require_a_part_of_caps(self.plan, self.shards)
        if self.finished and not is_sharded(self.folder):
            raise BadInput("This run was begun without an engine. Go on with it without --engine, or begin a new one.")
        note_seen(self.folder.path, self.overlay)
        self.tell(step="explaining and scoring in shards")
        whole = self._whole()
        for number in engine.map(carry_out, self._left(whole), tick=self._tick):
            self._take(number)
        if self.ended_by is not None:
            raise _error(self.ended_by)
        if self.folder.is_cancelled():
            raise Cancelled("Stopped between two shards.")
        if self.capped is not None:
            raise _error(self.capped)

    def _whole(self) -> set[int]:
        """Shards that nothing is left to do of; others that have an outcome are begun again."""
        found = set()
        for number in range(len(self.shards)):
            folder = ShardFolder.of(self.folder.path, number)
            outcome = folder.outcome()
            if outcome is None:
                continue
            self._take(number)
            if self._may_find_more(outcome, folder):
                folder.begin_again()
            else:
                found.add(number)
        self.ended_by = self.capped = None
        return found

    def _may_find_more(self, outcome: Outcome, folder: ShardFolder) -> bool:
        left = set(self.shards[outcome.number]) - set(outcome.finished)
        if not uses_language_model(self.plan) or not left:
            return False
        failed = folder.failed()
        return any(name not in failed or failed[name].state != "failed" for name in left)

    def _left(self, whole: set[int]) -> Iterator[Shard]:
        """Shards to compute, as long as nothing speaks against it."""
        for number in range(len(self.shards)):
            if number in whole:
                continue
            if self.folder.is_cancelled() or self.ended_by is not None:
                return
            self.handed_out.add(number)
            names = self.shards[number]
            share = len(names) / len(self.plan.neurons)
            yield Shard(self.folder.path, number, names, share, self.dataset.folder, self.overlay, self.load_model)

    def _take(self, number: int) -> None:
        """Commit a shard that has come to its end, and note what is to be known of it."""
        folder = ShardFolder.of(self.folder.path, number)
        outcome = folder.outcome()
        self.handed_out.discard(number)
        if outcome is None:  # stopped
            return
        commit_outcome(self.folder.path, outcome, self.overlay, self.listed, label=f"run {self.plan.id}")
        new = [name for name in outcome.finished if name not in self.finished]
        if new:
            self.folder.finish(new)
            self.finished |= set(new)
        if outcome.error == "BudgetReached":
            self.capped = outcome
        elif outcome.state == "failed":
            self.ended_by = outcome
        self._note_failed(folder, number)
        self.progresses[number] = folder.progress()
        self._tell_all(done=len(self.finished))

    def _note_failed(self, folder: ShardFolder, number: int) -> None:
        """Neurons of the shard that could not be done, by the shard's own word."""
        said = dict(entry.split(": ", 1) for entry in folder.progress().failures if ": " in entry)
        mine = {name: Failed("failed", reason) for name, reason in said.items()} | folder.failed()
        mine = {name: entry for name, entry in mine.items() if name not in self.finished}
        kept = {name: entry for name, entry in self.failed.items() if name not in self.shards[number]}
        if mine or len(kept) < len(self.failed):
            self.failed = kept | mine
            self.folder.note_failed(self.failed)

    # --- what is told ------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self.folder.is_cancelled():  # by Ctrl-C, of which workers do not know
            self.folder.cancel()
        for number in self.handed_out:
            self.progresses[number] = ShardFolder.of(self.folder.path, number).progress()
        self._tell_all()

    def _tell_all(self, **changes: Any) -> None:
        sizes = {number: len(self.shards[number]) for number in self.progresses}
        behind = math.fsum(one.share * sizes[number] for number, one in self.progresses.items())
        share = max(self.progress.share, min(1.0, behind / max(1, self.progress.total)))
        gained, seconds = share - self.first_share, time.monotonic() - self.begun
        notes = [note for one in self.progresses.values() for note in one.notes]
        waits = [one.waiting for one in self.progresses.values() if one.waiting and not one.is_over]
        self.tell(
            share=share,
            seconds_left=seconds * (1 - share) / gained if gained > 0 else None,
            failures=tuple(f"{name}: {entry.reason}" for name, entry in self.failed.items()),
            notes=tuple(dict.fromkeys((*self.progress.notes, *notes))),
            waiting=waits[0] if waits else "",
            **spent(list(self.progresses.values())),
            **changes,
        )

    def tell(self, **changes: Any) -> None:
        """Report changed progress."""
        self.progress = replace(self.progress, **changes)
        self.folder.report(self.progress)
        self.report(self.progress)


def _error(outcome: Outcome) -> NeuronViewError:
    """The error that ended a shard, as of this process."""
    kind = getattr(errors, outcome.error, NeuronViewError)
    found = kind(outcome.message)
    return found if isinstance(found, NeuronViewError) else NeuronViewError(outcome.message)
