"""Everything that is wrong with a dataset's files, and what cannot be told of them: what `check` says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from neuronview.errors import DatasetError
from neuronview.store.manifest import committed_parts, parts_of, read_listing, superseded_of
from neuronview.store.schema import SORTED_BY
from neuronview.store.whole import damage_of
from neuronview.store.write import COMMITS, MANIFEST, Part, is_sealed, rows_and_range

__all__ = ["Checked", "check_folder", "damaged_parts"]


@dataclass(frozen=True)
class Checked:
    """What was found in one folder."""

    parts: int
    """Files of rows that were read through."""
    bytes: int
    problems: tuple[str, ...]
    """What is wrong, a sentence each, every damaged file named."""
    unsealed: tuple[str, ...]
    """Listings of parts that have no checksum of their own: they were written before there was one."""


def check_folder(folder: Path) -> Checked:
    """Compare every part of a folder with its checksum, and the manifest and commits with theirs.

    Damage is told, not raised, so that all of it is named.
    """
    problems: list[str] = []
    unsealed: list[str] = []
    parts: dict[str, tuple[Path, Part]] = {}
    superseded: set[str] = set()
    # The manifest last: a commit that is folded meanwhile is then found in the one or the other.
    for path in [*sorted((folder / COMMITS).glob("*.json")), folder / MANIFEST]:
        try:
            listing = read_listing(path)
            parts = {part.file: (path, part) for part in parts_of(listing, path)} | parts
            superseded |= set(superseded_of(listing, path))
            unsealed += [] if is_sealed(path) else [path.relative_to(folder).as_posix()]
        except (DatasetError, FileNotFoundError) as error:
            # Not there: a commit that was folded, or the manifest of a user's folder that was never compacted.
            if path.exists():
                problems.append(str(error))
    counted = [entry for file, entry in sorted(parts.items()) if file not in superseded]
    names = {folder / name for name in unsealed}
    for path, part in counted:
        problem = damage_of(folder, part) or (_otherwise(folder, part) if path in names else None)
        if problem:
            problems.append(f"{path} lists {problem}. Restore it from a copy, or build the dataset again.")
    return Checked(len(counted), sum(part.bytes for _, part in counted), tuple(problems), tuple(unsealed))


def _otherwise(folder: Path, part: Part) -> str | None:
    """What a listing without a checksum says of a whole part that its rows do not; None where it agrees.

    Rows outside the range that a listing gives are not looked for, so they would be missing without a word.
    """
    if part.kind not in SORTED_BY:
        return None
    column = SORTED_BY[part.kind][0]
    try:
        found = rows_and_range(pq.read_table(folder / part.file, columns=[column]), column)
    except (OSError, pa.ArrowException) as error:
        return f"{part.file}, which cannot be read ({error})"
    if found == (part.rows, part.low, part.high):
        return None
    said = f"{part.rows:,} rows with {column} {part.low} to {part.high}"
    return f"{part.file} with {said}, which holds {found[0]:,} with {found[1]} to {found[2]}"


def damaged_parts(folder: Path) -> list[str]:
    """Names of the parts whose bytes are not those that were committed; DatasetError for a listing that is damaged."""
    parts = [part for entries in committed_parts(folder).values() for part in entries]
    return sorted(part.file for part in parts if damage_of(folder, part))
