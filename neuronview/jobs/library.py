"""Which datasets and models are on this computer: size, date, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

from neuronview.config import Settings
from neuronview.errors import NeuronViewError
from neuronview.jobs.adding import added
from neuronview.jobs.sizes import folder_size, size_words
from neuronview.store import locate, names
from neuronview.store.manifest import Manifest, committed_parts, read_manifest
from neuronview.store.opening import OWN

__all__ = ["DatasetRow", "ModelRow", "describe", "is_here", "models", "models_of_datasets", "provenance", "what_stays"]


class DatasetRow(TypedDict):
    """One dataset, as lists of them show it."""

    name: str
    model: str
    layers: int
    neurons_per_layer: int
    explanations: int
    """Stored rows, those that are repeated counted each."""
    records: int
    excerpts: int | None
    bytes: int
    size: str
    date: str
    """YYYY-MM-DD, of the last change; empty where nobody knows."""
    folder: str
    removable: bool
    """Whether it lies among the user's own datasets."""
    problem: str


class ModelRow(TypedDict):
    """One model on this computer."""

    name: str
    """On the hub; a folder's or a file's place."""
    bytes: int
    date: str
    folder: str
    origin: str
    """Where it comes from: `the hub`, or the datasets that were collected from it."""


def describe(name: str, settings: Settings) -> Mapping[str, Any]:
    """A DatasetRow and, as `from`, where it comes from. Raises DatasetError when its files cannot be used."""
    folder = locate(name, settings=settings)
    manifest, parts = read_manifest(folder), committed_parts(folder)
    size = folder_size(folder)
    row: DatasetRow = {
        "name": name,
        "model": manifest.model.path if not (folder / manifest.model.path).is_dir() else _model(manifest.model.path),
        "layers": manifest.model.n_layers,
        "neurons_per_layer": manifest.model.n_neurons,
        "explanations": sum(part.rows for part in parts["explanations"]),
        "records": sum(part.rows for part in parts["records"]),
        "excerpts": manifest.corpus.get("n_excerpts") or sum(part.rows for part in parts["excerpts"]) or None,
        "bytes": size,
        "size": size_words(size),
        "date": _date(folder, manifest),
        "folder": str(folder),
        "removable": folder.parent == settings.home / OWN,
        "problem": "",
    }
    return {**row, "from": provenance(manifest, name, settings)}


def what_stays(name: str, settings: Settings) -> str:
    """What a person made for a dataset and keeps when it is removed, and whether a new copy will show it."""
    try:
        manifest = read_manifest(locate(name, settings=settings))
    except NeuronViewError:
        return "What you made for it stays."
    own = settings.home / OWN / manifest.fingerprint
    if not own.is_dir():
        return "Your runs stay."
    again = " A copy that is fetched again does not show it." if "import_id" in manifest.raw else ""
    return f"What you made for it stays, in {own}.{again}"


def provenance(manifest: Manifest, name: str, settings: Settings) -> str:
    """Where a dataset comes from, in words."""
    origin = manifest.raw.get("origin")
    if isinstance(origin, Mapping):
        note = added(name, settings)
        source = note.source if note is not None else origin.get("source", "")
        what = {"openai": f"published {origin.get('set', '')} neurons", "neuronpedia": "Neuronpedia"}
        kind = str(origin.get("format", "elsewhere"))
        return f"{what.get(kind, f'imported ({kind})').strip()}, {source}".rstrip(", ")
    n_tokens = manifest.corpus.get("n_tokens")
    said = f"collected here, {n_tokens:,} tokens of text" if isinstance(n_tokens, int) else "collected"
    passes = manifest.raw.get("passes")
    return f"{said}, pass {passes['done']} of {passes['planned']}" if isinstance(passes, Mapping) else said


def models() -> list[ModelRow]:
    """Models of the hub that were downloaded (to HF_HOME), by name; none where there is no such folder."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        found = scan_cache_dir()
    except (CacheNotFound, OSError):
        return []
    rows: list[ModelRow] = [
        {
            "name": repo.repo_id,
            "bytes": repo.size_on_disk,
            "date": _day(repo.last_modified),
            "folder": str(repo.repo_path),
            "origin": "the hub",
        }
        for repo in found.repos
        if repo.repo_type == "model"
    ]
    return sorted(rows, key=lambda row: row["name"])


def models_of_datasets(settings: Settings) -> list[ModelRow]:
    """Models in folders and files that datasets found by name were collected from, by place; damaged datasets aside."""
    users: dict[Path, list[str]] = {}
    for name in names(settings):
        try:
            folder = locate(name, settings=settings)
            place = folder / Path(read_manifest(folder).model.path).expanduser()
        except NeuronViewError:
            continue  # the list of datasets says what is wrong with it
        if place.exists():
            users.setdefault(place.resolve(), []).append(name)
    return [
        {
            "name": str(place),
            "bytes": folder_size(place) if place.is_dir() else place.stat().st_size,
            "date": _day(max(file.stat().st_mtime for file in [*place.glob("*.safetensors")] or [place])),
            "folder": str(place),
            "origin": f"the model of {', '.join(of)}",
        }
        for place, of in sorted(users.items())
    ]


def is_here(source: str) -> bool:
    """Whether a model can be loaded without a network, by all appearances: a folder, a file, or the hub's copy."""
    from huggingface_hub import try_to_load_from_cache

    if Path(source).expanduser().exists():
        return True
    try:
        return isinstance(try_to_load_from_cache(source, "config.json"), str)
    except ValueError:  # what is no name on the hub, such as a folder that is gone
        return False


def _model(path: str) -> str:
    """A folder beside or inside the dataset by its own name."""
    name = Path(path).name
    return "its own model" if name == path else f"{name} (folder)"


def _date(folder: Path, manifest: Manifest) -> str:
    """Of the last part that was written; else what the manifest says."""
    times = [path.stat().st_mtime for path in folder.glob("*.parquet")]
    return _day(max(times)) if times else str(manifest.raw.get("created", ""))[:10]


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
