"""A folder of files that appears whole or not at all: written beside its place, then moved there.

What is there already is replaced only where a note says that an export of the same dataset wrote it, or where a person
says so; what else lies in the folder is never touched. The note is replaced last: of a move that was cut off, it does
not fit the files, and the next export makes the move whole before it begins. One process at a time writes to a folder.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from neuronview.errors import BadInput, DatasetError, FormatError
from neuronview.store.alone import alone, is_at_work
from neuronview.store.write import sealed, sha256_of, unsealed, write_json

__all__ = ["NOTE", "new_folder", "read_note", "replaceable", "require_as_noted", "whole_folder", "write_note"]

NOTE = "neuronview-export.json"
"""Beside every export: what it is of, and what lies there of it."""
MOVES = ".moves.json"
"""In the folder for what is replaced, from when the new is whole: which entries those are."""


@contextmanager
def whole_folder(out: Path, *, replaced: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Give a temporary folder, whose entries are in `out` after the block; after an error there is nothing.

    `replaced`: names of entries of `out` that go, whether or not there are new ones of the name. Raises DatasetError
    where the disk is full or the folder cannot be written.
    """
    place = out.absolute()
    try:
        _finish_crashed(place)
        with contextlib.ExitStack() as held:
            if place.is_dir():
                held.enter_context(alone(place))
            temporary = _temporary(place, held)
            try:
                yield temporary
                if place.exists():
                    _move_in(temporary, place, replaced)
                else:
                    temporary.rename(place)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise DatasetError(
            f"{out} could not be written ({error.strerror or error}). Free space or choose another folder; "
            "nothing of it is there."
        ) from error


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """The same for a folder that must not be there yet, or be empty."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out} is there already. Choose another place with --out.")
    with whole_folder(out) as folder:
        yield folder


def replaceable(out: Path, entries: frozenset[str], wanted: Mapping[str, Any], *, overwrite: bool) -> frozenset[str]:
    """The names in `out` that an export of `entries` may replace.

    Those that an export with the same `wanted` fields in its note wrote, and with `overwrite` all of `entries`. Raises
    BadInput where others of `entries` are there, or where `out` is a file.
    """
    try:
        _finish_crashed(out.absolute())
    except OSError as error:
        raise DatasetError(
            f"An export to {out} was cut off and cannot be ended ({error.strerror or error}). Free space, or make it a "
            "folder that can be written, and start it again."
        ) from error
    if not out.exists():
        return frozenset()
    if not out.is_dir():
        raise BadInput(f"{out} is a file. Choose a folder with --out.")
    note = read_note(out) or {}
    same = all(note.get(name) == value for name, value in wanted.items())
    own = frozenset(note.get("entries", ())) if same else frozenset()
    there = frozenset(path.name for path in out.iterdir())
    foreign = sorted((entries & there) - own)
    if foreign and not overwrite:
        raise BadInput(
            f"{out} holds {', '.join(foreign)} already, which an export of this dataset in this format did not write. "
            "Choose another folder, or replace them with --overwrite."
        )
    return (own | entries) & there


def write_note(folder: Path, note: Mapping[str, Any]) -> None:
    """Write the note: `entries` are what lies in the folder, itself included, `sha256` that of each file in it."""
    here = sorted(folder.iterdir())
    sums = {path.name: sha256_of(path) for path in here if path.is_file() and path.name != NOTE}
    entries = sorted({path.name for path in here} | {NOTE})
    (folder / NOTE).write_bytes(sealed({**note, "entries": entries, "sha256": sums}) + b"\n")


def read_note(folder: Path) -> dict[str, Any] | None:
    """The note of an export, or None where there is none that can be read, or it is damaged."""
    try:
        return unsealed((folder / NOTE).read_bytes())
    except (OSError, ValueError):
        return None


def require_as_noted(folder: Path, note: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raise FormatError that names a file of an export which is not what its note says; notes of before say nothing."""
    sums = note.get("sha256", {})
    for name in names:
        try:
            damaged = name in sums and sha256_of(folder / name) != sums[name]
        except OSError as error:
            raise FormatError(f"{name} cannot be read ({error.strerror or error}). Export it again.") from error
        if damaged:
            raise FormatError(
                f"{name} is damaged: its bytes are not those that were exported. Export it again; where you "
                f"changed it on purpose, take “sha256” and “checksum” out of {NOTE}."
            )


def _temporary(place: Path, held: contextlib.ExitStack) -> Path:
    """A new folder beside `place`, held by this process, so that no other takes it for one that was left."""
    while True:
        folder = place.parent / f".{place.name}.{uuid.uuid4().hex[:8]}.tmp"
        folder.mkdir(parents=True)
        with contextlib.suppress(DatasetError, FileNotFoundError):  # another process took it for one
            held.enter_context(alone(folder))
            if folder.is_dir():
                return folder


def _finish_crashed(place: Path) -> None:
    """Remove what killed processes left beside `place`, and finish what they were moving in."""
    beside = f".{glob.escape(place.name)}.{'[0-9a-f]' * 8}"
    for gone in place.parent.glob(f"{beside}.gone"):
        shutil.rmtree(gone, ignore_errors=True)
    for temporary in sorted(place.parent.glob(f"{beside}.tmp")):
        if is_at_work(temporary):
            continue
        aside = temporary.with_suffix(".old")
        replaced = _begun(aside)
        if replaced is not None:
            with alone(place):
                for source, target in _moves(temporary, place, aside, replaced):
                    os.replace(source, target)
            _discard(aside)
        with contextlib.suppress(OSError):  # it holds what could not be put back, which was told
            for unfinished in aside.glob(f"{MOVES}.*.tmp"):
                unfinished.unlink()
            aside.rmdir()
        shutil.rmtree(temporary, ignore_errors=True)


def _begun(aside: Path) -> list[str] | None:
    """What goes aside in a move that was begun; None where nothing was moved."""
    try:
        return list(unsealed((aside / MOVES).read_bytes())["replaced"])
    except (OSError, ValueError, KeyError):
        return None


def _moves(temporary: Path, place: Path, aside: Path, replaced: Iterable[str]) -> list[tuple[Path, Path]]:
    """What is still to be moved, the note last: what is replaced first goes aside."""
    old = [(place / name, aside / name) for name in sorted(replaced)]
    old = [(source, target) for source, target in old if source.exists() and not target.exists()]
    new = [(path, place / path.name) for path in sorted(temporary.iterdir())]
    return sorted([*old, *new], key=lambda move: move[0].name == NOTE)


def _move_in(temporary: Path, place: Path, replaced: frozenset[str]) -> None:
    """What is replaced goes aside first and comes back when the new cannot take its place."""
    aside = temporary.with_suffix(".old")
    aside.mkdir()
    write_json(aside / MOVES, {"replaced": sorted(replaced)})
    moves = _moves(temporary, place, aside, replaced)
    try:
        for source, target in moves:
            source.rename(target)
    except BaseException as error:
        _move_back(moves, place, aside, error)
        raise
    _discard(aside)


def _discard(aside: Path) -> None:
    """Remove what was replaced; by its name first, so that what remains of it is never taken for the only copy."""
    with contextlib.suppress(OSError):
        shutil.rmtree(aside.rename(aside.with_suffix(".gone")), ignore_errors=True)


def _move_back(moves: list[tuple[Path, Path]], place: Path, aside: Path, error: BaseException) -> None:
    """Undo the moves that were made; what cannot be moved back stays where it is, and the error says so."""
    for source, target in reversed(moves):
        try:
            if not source.exists() and target.exists():
                target.rename(source)
        except OSError as other:
            error.add_note(f"{source.name} could not be put back ({other.strerror or other}).")
    if any(path.name != MOVES for path in aside.iterdir()):
        with contextlib.suppress(OSError):
            (aside / MOVES).unlink()
        raise DatasetError(
            f"{place} could not be written, and some of what was there could not be put back: it is kept "
            f"in {aside}. Move it back from there."
        ) from error
    (aside / MOVES).unlink()
    aside.rmdir()
