"""Add a published set of neurons to the user's datasets: explanations and scores first, records as they are wanted.

    adding = plan_adding("gpt2-small", settings=settings, records="opened")
    for amount in measure(adding): ...      # what it will be, from a few files
    add(adding, settings)                   # again after a crash: it takes up what is missing

The dataset is a folder of `home/datasets/`, which pages read while it grows. What was asked for is kept beside it, in
`home/added/`, so that a neuron's records can be fetched when it is opened.
"""

from __future__ import annotations

import glob
import re
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TypeVar

from neuronview.config import Settings
from neuronview.errors import BadInput, DatasetError, NotFound
from neuronview.formats.openai.importing import Progress, Report, free_room, import_openai
from neuronview.formats.openai.published import PUBLIC, PublishedSet, published_set, set_of_address
from neuronview.formats.openai.source import KINDS, HttpSource, Source, open_source, path_of
from neuronview.jobs.reaching import FIRST, reach
from neuronview.jobs.sizes import size_words
from neuronview.records import NeuronId
from neuronview.store import compact
from neuronview.store.compact import GRACE
from neuronview.store.manifest import committed_parts, read_folded, read_manifest, superseded_of
from neuronview.store.opening import OWN
from neuronview.store.write import MANIFEST, unsealed, write_json

__all__ = [
    "RECORDS",
    "Adding",
    "Amount",
    "Step",
    "add",
    "added",
    "amount_words",
    "folder_of",
    "measure",
    "moved",
    "plan_adding",
    "remove_dataset",
]

RECORDS = {
    "all": "of every neuron, in the background, as far as the cap on disk allows",
    "opened": "of a neuron when it is opened",
    "none": "only when they are asked for",
}
"""When the records of neurons are fetched."""
T = TypeVar("T")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
READ_AT_OPENING = ("neurons", "explanations", "scores", "files")
READ_BY_NEURON = ("simulations", "excerpts")
ENOUGH = 2 << 20
"""Bytes of a part that is left as it is: of simulations, those of two thousand neurons."""
MEASURED = 4
"""Files of a kind that are read to say how large all of them are."""


@dataclass(frozen=True)
class Adding:
    """What is added, and where it comes from."""

    name: str
    """Of the dataset."""
    set: str
    source: str
    """One root of the published layout: a folder or an address."""
    layers: tuple[int, ...] | None = None
    """All when None."""
    records: str = "all"
    """When records are fetched (RECORDS)."""
    disk_cap: int | None = None
    """Bytes that the dataset may take."""

    @property
    def published(self) -> PublishedSet:
        """The set."""
        return published_set(self.set)


@dataclass(frozen=True)
class Amount:
    """What a kind of files comes to, from the size of a few of them."""

    kind: str
    files: int
    n_layers: int
    bytes_each: float | None
    """None where none of those that were asked for is there."""
    measured: int

    @property
    def bytes(self) -> float:
        """Of all files, about."""
        return (self.bytes_each or 0.0) * self.files


@dataclass(frozen=True)
class Step:
    """How far adding is."""

    name: str
    """`explanations and scores`, or `records`."""
    progress: Progress


# --- what is to be added ---------------------------------------------------------------------------------------------


def plan_adding(
    set_name: str,
    *,
    settings: Settings,
    base: str | None = None,
    name: str | None = None,
    layers: Sequence[int] | None = None,
    records: str | None = None,
    disk_cap: int | None = None,
) -> Adding:
    """What to add; what is not said is as it was begun with, else by default: the public files, all layers and records.

    `base`: a folder or address that holds the set's tree, or is its root. Raises BadInput for what does not fit
    together, DatasetError when the address does not answer.
    """
    published = published_set(set_name)
    title = name or published.name
    if not NAME.fullmatch(title):
        raise BadInput(f"“{title}” is no name for a dataset. Use letters, digits, dots and hyphens.")
    if (settings.data / title / MANIFEST).is_file():
        raise BadInput(f"There is a dataset {title} in {settings.data}. Choose another name with --name.")
    before = added(title, settings)
    if before is not None and before.set != published.name:
        raise BadInput(f"The dataset {title} is of {before.set}. Choose another name with --name.")
    chosen = records or (before.records if before else "all")
    if chosen not in RECORDS:
        raise BadInput(f"There is no choice of records “{chosen}”. Choose one of: {', '.join(RECORDS)}.")
    numbers = tuple(sorted(set(layers))) if layers is not None else (before.layers if before else None)
    for layer in numbers or ():
        if not 0 <= layer < published.n_layers:
            raise BadInput(f"{published.name} has no layer {layer}: it has layers 0 to {published.n_layers - 1}.")
    source = before.source if before and base is None else _root(published, base or PUBLIC)
    cap = disk_cap if disk_cap is not None else (before.disk_cap if before else None)
    return Adding(title, published.name, source, numbers, chosen, cap)


def _root(published: PublishedSet, base: str) -> str:
    """The set's root below a base, or the base itself where it is one."""
    if "://" not in base:
        folder = Path(base).expanduser().absolute()
        roots = (folder / published.path, folder / Path(published.path).name, folder)
        for root in roots:
            if any((root / below).is_dir() for below, _ in KINDS.values()):
                return str(root)
        what = "does not hold the published files" if folder.is_dir() else "is not there"
        raise BadInput(f"{folder} {what}. {_right_base(published)}")
    address = open_source(base)
    assert isinstance(address, HttpSource)
    if base.rstrip("/") == PUBLIC or set_of_address(address.address) == published:
        return published.address() if base.rstrip("/") == PUBLIC else address.address
    for below in (published.path, Path(published.path).name):
        found = reach(f"{address.address}/{below}/{FIRST}")
        if not found.answers:
            raise DatasetError(_cannot_be_reached(found.words))
        if found.has_it:
            return f"{address.address}/{below}"
    return address.address


def _right_base(published: PublishedSet) -> str:
    """What a base has to be, and where it is said."""
    folders = " and ".join(KINDS[kind][0] for kind in published.kinds[:2])
    return (
        f"Right would be the folder in which {folders} lie, or one that holds {published.path}: give it, or its "
        "address, with --base (on the Data page: Where from)."
    )


def added(name: str, settings: Settings) -> Adding | None:
    """What was asked for when the dataset of this name was added; None for one that was not, or has no such file."""
    try:
        raw = unsealed(_note(name, settings).read_bytes())
        known = {entry.name: raw[entry.name] for entry in fields(Adding) if entry.name in raw}
        layers = known.get("layers")
        return Adding(**known | {"layers": None if layers is None else tuple(layers)})
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError):
        return None


def moved(adding: Adding, settings: Settings) -> str:
    """In words, that this comes from elsewhere than what is here already; empty where it does not."""
    before = added(adding.name, settings)
    if before is None or before.source == adding.source:
        return ""
    return (
        f"{adding.name} was begun with files from {before.source}. What is missing comes from {adding.source} from now "
        "on, records of opened neurons too; what is here stays."
    )


def folder_of(name: str, settings: Settings) -> Path:
    """Folder of a dataset that the user added."""
    return settings.home / OWN / name


# --- how much it is --------------------------------------------------------------------------------------------------


def measure(adding: Adding) -> list[Amount]:
    """How many files of each kind there are, and how large a few of them.

    DatasetError when the source is away, and when it has none of these few: asking for all would be in vain.
    """
    source, published = _open(adding), adding.published
    layers = adding.layers if adding.layers is not None else tuple(range(published.n_layers))
    _require(source)
    found, reasons = [], []
    for kind in published.kinds:
        listed = source.listing(kind)
        if listed is None:
            sample = [NeuronId(layer, 0) for layer in _spread(layers, MEASURED)]
            files = len(layers) * published.n_neurons
        else:
            here = sorted(NeuronId(layer, number) for layer in layers for number in listed.get(layer, ()))
            sample, files = _spread(here, MEASURED), len(here)
        fetched = [source.fetch(path_of(neuron, kind)) for neuron in sample]
        sizes = [len(got.content) for got in fetched if got.state == "whole"]
        reasons += [f"{got.path}: {got.reason}" for got in fetched if got.state != "whole"][:1]
        each = sum(sizes) / len(sizes) if sizes else None
        found.append(Amount(kind, files, len(layers), each, len(sizes)))
    if not any(amount.measured for amount in found):
        asked = f" ({'; '.join(reasons)})" if reasons else ""
        raise DatasetError(
            f"{adding.source} has none of the files of {adding.set} that were looked for{asked}. "
            f"{_right_base(published)} Where it has only some layers, name them with --layers."
        )
    return found


def amount_words(amount: Amount) -> str:
    """An amount in a sentence."""
    what = {"explanations": "Explanations with scores and simulations", "activations": "Records"}
    kind = what.get(amount.kind, f"Related ({amount.kind.replace('_', ' ')})")
    if amount.bytes_each is None:
        return f"{kind}: the files that were asked for are not there."
    a_layer = f", {size_words(amount.bytes / amount.n_layers)} a layer" if amount.n_layers > 1 else ""
    return (
        f"{kind}: {amount.files:,} files, about {size_words(amount.bytes)}{a_layer} "
        f"({size_words(amount.bytes_each)} each, measured on {amount.measured})."
    )


# --- adding ----------------------------------------------------------------------------------------------------------


def add(
    adding: Adding,
    settings: Settings,
    *,
    on_step: Callable[[Step], None] = lambda step: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[Report]:
    """Fetch what is missing: explanations and scores, then records where all are wanted. A report for each step.

    Raises DatasetError when the source is away; what is here can be used then, and the same call goes on later.
    """
    source, published, folder = _open(adding), adding.published, folder_of(adding.name, settings)
    _require(source)
    _sweep(folder)
    write_json(_note(adding.name, settings), asdict(adding))
    steps = [("explanations and scores", ["explanations"])]
    if adding.records == "all":
        steps.append(("records", [kind for kind in published.kinds if kind != "explanations"]))
    reports = []
    for name, kinds in steps:

        def hear(progress: Progress, name: str = name) -> None:
            on_step(Step(name, progress))

        report = import_openai(
            source,
            folder,
            model=published.name,
            name=adding.name,
            layers=adding.layers,
            kinds=kinds,
            disk_cap=adding.disk_cap,
            progress=hear,
            should_stop=should_stop,
        )
        reports.append(report)
        if report.stored and not report.stopped:
            compact(folder, join=True, kinds=_joined_kinds(folder, adding), small=ENOUGH)
        if report.stopped:
            break
    kept = superseded_of(read_folded(folder), folder / MANIFEST).values()
    if any(time.time() - since > GRACE for since in kept) and not report.stopped:
        compact(folder)  # nothing else would remove what was kept for whoever had the dataset open
    return reports


def _joined_kinds(folder: Path, adding: Adding) -> tuple[str, ...]:
    """What is worth fewer and larger files: what each opening reads, and, where both may stay a day, each neuron."""
    parts = committed_parts(folder)
    twice = sum(part.bytes for kind in READ_BY_NEURON for part in parts[kind])
    return (*READ_AT_OPENING, *READ_BY_NEURON) if twice < free_room(folder, adding.disk_cap) else READ_AT_OPENING


def remove_dataset(name: str, settings: Settings) -> Path:
    """Remove a dataset that the user added or collected, not what they made for it; returns its folder.

    Where that was cut off, the same call removes what is left. Raises NotFound for a name that is not there, BadInput
    for one that NeuronView did not put there.
    """
    folder = folder_of(name, settings)
    if not NAME.fullmatch(name) or not ((folder / MANIFEST).is_file() or _gone(folder)):
        if (settings.data / name / MANIFEST).is_file():
            raise BadInput(
                f"{name} lies in {settings.data}, which is not removed from here. Remove its folder by hand."
            )
        raise NotFound(f"There is no dataset “{name}” in {settings.home / OWN}.")
    if (folder / MANIFEST).is_file():
        read_manifest(folder)  # what is kept of a person's own results has no manifest of this form
        # Its name first: what is left of it is then no dataset to read, and none to go on with.
        folder.rename(folder.with_name(f".{name[:100]}.{uuid.uuid4().hex[:8]}.gone"))
    _note(name, settings).unlink(missing_ok=True)
    for gone in _gone(folder):
        while gone.exists():
            with suppress(FileNotFoundError):  # another process is at the same
                shutil.rmtree(gone)
    _sweep(folder)
    return folder


def _gone(folder: Path, name: str | None = None) -> list[Path]:
    """What is left of datasets of this name, or of one that is given as a pattern, that were removed."""
    return sorted(folder.parent.glob(f".{name or glob.escape(folder.name[:100])}.{'[0-9a-f]' * 8}.gone"))


def _sweep(folder: Path) -> None:
    """Clear what removals of any dataset beside this one have left, where it can be."""
    for gone in _gone(folder, "*"):
        shutil.rmtree(gone, ignore_errors=True)


def _open(adding: Adding) -> Source:
    """Its source; BadInput, with what to do, for a folder that is gone."""
    if "://" not in adding.source and not Path(adding.source).is_dir():
        raise BadInput(
            f"The folder {adding.source} is not there. Bring it back, or say where the published files are now, with "
            "--base (on the Data page: Where from). What is here already can be used without it."
        )
    return open_source(adding.source)


def _require(source: Source) -> None:
    if isinstance(source, HttpSource):
        found = reach(f"{source.address}/{FIRST}", what=source.address)
        if not found.answers:
            raise DatasetError(_cannot_be_reached(found.words))


def _cannot_be_reached(words: str) -> str:
    return f"{words}. Check the network or the address and start again; what is here already can be used without it."


def _note(name: str, settings: Settings) -> Path:
    return settings.home / "added" / f"{name}.json"


def _spread(among: Sequence[T], n: int) -> list[T]:
    """Up to `n` of them, evenly spread, the first and the last included."""
    if len(among) <= n:
        return list(among)
    return [among[round(place * (len(among) - 1) / (n - 1))] for place in range(n)]
