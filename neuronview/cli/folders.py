"""Folders that commands write to: checked before long work, given back empty when it fails."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neuronview.errors import BadInput, Cancelled, DatasetError
from neuronview.store.schema import KINDS

__all__ = ["all_or_nothing", "require_new_dataset", "work_folder", "writable"]


def writable(path: Path) -> bool:
    """Whether this folder could be written, or made where it is not there yet."""
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    return existing.is_dir() and os.access(existing, os.W_OK)


def require_new_dataset(folder: Path) -> None:
    """Raise BadInput when no dataset can be written there, DatasetError when there is one: before hours of work."""
    if (folder / "dataset.json").exists() or (folder / "commits").exists():
        raise DatasetError(f"{folder} already holds a dataset. Choose another folder, or remove that one first.")
    if not writable(folder.absolute()):
        raise BadInput(f"{folder} cannot be written. Choose another folder with --out.")


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[None]:
    """Take a dataset away again when what belongs to it cannot be finished. Ctrl-C becomes Cancelled."""
    try:
        yield
    except BaseException as error:
        _withdraw(folder)
        if isinstance(error, KeyboardInterrupt):
            raise Cancelled("Stopped. Nothing was written; start it again to collect.") from error
        raise


def _withdraw(folder: Path) -> None:
    # The manifest first: without it no reader takes the folder for a dataset.
    (folder / "dataset.json").unlink(missing_ok=True)
    shutil.rmtree(folder / "commits", ignore_errors=True)
    for kind in KINDS:
        for part in folder.glob(f"{kind}-*.parquet*"):
            part.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


@contextmanager
def work_folder(given: Path | None) -> Iterator[Path]:
    """The folder given for intermediate files, which stays, or a temporary one, which does not."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    path = Path(tempfile.mkdtemp(prefix="neuronview-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
