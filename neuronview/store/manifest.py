"""What a dataset folder says of itself: the manifest, and the parts that its commits list.

Reads JSON files only; the rows are `dataset`'s business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from neuronview.errors import DatasetError
from neuronview.records import QUANTILES
from neuronview.store.reading import Hold
from neuronview.store.schema import FORMAT_VERSION, KINDS, TAIL_PROBABILITIES
from neuronview.store.whole import right_size
from neuronview.store.write import COMMITS, MANIFEST, Part, unsealed

__all__ = [
    "SUPERSEDED",
    "Commit",
    "Manifest",
    "ModelInfo",
    "added_parts",
    "commit_stamp",
    "committed_parts",
    "counted_parts",
    "parts_of",
    "read_commits",
    "read_folded",
    "read_listing",
    "read_manifest",
    "superseded_of",
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
    tokenizer: str = ""
    """Fingerprint of how it cuts texts; empty where it was not noted."""

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
        """Short hash of what identifies the dataset: its name, model and corpus, number format, which import it is."""
        identity = [self.name, self.model.fingerprint, self.corpus.get("hash", ""), self.raw.get("seed", "")]
        if "import_id" in self.raw:  # the ids of an import's excerpts are its own, whatever it is called
            identity.append(self.raw["import_id"])
        if self.model.dtype != ModelInfo.dtype:  # other values of the same excerpts; of float32 nothing was ever said
            identity.append(f"dtype {self.model.dtype}")
        return hashlib.blake2b(orjson.dumps(identity), digest_size=8).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read `dataset.json`; DatasetError when it is missing, damaged or of a newer format."""
    path = folder / MANIFEST
    raw = read_listing(path)
    _require_format(raw.get("format"), path)
    try:
        known = {name: raw["model"][name] for name in ModelInfo.__dataclass_fields__ if name in raw["model"]}
        found = Manifest(
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
    wrong = next(_wrong_fields(found), None)
    if wrong:
        raise DatasetError(f"{path} is not of the form that is read here: {wrong}. Build or import the dataset again.")
    return found


def _wrong_fields(manifest: Manifest) -> Iterator[str]:
    model, corpus = manifest.model, manifest.corpus
    texts: dict[str, object] = {"name": manifest.name, "model.path": model.path}
    yield from (f"“{name}” has to be a text" for name, value in texts.items() if not isinstance(value, str))
    for name, number in {"n_layers": model.n_layers, "n_neurons": model.n_neurons}.items():
        if not isinstance(number, int) or number < 0:
            yield f"“model.{name}” has to be a number of 0 or more"
    if not isinstance(corpus, dict):
        yield "“corpus” has to be an object"
    for name, values in {"tail_probabilities": manifest.tail_probabilities, "quantiles": manifest.quantiles}.items():
        if not all(isinstance(value, (int, float)) for value in values):
            yield f"“{name}” has to be a list of numbers"


@dataclass(frozen=True)
class Commit:
    """One file of `commits/` and the parts that it lists."""

    path: Path
    parts: tuple[Part, ...]


def committed_parts(folder: Path) -> dict[str, list[Part]]:
    """Parts by kind, of the manifest and of every commit; parts that no commit lists do not count."""
    hold = Hold([folder])  # or a file that was just joined into another could be gone when its size is looked at
    # The commits before the manifest: one that is folded meanwhile is then found in the one or the other, or in both.
    commits = read_commits(folder)
    parts: dict[str, list[Part]] = {kind: [] for kind in KINDS}
    for part in counted_parts(folder, read_folded(folder), commits):
        if part.kind in parts:
            parts[part.kind].append(part)
    hold.release()
    return parts


def added_parts(folder: Path, names: Collection[str]) -> dict[str, list[Part]] | None:
    """Parts by kind of the commits of these names alone, None where one of them was folded meanwhile.

    For who knows every other commit already: to read thousands again after each one would take most of an import.
    """
    commits = _commits(sorted(folder / COMMITS / name for name in names))
    parts: dict[str, list[Part]] = {kind: [] for kind in KINDS}
    for part in counted_parts(folder, {}, commits):
        if part.kind in parts:
            parts[part.kind].append(part)
    return parts if len(commits) == len(names) else None


def read_commits(folder: Path) -> list[Commit]:
    """Every commit that is there now, by name; DatasetError for one that cannot be read."""
    return _commits(sorted((folder / COMMITS).glob("*.json")))


def _commits(paths: Sequence[Path]) -> list[Commit]:
    """Those that are still there."""
    found = []
    for path in paths:
        try:
            found.append(Commit(path, parts_of(read_listing(path), path)))
        except DatasetError:
            if path.exists():
                raise
    return found


def read_folded(folder: Path) -> dict[str, Any]:
    """`dataset.json` as it is written; empty where there is none, as in a user's folder that was never compacted."""
    path = folder / MANIFEST
    return read_listing(path) if path.exists() else {}


def counted_parts(folder: Path, manifest: Mapping[str, Any], commits: Sequence[Commit]) -> list[Part]:
    """Parts of these listings, of every kind, each file once and without those that were joined into others.

    DatasetError names a file that is not there.
    """
    seen = set(superseded_of(manifest, folder / MANIFEST))
    found = []
    listings = [(folder / MANIFEST, parts_of(manifest, folder / MANIFEST)), *((c.path, c.parts) for c in commits)]
    for listing, parts in listings:
        for part in parts:
            if part.file in seen:
                continue
            seen.add(part.file)
            problem = right_size(folder, part)
            if problem:
                raise DatasetError(f"{listing} lists {problem}. Restore it from a copy, or build the dataset again.")
            found.append(part)
    return found


def _require_format(found: object, path: Path) -> None:
    if found == FORMAT_VERSION:
        return
    newer = isinstance(found, int) and found > FORMAT_VERSION
    raise DatasetError(
        f"{path} is of format {found!r}; this version reads format {FORMAT_VERSION}. "
        + ("A newer NeuronView wrote it: update this one with `git pull && make run`" if newer else "Build it again")
        + ", or use the version of NeuronView that wrote it. Nothing was changed."
    )


def parts_of(listing: Mapping[str, Any], path: Path) -> tuple[Part, ...]:
    """The parts that a commit or manifest lists; DatasetError when it is of a newer format, or one of unknown form."""
    if listing:
        _require_format(listing.get("format", FORMAT_VERSION), path)
    try:
        parts = tuple(Part(**entry) for entry in listing.get("parts", []))
    except (TypeError, AttributeError) as error:
        raise DatasetError(f"{path} lists a part in an unknown form ({error}).") from error
    for part in parts:
        numbers = (part.rows, part.low, part.high, part.bytes)
        texts = (part.kind, part.file, part.sha256)
        known = all(type(number) is int for number in numbers) and all(isinstance(text, str) for text in texts)
        # Else a part whose kind is damaged would be taken for one of a kind to come, and left out without a word.
        known = known and part.file.startswith(f"{part.kind}-")
        if not known or Path(part.file).name != part.file or "\0" in part.file:
            raise DatasetError(
                f"{path} lists a part in an unknown form ({str(part.file)[:80]!r}): a part is a file of the same "
                "folder, named after its kind, with whole numbers of rows and bytes. Restore it from a copy, or build "
                "the dataset again."
            )
    return parts


def superseded_of(manifest: Mapping[str, Any], path: Path) -> dict[str, float]:
    """Files that a compaction joined into others, with the time; DatasetError where that is no such listing."""
    found = manifest.get(SUPERSEDED, {})
    if not isinstance(found, dict) or not all(isinstance(since, (int, float)) for since in found.values()):
        raise DatasetError(f"{path} names “{SUPERSEDED}” files in an unknown form. Restore it from a copy.")
    return found


def commit_stamp(folder: Path) -> str:
    """Changes whenever a commit is added or folded: what caches of this folder are keyed by."""
    names = sorted(path.name for path in (folder / COMMITS).glob("*.json"))
    manifest = folder / MANIFEST
    stamp = str(manifest.stat().st_mtime_ns) if manifest.exists() else ""
    return hashlib.blake2b("|".join([stamp, *names]).encode(), digest_size=8).hexdigest()


def read_listing(path: Path) -> dict[str, Any]:
    """A manifest or commit as it is written, without its checksum; DatasetError when it is missing or damaged."""
    try:
        return unsealed(path.read_bytes())
    except FileNotFoundError as error:
        raise DatasetError(f"{path} is missing: {path.parent} is not a dataset folder.") from error
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read ({error}). Restore it from a copy, or build it again.") from error
