"""What a dataset folder says of itself: the manifest, and the parts that its commits list.

Reads JSON files only; the rows are `dataset`'s business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from neuronview.errors import DatasetError
from neuronview.records import QUANTILES
from neuronview.store.schema import FORMAT_VERSION, KINDS, TAIL_PROBABILITIES
from neuronview.store.write import COMMITS, MANIFEST, Part, sha256_of

__all__ = [
    "SUPERSEDED",
    "Commit",
    "Manifest",
    "ModelInfo",
    "commit_stamp",
    "committed_parts",
    "counted_parts",
    "damaged_parts",
    "parts_of",
    "read_commits",
    "read_folded",
    "read_manifest",
]

SUPERSEDED = "superseded"
"""Field of `dataset.json`: files that a compaction joined into others, with the time; they count no more."""


@dataclass(frozen=True)
class ModelInfo:
    """The subject model as the dataset names it."""

    path: str
    fingerprint: str
    activation_function: str
    n_layers: int
    n_neurons: int
    dtype: str = "float32"

    def require(self, layer: int, neuron: int) -> str | None:
        """What is wrong with this layer and neuron in words, or None when they exist."""
        if not 0 <= layer < self.n_layers:
            return f"layer={layer} is out of range: {self.path} has layers 0 to {self.n_layers - 1}."
        if not 0 <= neuron < self.n_neurons:
            return f"neuron={neuron} is out of range: layer {layer} has neurons 0 to {self.n_neurons - 1}."
        return None


@dataclass(frozen=True)
class Manifest:
    """`dataset.json`. `raw` keeps every field as written, for people and for export."""

    name: str
    model: ModelInfo
    first_source: str | None = None
    corpus: Mapping[str, Any] = field(default_factory=dict)
    tail_probabilities: tuple[float, ...] = TAIL_PROBABILITIES
    quantiles: tuple[float, ...] = QUANTILES
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Short hash of what identifies the dataset: its name, model and corpus, and which import it is."""
        identity = [self.name, self.model.fingerprint, self.corpus.get("hash", ""), self.raw.get("seed", "")]
        if "import_id" in self.raw:  # the ids of an import's excerpts are its own, whatever it is called
            identity.append(self.raw["import_id"])
        return hashlib.blake2b(orjson.dumps(identity), digest_size=8).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read `dataset.json`; DatasetError when it is missing, damaged or of a newer format."""
    path = folder / MANIFEST
    raw = _read_json(path)
    if raw.get("format") != FORMAT_VERSION:
        raise DatasetError(
            f"{path} is of format {raw.get('format')!r}; this version reads format {FORMAT_VERSION}. "
            "Use the version of NeuronView that wrote it, or build the dataset again."
        )
    try:
        known = {name: raw["model"][name] for name in ModelInfo.__dataclass_fields__ if name in raw["model"]}
        return Manifest(
            name=raw["name"],
            model=ModelInfo(**known),
            first_source=raw.get("first_source"),
            corpus=raw.get("corpus", {}),
            tail_probabilities=tuple(raw.get("tail_probabilities", TAIL_PROBABILITIES)),
            quantiles=tuple(raw.get("quantiles", QUANTILES)),
            raw=raw,
        )
    except (KeyError, TypeError) as error:
        raise DatasetError(
            f"{path} lacks a field that a dataset needs ({error}). Build or import the dataset again."
        ) from error


@dataclass(frozen=True)
class Commit:
    """One file of `commits/` and the parts that it lists."""

    path: Path
    parts: tuple[Part, ...]


def committed_parts(folder: Path) -> dict[str, list[Part]]:
    """Parts by kind, of the manifest and of every commit; parts that no commit lists do not count."""
    # The commits before the manifest: one that is folded meanwhile is then found in the one or the other, or in both.
    commits = read_commits(folder)
    parts: dict[str, list[Part]] = {kind: [] for kind in KINDS}
    for part in counted_parts(folder, read_folded(folder), commits):
        if part.kind in parts:
            parts[part.kind].append(part)
    return parts


def read_commits(folder: Path) -> list[Commit]:
    """Every commit that is there now, by name; DatasetError for one that cannot be read."""
    found = []
    for path in sorted((folder / COMMITS).glob("*.json")):
        try:
            found.append(Commit(path, parts_of(_read_json(path), path)))
        except DatasetError:
            if path.exists():
                raise
    return found


def read_folded(folder: Path) -> dict[str, Any]:
    """`dataset.json` as it is written; empty where there is none, as in a user's folder that was never compacted."""
    path = folder / MANIFEST
    return _read_json(path) if path.exists() else {}


def counted_parts(folder: Path, manifest: Mapping[str, Any], commits: Sequence[Commit]) -> list[Part]:
    """Parts of these listings, of every kind, each file once and without those that were joined into others.

    DatasetError names a file that is not there.
    """
    seen = set(manifest.get(SUPERSEDED, {}))
    found = []
    listings = [(folder / MANIFEST, parts_of(manifest, folder / MANIFEST)), *((c.path, c.parts) for c in commits)]
    for listing, parts in listings:
        for part in parts:
            if part.file in seen:
                continue
            seen.add(part.file)
            if not (folder / part.file).exists():
                raise DatasetError(
                    f"{listing} lists {part.file}, which is not there. Restore it, or build the dataset again."
                )
            found.append(part)
    return found


def parts_of(listing: Mapping[str, Any], path: Path) -> tuple[Part, ...]:
    """The parts that a commit or manifest lists; DatasetError when one has an unknown form."""
    try:
        return tuple(Part(**entry) for entry in listing.get("parts", []))
    except TypeError as error:
        raise DatasetError(f"{path} lists a part in an unknown form ({error}).") from error


def commit_stamp(folder: Path) -> str:
    """Changes whenever a commit is added or folded: what caches of this folder are keyed by."""
    names = sorted(path.name for path in (folder / COMMITS).glob("*.json"))
    manifest = folder / MANIFEST
    stamp = str(manifest.stat().st_mtime_ns) if manifest.exists() else ""
    return hashlib.blake2b("|".join([stamp, *names]).encode(), digest_size=8).hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise DatasetError(f"{path} is missing: {path.parent} is not a dataset folder.") from error
    except (OSError, orjson.JSONDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}). Restore it from a copy, or build it again.") from error
    if not isinstance(content, dict):
        raise DatasetError(f"{path} does not hold a JSON object. Restore it from a copy, or build it again.")
    return content


def damaged_parts(folder: Path) -> list[str]:
    """Names of the parts whose bytes are not those that were committed."""
    parts = [part for entries in committed_parts(folder).values() for part in entries]
    return sorted(part.file for part in parts if sha256_of(folder / part.file) != part.sha256)
