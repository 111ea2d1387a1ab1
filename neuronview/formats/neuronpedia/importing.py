"""A dataset from Neuronpedia's version 1 files: a folder of them, or one file.

Files are read batch by batch, a line at a time. What is not whole or does not fit is refused with the line's number,
and then nothing is imported: these files come in one piece, unlike the thousands of the published layout.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuronview.errors import BadInput, FormatError
from neuronview.formats.building import ImportReport, building, model_note
from neuronview.formats.folder import read_note
from neuronview.formats.neuronpedia.reading import fields_of, kind_of
from neuronview.formats.neuronpedia.rows import About, Batch
from neuronview.formats.neuronpedia.writing import KINDS

__all__ = ["import_neuronpedia"]

_NAME = re.compile(r"batch-(\d+)\.jsonl(\.gz)?$")


@dataclass(frozen=True)
class _File:
    path: Path
    kind: str
    batch: int


def import_neuronpedia(
    source: Path,
    out: Path,
    *,
    name: str | None = None,
    exact: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Make the dataset `out` of a folder that has version 1 files somewhere below it, or of one such file.

    `exact` keeps activations in 32 bits instead of 16. `progress` hears of bytes done and bytes in all. Raises
    BadInput when there are no such files or `out` is taken, FormatError for a line that is not what it must be,
    Cancelled when stopped: then nothing is there.
    """
    files = _files(source)
    total = sum(file.path.stat().st_size for file in files)
    own = _own_manifest(source.resolve())
    about = About(name or out.resolve().name, own=own)
    report: list[ImportReport] = []
    with building(out, "neuronpedia", report, should_stop=should_stop) as builder:
        builder.bits = 32 if exact or (own or {}).get("activation_bits") == 32 else 16
        done = 0
        for group in _groups(files):
            batch = Batch(about, builder.bits)
            for file in group:
                _read_into(batch, file)
            batch.write(builder)
            done += sum(file.path.stat().st_size for file in group)
            progress(done, total)
        manifest = about.manifest(builder.bits)
        told = "as the export says" if own else "as far as the files and the known models tell"
        builder.notes.append(model_note(manifest["model"], told, out))
        builder.finish(manifest, label="import neuronpedia")
    return report[0]


def _own_manifest(source: Path) -> dict[str, Any] | None:
    """The manifest in the note of our own export, where the source is one or lies in its `v1`."""
    for folder in (source, *source.parents):
        if folder == source or source.is_relative_to(folder / "v1"):
            note = read_note(folder) or {}
            if note.get("format") == "neuronpedia" and isinstance(note.get("manifest"), dict):
                return dict(note["manifest"])
    return None


def _read_into(batch: Batch, file: _File) -> None:
    where = "/".join(file.path.parts[-3:])
    for number, line in _lines(file.path):
        try:
            batch.add(file.kind, fields_of(line))
        except FormatError as error:
            raise FormatError(f"{where}, line {number}: {error}. Nothing was imported.") from error


def _files(source: Path) -> list[_File]:
    if source.is_file():
        for _, line in _lines(source):
            try:
                return [_File(source, kind_of(fields_of(line)), 0)]
            except FormatError as error:
                raise FormatError(f"{source.name}, line 1: {error}. Nothing was imported.") from error
        raise FormatError(f"{source.name} is empty. Nothing was imported.")
    found = [
        _File(path, kind, int(match[1]))
        for path in sorted(source.rglob("batch-*"))
        if (match := _NAME.match(path.name)) and (kind := path.parent.name.split("-")[0]) in KINDS
    ]
    if not found:
        raise BadInput(
            f"{source} has no files of Neuronpedia's version 1: batch-N.jsonl.gz in folders named features, "
            "activations or explanations. Give the folder of a source, of a model, or one file."
        )
    return found


def _groups(files: Sequence[_File]) -> Iterator[list[_File]]:
    """Files of one source and batch."""
    groups: dict[tuple[Path, int], list[_File]] = defaultdict(list)
    for file in files:
        groups[file.path.parent.parent, file.batch].append(file)
    yield from (groups[key] for key in sorted(groups))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbers, from 1, and contents of the lines that are not empty."""
    number = 0
    if path.suffix == ".gz" and not path.stat().st_size:  # to the library of gzip that is a file without lines
        raise FormatError(f"{path.name} is empty, not even a compressed file. Nothing was imported.")
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            for line in stream:
                number += 1
                if line.strip():
                    yield number, line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FormatError(f"{path.name} is not whole after line {number} ({error}). Nothing was imported.") from error
