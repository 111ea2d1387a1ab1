"""The published files of single neurons: which are here, why others are not, and fetching them when one is opened."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa

from neuronview.config import Settings
from neuronview.errors import DatasetError, NotFound
from neuronview.formats.openai.importing import Report, import_openai
from neuronview.formats.openai.published import published_set
from neuronview.formats.openai.source import HttpSource, Source, open_source
from neuronview.jobs.adding import added
from neuronview.jobs.reaching import FIRST, reach
from neuronview.records import NeuronId
from neuronview.store import Dataset, compact
from neuronview.store.alone import is_at_work
from neuronview.store.manifest import read_commits

__all__ = ["FileState", "fetch_neurons", "fetches_when_opened", "file_state", "is_published", "source_of"]

State = Literal["stored", "missing", "absent", "refused", "failed"]
FIRST_PAUSE = 0.1
"""Seconds before the second try: somebody waits."""
COMMITS = 100
"""Commits of a dataset, one for each time that neurons were fetched, before they are joined."""
SMALL = 256 * 1024
"""Bytes of a part that is joined then: those of opened neurons are smaller, those of 100 together larger."""

log = logging.getLogger(__name__)
_JOINING_IS_MINE = threading.Lock()
_joining: set[Path] = set()
"""Folders whose parts are being joined in this process, or could not be."""


@dataclass(frozen=True)
class FileState:
    """What became of one published file of a neuron; `missing`: it was not asked for yet."""

    state: State
    reason: str = ""


def is_published(dataset: Dataset) -> bool:
    """Whether the dataset is of published files, which may be fetched neuron by neuron."""
    return bool((dataset.manifest.raw.get("origin") or {}).get("format") == "openai")


def file_state(dataset: Dataset, neuron: NeuronId, kind: str = "activations") -> FileState:
    """State of a neuron's file of this kind, the newest that was noted."""
    rows = [row for row in dataset.rows("files", [neuron]).to_pylist() if row["kind"] == kind]
    if not rows:
        return FileState("missing")
    if any(row["state"] == "stored" for row in rows):
        return FileState("stored")
    newest = max(rows, key=lambda row: str(row["created"]))
    return FileState(newest["state"], newest["reason"] or "")


def fetches_when_opened(name: str, settings: Settings) -> bool:
    """Whether a neuron's records are fetched as soon as it is opened."""
    adding = added(name, settings)
    return adding is not None and adding.records in ("all", "opened")


def source_of(dataset: Dataset, name: str, settings: Settings) -> str:
    """Root of the published files that the dataset is made of; NotFound where nobody noted it."""
    adding = added(name, settings)
    source = adding.source if adding else str((dataset.manifest.raw.get("origin") or {}).get("source", ""))
    if "/" not in source:
        raise NotFound(
            f"{name} was imported from a folder that is not noted. Import the rest with: "
            f"python -m neuronview import openai SOURCE --out {dataset.folder}"
        )
    return source


def fetch_neurons(dataset: Dataset, name: str, neurons: Sequence[NeuronId], settings: Settings) -> Report:
    """Fetch every file of these neurons that is not here, in one commit of the dataset.

    Raises NotFound when nobody noted where from, DatasetError, soon, when that does not answer.
    """
    for neuron in neurons:
        dataset.require(neuron)
    source: Source = open_source(source_of(dataset, name, settings))
    if isinstance(source, HttpSource):
        source = HttpSource(source.address, first_pause=FIRST_PAUSE)
        found = reach(f"{source.address}/{FIRST}", what=source.address)
        if not found.answers:
            raise DatasetError(f"{found.words}. Check the network and try again; what is here can be used without it.")
    published = published_set(str(dataset.manifest.raw["origin"]["set"]))
    adding = added(name, settings)
    report = import_openai(
        source,
        dataset.folder,
        model=published.name,
        neurons=neurons,
        kinds=published.kinds,
        disk_cap=adding.disk_cap if adding else None,
    )
    if report.stored and len(read_commits(dataset.folder)) >= COMMITS:
        _begin_to_join(dataset.folder, name)
    return report


def _begin_to_join(folder: Path, name: str) -> None:
    """Join parts in a thread, unless one of this process does, or failed where another would fail too."""
    with _JOINING_IS_MINE:
        if folder in _joining:
            return
        _joining.add(folder)
    threading.Thread(target=_join, args=(folder,), name=f"join parts of {name}").start()


def _join(folder: Path) -> None:
    """The small parts of opened neurons into few, beside what else goes on: a dataset of thousands opens slowly."""
    try:
        compact(folder, join=True, small=SMALL)
    except (DatasetError, OSError, pa.ArrowException) as error:
        # Where another process compacts, a later fetch tries again.
        if not is_at_work(folder):
            log.warning(
                "The small parts of %s stay as they are until NeuronView is started again: they cannot be joined. %s",
                folder,
                error,
            )
            return
    with _JOINING_IS_MINE:
        _joining.discard(folder)
