"""One shard of a run: which neurons it has, and what a worker does with them.

Shards follow from the plan alone. A worker does its neurons as a run of their own in `shards/NNNNN` of the run's
folder, against what was stored when the run began (`seen/`), and leaves whole parts and `outcome.json`. So a shard
gives the same bytes whoever computes it, however often, and after whichever others. Keys come from the worker's own
environment: a shard is made of folders and numbers.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from neuronview.config import Settings
from neuronview.errors import BadInput, DatasetError, EngineError, NeuronViewError
from neuronview.jobs.choices import uses_language_model
from neuronview.jobs.execute import execute
from neuronview.jobs.plan import Progress, RunFolder, RunPlan
from neuronview.jobs.watched import locked, writing
from neuronview.replaced import replace_by
from neuronview.store import Dataset
from neuronview.store.manifest import committed_parts
from neuronview.store.schema import SORTED_BY
from neuronview.store.user import model_place, save_model_place
from neuronview.store.write import Part, commit_parts, sha256_of, write_json, write_part

__all__ = [
    "SEEN",
    "Outcome",
    "Shard",
    "ShardFolder",
    "carry_out",
    "commit_outcome",
    "cut",
    "listed_files",
    "note_seen",
    "require_a_part_of_caps",
    "spent",
]

SIZES = {"rule": 256, "language": 16}
"""Neurons of a shard. By rule they share a reading of the sample; a language model takes minutes for a few."""
SEEN = "seen"
OUTCOME, FOUND, PARTS = "outcome.json", "found", "parts"
DIVIDED = ("max_cost", "max_tokens", "max_calls")
"""Caps of which each shard has its neurons' part, so that all together never go beyond."""


@dataclass(frozen=True)
class Shard:
    """What a worker is told."""

    run: Path
    number: int
    neurons: tuple[str, ...]
    share: float
    """Of the run's neurons."""
    dataset: Path
    overlay: Path
    load_model: Callable[[Dataset], Any]
    """A function of a module."""


@dataclass(frozen=True)
class Outcome:
    """How a shard ended."""

    number: int
    state: str
    """`done`; else that of the run: `cancelled`, `failed`."""
    error: str = ""
    """Class of the error that ended it."""
    message: str = ""
    finished: tuple[str, ...] = ()
    parts: tuple[Mapping[str, Any], ...] = ()
    """Entries of the parts in its folder, for a commit."""


@dataclass(frozen=True)
class ShardFolder(RunFolder):
    """The folder of one shard, inside its run's."""

    @classmethod
    def of(cls, run: Path, number: int) -> ShardFolder:
        """Of a run's shard by its number."""
        return cls(run / "shards" / f"{number:05}")

    @property
    def home(self) -> Path:
        """The worker's own: answers are found again in a file that must lie on a disk of its machine."""
        return Settings.from_env().home

    def kept_in(self, overlay: Path | None) -> Path:
        """Results stay in the shard's folder until it is whole."""
        return self.path / FOUND

    def now(self) -> str:
        """The run's own time, so that results are equal whenever they are computed; the true one of a further try."""
        return super().now() if self.rounds() else self.plan().created

    def is_cancelled(self) -> bool:
        """Whether somebody asked the run to stop."""
        return super().is_cancelled() or (self.path.parents[1] / "cancel").exists()

    def outcome(self) -> Outcome | None:
        """How it ended; None where it has not."""
        raw = self.read(OUTCOME)
        if raw is None:
            return None
        known = {entry.name: raw[entry.name] for entry in fields(Outcome)}
        return Outcome(**known | {"finished": tuple(raw["finished"]), "parts": tuple(raw["parts"])})

    def rounds(self) -> int:
        """How often it was ended and begun again."""
        return len(list(self.path.glob("outcome-*.json")))

    def begin_again(self) -> None:
        """Let a shard that ended be done once more, where it has neurons that are not finished."""
        shutil.rmtree(self.path / FOUND, ignore_errors=True)
        os.replace(self.path / OUTCOME, self.path / f"outcome-{self.rounds()}.json")


def cut(plan: RunPlan) -> list[tuple[str, ...]]:
    """The neurons of each shard: runs of as many, in the plan's order, of one layer each."""
    size = SIZES["language" if uses_language_model(plan) else "rule"]
    found = []
    for _, group in groupby(plan.neurons, key=lambda name: name.partition(":")[0]):
        names = tuple(group)
        found += [names[start : start + size] for start in range(0, len(names), size)]
    return found


def require_a_part_of_caps(plan: RunPlan, shards: Sequence[Sequence[str]]) -> None:
    """Raise BadInput where the plan's caps leave nothing for its smallest shard."""
    smallest = min(map(len, shards)) / len(plan.neurons)
    for name in ("max_tokens", "max_calls"):
        cap = getattr(plan, name)
        if cap is not None and cap * smallest < 1:
            unit = name.removeprefix("max_")
            raise BadInput(
                f"A cap of {cap:,} {unit} divided among {len(shards):,} shards leaves some of them none. Give a "
                f"higher one, or begin the run without --engine, where the cap is of all neurons together."
            )


def note_seen(run: Path, overlay: Path) -> None:
    """Keep what is stored for the dataset now as what the run's shards see. No copy: files never change."""
    seen, half = run / SEEN, run / f"{SEEN}.tmp"
    if seen.exists():
        return
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    parts = [part for those in committed_parts(overlay).values() for part in those] if overlay.exists() else []
    for part in parts:
        try:
            os.link(overlay / part.file, half / part.file)
        except OSError:  # another disk, or one without links
            shutil.copyfile(overlay / part.file, half / part.file)
    commit_parts(half, parts, label="what a run sees")
    if place := model_place(overlay):
        save_model_place(half, place)
    os.replace(half, seen)


# --- in the worker ---------------------------------------------------------------------------------------------------


def carry_out(shard: Shard) -> int:
    """Do a shard and return its number; how it ended is in its folder. Doing it twice gives the same.

    EngineError where this machine does not see the run's folder or the dataset.
    """
    for place in (shard.run / "plan.json", shard.dataset):
        if not place.exists():
            raise EngineError(
                f"A worker does not see {place}. Keep the dataset and NEURONVIEW_HOME's runs in folders that all "
                "machines share under the same path."
            )
    folder = ShardFolder.of(shard.run, shard.number)
    with writing(folder.path):
        folder.path.mkdir(parents=True, exist_ok=True)
    # A worker that was given up may still be at it.
    with locked(folder.path / "working", wait=-1):
        if folder.outcome() is None and not folder.is_cancelled():
            _do(shard, folder)
    return shard.number


def _do(shard: Shard, folder: ShardFolder) -> None:
    plan = _part_of(RunFolder(shard.run).plan(), shard)
    write_json(folder.path / "plan.json", asdict(plan))
    by_language = uses_language_model(plan)
    if not by_language:
        # Begun anew, since neurons that share a reading of the sample are computed together.
        (folder.path / "finished.txt").unlink(missing_ok=True)
        shutil.rmtree(folder.path / FOUND, ignore_errors=True)
    # A further try reads what the earlier one left without an answer.
    seen = shard.overlay if by_language and folder.rounds() else shard.run / SEEN
    dataset = Dataset(shard.dataset, overlay=seen)
    state, error, message = "done", "", ""
    try:
        execute(
            folder,
            dataset,
            load_model=lambda: shard.load_model(dataset),
            report=lambda progress: None,
            at_once=len(plan.neurons),
        )
    except NeuronViewError as found:
        state, error, message = folder.progress().state, type(found).__name__, str(found)
        if not by_language and state == "failed":
            raise  # by rule an error of one shard is that of all
        if not by_language:
            return  # stopped: a shard is whole or not there, which takes a minute or two
    finally:
        dataset.close()
    parts = tuple(asdict(part) for part in _folded(folder))
    finished = tuple(name for name in plan.neurons if name in folder.finished())
    write_json(folder.path / OUTCOME, asdict(Outcome(shard.number, state, error, message, finished, parts)))


def _part_of(plan: RunPlan, shard: Shard) -> RunPlan:
    """The plan of a shard: its neurons, and their part of what the run may spend; its time is the driver's to keep."""
    caps = {name: getattr(plan, name) for name in DIVIDED}
    divided = {name: type(cap)(cap * shard.share) for name, cap in caps.items() if cap is not None}
    return replace(plan, neurons=shard.neurons, max_seconds=None, **divided)


def _folded(folder: ShardFolder) -> list[Part]:
    """What was found as one part of each kind, in the order of the neurons, named by its content."""
    found, parts = folder.path / FOUND, folder.path / PARTS
    if not found.exists():
        return []
    made = []
    for kind, those in committed_parts(found).items():
        if those:
            rows = pa.concat_tables([pq.read_table(found / part.file) for part in those])
            made.append(_named_by_content(parts, write_part(parts, kind, _in_order(kind, rows))))
    return made


def _in_order(kind: str, rows: pa.Table) -> pa.Table:
    """Rows in an order that does not depend on which neuron was finished first; within a neuron as they were."""
    return rows.sort_by([(name, "ascending") for name in SORTED_BY[kind]])


def _named_by_content(folder: Path, part: Part) -> Part:
    name = f"{part.kind}-{sha256_of(folder / part.file)[:12]}.parquet"
    os.replace(folder / part.file, folder / name)
    return replace(part, file=name)


# --- in the driver ---------------------------------------------------------------------------------------------------


def listed_files(overlay: Path) -> set[str]:
    """Files of all parts that are committed."""
    return {part.file for those in committed_parts(overlay).values() for part in those} if overlay.exists() else set()


def commit_outcome(run: Path, outcome: Outcome, overlay: Path, listed: set[str], *, label: str) -> None:
    """Make a shard's parts the dataset's, but for those that are `listed`, to which they are added."""
    folder = ShardFolder.of(run, outcome.number).path / PARTS
    new = [part for entry in outcome.parts if (part := Part(**entry)).file not in listed]
    for part in new:
        target = overlay / part.file
        try:
            with (folder / part.file).open("rb") as source:
                replace_by(target, partial(shutil.copyfileobj, source))
        except OSError as error:
            raise DatasetError(
                f"{target} could not be written ({error.strerror or error}). Free space, then go on with the run; "
                "what is finished is kept."
            ) from error
    if new:
        commit_parts(overlay, new, label=label)
        listed |= {part.file for part in new}


def spent(progresses: Sequence[Progress]) -> dict[str, Any]:
    """Fields of a run's progress that are its shards' together."""
    names = ("calls", "cached", "failed_calls", "in_flight", "tokens", "money", "unpriced")
    found: dict[str, Any] = {name: sum(getattr(one, name) for one in progresses) for name in names}
    rates = [one.rate for one in progresses if one.rate is not None and not one.is_over]
    return found | {"rate": sum(rates) if rates else None}
