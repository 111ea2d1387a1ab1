"""Find datasets by name or folder, and open them together with what the user made for them."""

from __future__ import annotations

import os
from pathlib import Path

from neuronview.config import Settings
from neuronview.errors import NotFound
from neuronview.store.dataset import Dataset
from neuronview.store.manifest import read_folded, read_manifest
from neuronview.store.write import COMMITS, MANIFEST

__all__ = ["OWN", "has_results", "locate", "names", "open_dataset", "overlay_in", "overlay_of"]

MOST_CHARACTERS = 1_000
"""Of a name or a folder; a part of it that is too long for the system is not there either."""
OWN = "datasets"
"""Folder of the user's home: datasets that they added by their names, and what they made for any by its fingerprint."""


def open_dataset(name_or_path: str | Path, *, settings: Settings | None = None) -> Dataset:
    """Open a dataset by name (of `data/`) or folder, together with what the user made for it.

    Raises NotFound when there is none of that name, DatasetError when its files cannot be used.
    """
    settings = settings or Settings.from_env()
    folder = locate(name_or_path, settings=settings)
    overlay: Path | None = overlay_of(folder, settings=settings)
    if settings.public and not has_results(overlay):
        overlay = None  # shared by all visits that made nothing
    return Dataset(folder, overlay=overlay)


def has_results(overlay: Path | None) -> bool:
    """Whether anything was made for a dataset: only then is there something to read beside it."""
    return overlay is not None and (overlay / COMMITS).is_dir()


def overlay_of(folder: Path, *, settings: Settings) -> Path:
    """The folder of what the user made for a dataset, which need not exist."""
    return overlay_in(settings.home, read_manifest(folder).fingerprint)


def overlay_in(home: Path, fingerprint: str) -> Path:
    """The same for the dataset of that fingerprint, of whoever has this home."""
    return home / OWN / fingerprint


def locate(name_or_path: str | Path, *, settings: Settings) -> Path:
    """Folder of a dataset given by name or path; NotFound names those that there are. In public mode: by name alone."""
    if settings.public:
        return _listed(str(name_or_path), settings)
    if len(str(name_or_path)) > MOST_CHARACTERS or "\0" in str(name_or_path):
        raise NotFound(f"“{str(name_or_path)[:60]} …” is no name and no folder that there can be.")
    own = settings.home / OWN / str(name_or_path)
    if _is_file(settings.data / str(name_or_path) / MANIFEST):
        return settings.data / str(name_or_path)
    if _is_dataset(own):
        return own
    if _is_file(Path(name_or_path) / MANIFEST):
        return Path(name_or_path)
    known = ", ".join(names(settings)) or "none yet"
    raise NotFound(f"There is no dataset “{name_or_path}”. Known by name: {known}. Or give a dataset's folder.")


def names(settings: Settings) -> list[str]:
    """Names of the datasets in the data folder, and of those that the user added, in `home/datasets/`."""
    given = _with_manifest(settings.data)
    if settings.public:
        return sorted(given)
    own = settings.home / OWN
    return sorted(given | {name for name in _with_manifest(own) if _is_dataset(own / name)})


def _with_manifest(folder: Path) -> set[str]:
    """Names of the folders in this one that have a manifest; none where it cannot be read.

    One whose name begins with a dot is being made or removed.
    """
    try:
        with os.scandir(folder) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
            return {entry.name for entry in shown if os.path.isfile(f"{entry.path}/{MANIFEST}")}
    except OSError:
        return set()


def _listed(name: str, settings: Settings) -> Path:
    """A dataset of the data folder: no path, and no name that leads anywhere else."""
    known = names(settings)
    if name not in known:
        listed = ", ".join(known) or "none yet"
        raise NotFound(f"There is no dataset “{name[:60]}” here. There are: {listed}.")
    return settings.data / name


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is longer than the system has them
        return False


def _is_dataset(folder: Path) -> bool:
    """What the user made for a dataset lies in the same place, and has a manifest of its parts alone."""
    return _is_file(folder / MANIFEST) and "model" in read_folded(folder)
