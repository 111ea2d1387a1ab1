"""A folder of files that appears whole or not at all: written beside its place, then moved there.

What is there already is replaced only where a note says that an export of the same dataset wrote it, or where a person
says so; what else lies in the folder is never touched.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from neuronview.errors import BadInput, DatasetError, FormatError
from neuronview.store.write import sealed, sha256_of, unsealed

__all__ = ["NOTE", "new_folder", "read_note", "replaceable", "require_as_noted", "whole_folder", "write_note"]

NOTE = "neuronview-export.json"
"""Beside every export: what it is of, and what lies there of it."""


@contextmanager
def whole_folder(out: Path, *, replaced: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Give a temporary folder, whose entries are in `out` after the block; after an error there is nothing.

    `replaced`: names of entries of `out` that go, whether or not there are new ones of the name. Raises DatasetError
    where the disk is full or the folder cannot be written.
    """
    place = out.absolute()
    temporary = place.parent / f".{place.name}.{uuid.uuid4().hex[:8]}.tmp"
    try:
        temporary.mkdir(parents=True)
        yield temporary
        if place.exists():
            _move_in(temporary, place, replaced)
        else:
            temporary.rename(place)
    except OSError as error:
        raise DatasetError(
            f"{out} could not be written ({error.strerror or error}). Free space or choose another folder; "
            "nothing of it is there."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


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


def _move_in(temporary: Path, place: Path, replaced: frozenset[str]) -> None:
    """What is replaced goes aside first and comes back when the new cannot take its place."""
    aside = temporary.with_suffix(".old")
    aside.mkdir()
    moves = [(place / name, aside / name) for name in sorted(replaced)]
    moves += [(path, place / path.name) for path in sorted(temporary.iterdir())]
    try:
        for source, target in moves:
            source.rename(target)
    except BaseException as error:
        _move_back(moves, place, aside, error)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _move_back(moves: list[tuple[Path, Path]], place: Path, aside: Path, error: BaseException) -> None:
    """Undo the moves that were made; what cannot be moved back stays where it is, and the error says so."""
    for source, target in reversed(moves):
        try:
            if not source.exists() and target.exists():
                target.rename(source)
        except OSError as other:
            error.add_note(f"{source.name} could not be put back ({other.strerror or other}).")
    if any(aside.iterdir()):
        raise DatasetError(
            f"{place} could not be written, and some of what was there could not be put back: it is kept "
            f"in {aside}. Move it back from there."
        ) from error
    aside.rmdir()
