"""Fold a folder's commits into its `dataset.json`, and join many small parts into few.

The order makes every moment readable: new parts are written, `dataset.json` is renamed into place, and only then the
commits that were read are removed. A reader counts a file once, wherever it is listed, and never one that the manifest
calls superseded; so whether it sees a folded commit or not, it sees the same rows. Files that were joined go at once
where no process has the folder open (`reading`); else they stay for a day (GRACE), for readers that have them open, and
go in a later compaction, with what crashed writers left behind. A folder in which a dataset was collected that is in
its place by now goes at once: who collects is alone in the dataset's folder.
Writers need not wait: a commit that was not read stays. One compaction at a time works in a folder, and none while a
dataset is put in its place.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from neuronview.errors import DatasetError
from neuronview.store.alone import alone
from neuronview.store.manifest import (
    SUPERSEDED,
    Commit,
    counted_parts,
    parts_of,
    read_commits,
    read_folded,
    superseded_of,
)
from neuronview.store.reading import nobody_reads
from neuronview.store.schema import FORMAT_VERSION, SCHEMAS, SORTED_BY, records_schema
from neuronview.store.tables import IDENTITY, connect, distinct, source
from neuronview.store.whole import damage_of
from neuronview.store.write import COMMITS, MANIFEST, Part, is_sealed, write_json, write_part

__all__ = ["GRACE", "STAGE", "WORK", "Compaction", "compact"]

GRACE = 24 * 3600.0
"""Seconds that a file which does not count is left alone: a writer may be about to commit it, a reader have it open."""
SMALL = 4 << 20
"""Bytes below which a part is worth joining with others."""
JOINED = 32 << 20
"""Bytes that are joined into one part at the most."""
STAGE = ".pass-"
"""Begins the names of folders in a dataset's, in which one is made that is put in its place as a whole."""
WORK = ".work"
"""The folder in a dataset's in which workers leave what they collected for it."""
_PART = re.compile(r"[a-z_]+-[0-9a-f]{12}\.parquet")
_LISTING = re.compile(rf"({re.escape(MANIFEST)}|[0-9a-f]{{16}}\.json)\.[0-9a-f]{{8}}")
_ABANDONED = re.compile(rf"{re.escape(STAGE)}[a-z0-9_]{{8}}|{re.escape(WORK)}")
_UNFINISHED = re.compile(rf"({_PART.pattern}(\.[0-9a-f]{{8}})?|{_LISTING.pattern})\.tmp")


@dataclass(frozen=True)
class Compaction:
    """What was done in one folder."""

    folder: str
    commits: int = 0
    """Commits that are now part of the manifest."""
    parts: int = 0
    """Parts that count now."""
    joined: int = 0
    """Small parts whose rows are now in fewer, larger ones."""
    waiting: int = 0
    """Files that count no more and stay until a later compaction, for readers that have them open."""
    removed: int = 0
    """Such files that were removed: of earlier compactions, and of this one where nobody had the folder open."""
    leftovers: int = 0
    """Files that no commit ever listed, and folders, of those who ended early, removed."""


def compact(
    folder: Path,
    *,
    join: bool = False,
    kinds: Collection[str] | None = None,
    small: int = SMALL,
    grace: float = GRACE,
) -> Compaction:
    """Fold every commit of `folder` into its `dataset.json`; with `join`, also rewrite small parts (of `kinds`) as few.

    `small`: bytes below which a part is joined with others.
    Rows stay the same; of a result that was stored more than once, joining keeps the row that readers see. A folder
    that is not there, or has nothing to fold, is left as it is. Raises DatasetError, with nothing changed, when a part
    is damaged, a listing cannot be read, or another process is at work in the folder.
    """
    if not folder.is_dir():
        return Compaction(str(folder))
    with alone(folder):
        return _compact(folder, join=kinds or SCHEMAS if join else (), small=small, grace=grace)


def _compact(folder: Path, *, join: Collection[str], small: int, grace: float) -> Compaction:
    commits, manifest = read_commits(folder), read_folded(folder)
    parts = counted_parts(folder, manifest, commits)
    _require_whole(folder, parts)
    kept, joined = _joined(folder, parts, join, small)
    now = time.time()
    before: dict[str, float] = dict(superseded_of(manifest, folder / MANIFEST))
    listed = {part.file for commit in commits for part in commit.parts}
    # A file that a commit still lists stays named, or the commit would count again.
    after = {file: since for file, since in before.items() if file in listed or now - since < grace}
    after |= {part.file: now for part in joined}
    same = tuple(kept) == parts_of(manifest, folder / MANIFEST) and after == before
    # One that was written before there were checksums gets its own.
    if not same or (manifest and not is_sealed(folder / MANIFEST)):
        write_json(folder / MANIFEST, _manifest(manifest, kept, after))
        _flush_folder(folder)
    _remove_commits(commits)
    removed = _remove(folder / file for file in sorted(before.keys() - after) if _PART.fullmatch(file))
    unread = _remove_unread(folder, {part.file for part in joined if part.file in listed})
    after = {file: since for file, since in after.items() if file not in unread}
    return Compaction(
        folder=str(folder),
        commits=len(commits),
        parts=len(kept),
        joined=len(joined),
        waiting=sum((folder / file).exists() for file in after),
        removed=removed + len(unread),
        leftovers=_remove(_leftovers(folder, kept, after, now - grace)) + _remove_abandoned(folder),
    )


def _remove_unread(folder: Path, files: Collection[str]) -> Collection[str]:
    """Remove files that were joined, and of which only commits told readers, where nobody reads now; returns them."""
    if not files:
        return ()
    with nobody_reads(folder) as free:
        if not free:
            return ()
        manifest = read_folded(folder)
        rest = {file: since for file, since in superseded_of(manifest, folder / MANIFEST).items() if file not in files}
        write_json(folder / MANIFEST, _manifest(manifest, parts_of(manifest, folder / MANIFEST), rest))
        _flush_folder(folder)
        _remove(folder / file for file in sorted(files) if _PART.fullmatch(file))
        return files


def _manifest(before: Mapping[str, Any], parts: Sequence[Part], superseded: Mapping[str, float]) -> dict[str, Any]:
    rest = {name: value for name, value in before.items() if name not in ("parts", SUPERSEDED)}
    listing = {"format": FORMAT_VERSION, **rest, "parts": [asdict(part) for part in parts]}
    return listing | ({SUPERSEDED: dict(superseded)} if superseded else {})


def _require_whole(folder: Path, parts: Sequence[Part]) -> None:
    damaged = [part.file for part in parts if damage_of(folder, part)]
    if damaged:
        raise DatasetError(
            f"In {folder}, {', '.join(damaged)} is damaged, so nothing was compacted. "
            "Restore it from a copy, or build the dataset again."
        )


def _joined(folder: Path, parts: Sequence[Part], kinds: Collection[str], small: int) -> tuple[list[Part], list[Part]]:
    """The parts that count after joining, and those whose rows are in others now."""
    kept, gone = list(parts), list[Part]()
    for kind in kinds:
        few = [part for part in parts if part.kind == kind and part.bytes < small and _is_known_form(folder, part)]
        for group in _groups(sorted(few, key=lambda part: (part.low, part.high, part.file))):
            bits = _bits(folder, kind, group)
            # Fast: the strong compression saves a tenth of the bytes, and takes twenty times as long or more.
            new = write_part(folder, kind, _rows(folder, kind, group, bits), activation_bits=bits, bulk=True)
            kept = [part for part in kept if part not in group]
            kept.append(new)
            gone += group
    return kept, gone


def _groups(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Parts that fit into one, in order; a part that is alone stays as it is."""
    group: list[Part] = []
    for part in parts:
        if sum(entry.bytes for entry in group) + part.bytes > JOINED:
            if len(group) > 1:
                yield group
            group = []
        group.append(part)
    if len(group) > 1:
        yield group


def _is_known_form(folder: Path, part: Part) -> bool:
    """Whether rewriting would keep every column: a later version may have written more of them."""
    return bool(pq.read_schema(folder / part.file).names == SCHEMAS[part.kind].names)


def _rows(folder: Path, kind: str, parts: Sequence[Part], bits: int) -> pa.Table:
    """All rows of these parts in the order of SORTED_BY, of a result that is there more than once the newest."""
    if kind in IDENTITY and _has_doubles(folder, kind, parts):
        with connect() as connection:
            query = distinct(kind, source([(folder, part) for part in parts], kind), len(parts))
            table = connection.sql(query).to_arrow_table()
    else:
        schema = records_schema(bits) if kind == "records" else SCHEMAS[kind]
        tables = [_read(folder / part.file).cast(schema) for part in parts]
        # Each is in order: where they follow one another, nothing is left to sort, which long lists make slow.
        table = pa.concat_tables(sorted(tables, key=lambda one: _first(one, SORTED_BY[kind])))
    return table if _in_order(table, SORTED_BY[kind]) else table.sort_by([(n, "ascending") for n in SORTED_BY[kind]])


def _first(table: pa.Table, names: Sequence[str]) -> tuple[int, ...]:
    """These columns of the first row; nothing where there is none."""
    return tuple(table.column(name)[0].as_py() for name in names) if table.num_rows else ()


def _has_doubles(folder: Path, kind: str, parts: Sequence[Part]) -> bool:
    """Whether a result is there more than once: told by what names it, without reading long columns."""
    names = list(IDENTITY[kind])
    keys = pa.concat_tables([_read(folder / part.file, names).cast(_only(kind, names)) for part in parts])
    return bool(keys.group_by(names).aggregate([]).num_rows < keys.num_rows)


def _only(kind: str, names: Sequence[str]) -> pa.Schema:
    return pa.schema([SCHEMAS[kind].field(name) for name in names])


def _in_order(table: pa.Table, names: Sequence[str]) -> bool:
    """Whether rows are sorted by these columns of whole numbers, the first of which counts most."""
    after = np.ones(max(0, table.num_rows - 1), bool)
    for name in reversed(names):
        values = table.column(name).to_numpy()
        after = (values[1:] > values[:-1]) | ((values[1:] == values[:-1]) & after)
    return bool(after.all())


def _read(path: Path, columns: list[str] | None = None) -> pa.Table:
    with pq.ParquetFile(path) as file:
        return file.read(columns)


def _bits(folder: Path, kind: str, parts: Sequence[Part]) -> int:
    """32 as soon as one of the parts has 32-bit activations."""
    if kind != "records":
        return 16
    half = records_schema(16).field("activations").type
    return 16 if all(pq.read_schema(folder / p.file).field("activations").type == half for p in parts) else 32


def _flush_folder(folder: Path) -> None:
    """The renaming is on the disk before anything is removed, also where the power fails."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_commits(commits: Sequence[Commit]) -> None:
    for commit in commits:
        commit.path.unlink(missing_ok=True)


def _leftovers(folder: Path, parts: Sequence[Part], superseded: Mapping[str, float], before: float) -> Iterator[Path]:
    """Files in the form of parts or unfinished ones that nothing lists and that were last written before a time."""
    listed = {part.file for part in parts} | superseded.keys()
    listed |= {part.file for commit in read_commits(folder) for part in commit.parts}
    for path in sorted([*folder.iterdir(), *(folder / COMMITS).glob("*.tmp")]):
        is_ours = _UNFINISHED.fullmatch(path.name) or (_PART.fullmatch(path.name) and path.parent == folder)
        if is_ours and path.name not in listed and _written(path) < before:
            yield path


def _written(path: Path) -> float:
    """When a file was last written; now for one that its writer has just finished and renamed."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _remove_abandoned(folder: Path) -> int:
    """Remove folders in which the dataset that is here was made, which whoever made it is not there to do."""
    if not (folder / MANIFEST).exists():
        return 0  # what workers left is gone on with
    found = [path for path in folder.iterdir() if _ABANDONED.fullmatch(path.name) and not path.is_symlink()]
    for path in found:
        with contextlib.suppress(FileNotFoundError):  # its maker is just removing it
            shutil.rmtree(path)
    return len(found)


def _remove(paths: Iterator[Path]) -> int:
    """Remove files and say how many there were."""
    count = 0
    for path in list(paths):
        count += path.exists()
        path.unlink(missing_ok=True)
    return count
