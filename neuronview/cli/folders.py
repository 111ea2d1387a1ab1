"""Folders that commands write to: checked before long work, given back as they were when it fails or is killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neuronview.errors import BadInput, Cancelled, DatasetError
from neuronview.store.alone import alone
from neuronview.store.compact import STAGE, WORK
from neuronview.store.schema import KINDS
from neuronview.store.write import MANIFEST

__all__ = [
    "STAGE",
    "all_or_nothing",
    "clear_stages",
    "kept_work_folder",
    "require_new_dataset",
    "require_writable",
    "staged",
    "work_folder",
    "writable",
]


SMALL, LARGE = Path("/tmp"), Path("/var/tmp")
"""Folders for temporary files; the former lies in memory on many systems."""


def writable(path: Path) -> bool:
    """Whether this folder could be written, or made where it is not there yet."""
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    try:  # tried, since some folders of the system, such as /proc, say that they can be and refuse
        os.rmdir(tempfile.mkdtemp(prefix=".neuronview-", dir=existing))
    except OSError:
        return False
    return True


def require_writable(folder: Path, option: str = "--out") -> None:
    """Raise BadInput when nothing can be written there, which `option` names: before hours of work."""
    if not writable(folder.absolute()):
        raise BadInput(f"The folder {folder} cannot be made or written. Choose another one with {option}.")


def require_new_dataset(folder: Path) -> None:
    """Raise BadInput when no dataset can be written there, DatasetError when there is one: before hours of work."""
    if (folder / MANIFEST).exists() or (folder / "commits").exists():
        raise DatasetError(f"{folder} already holds a dataset. Choose another folder, or remove that one first.")
    require_writable(folder)


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


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder in `out`, which need not be there, for a new dataset that is moved from it to `out` in the block.

    What a process left there that was killed is removed first. DatasetError where another process is at it.
    """
    out.mkdir(parents=True, exist_ok=True)
    try:
        with alone(out):
            clear_stages(out)
            stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=out))
            try:
                yield stage
            finally:
                shutil.rmtree(stage, ignore_errors=True)
    finally:
        _remove_empty(out)


def clear_stages(out: Path) -> None:
    """Remove what a killed process left in a folder that nobody else is at work in; a dataset there stays."""
    for old in out.glob(f"{STAGE}*"):
        shutil.rmtree(old)
    if not (out / MANIFEST).exists() and not (out / "commits").exists():
        _remove_parts(out)  # it was killed while it moved them in


def _withdraw(folder: Path) -> None:
    # The manifest first: without it no reader takes the folder for a dataset.
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder / "commits", ignore_errors=True)
    _remove_parts(folder)
    _remove_empty(folder)


def _remove_parts(folder: Path) -> None:
    for kind in KINDS:
        for part in folder.glob(f"{kind}-*.parquet*"):
            part.unlink()


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):  # it is not empty, not there, or cannot be removed, and does no harm
        folder.rmdir()


@contextmanager
def kept_work_folder(out: Path) -> Iterator[Path]:
    """A folder in `out` for what is gone on with when the block is left by an error; removed when it is not."""
    path = out / WORK
    path.mkdir(parents=True, exist_ok=True)
    try:
        yield path
    except BaseException:
        _remove_empty(path)
        _remove_empty(out)
        raise
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def work_folder(given: Path | None) -> Iterator[Path]:
    """The folder given for intermediate files, which stays, or a temporary one, which does not.

    Where the system keeps small temporary files in memory, it is where it keeps large ones.
    """
    from neuronview.collect.outside import room_outside

    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    usual = Path(tempfile.gettempdir())
    in_memory = usual == SMALL and os.access(LARGE, os.W_OK) and not room_outside(usual)
    path = Path(tempfile.mkdtemp(prefix="neuronview-", dir=LARGE if in_memory else usual))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
