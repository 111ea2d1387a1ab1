"""A new dataset folder from rows of another format: written beside its place, one commit, whole or not at all."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from neuronview.errors import Cancelled, FormatError
from neuronview.formats.folder import new_folder
from neuronview.store.schema import SORTED_BY
from neuronview.store.write import Part, commit_parts, write_manifest, write_part

__all__ = ["Builder", "ImportReport", "building", "model_note", "now"]


@dataclass(frozen=True)
class ImportReport:
    """What an import made."""

    folder: str
    format: str
    rows: dict[str, int]
    """Rows by kind."""
    bytes: int
    seconds: float
    notes: list[str] = field(default_factory=list)
    """What a reader should know of it, in words."""


class Builder:
    """Takes rows and writes them as parts."""

    def __init__(self, folder: Path, should_stop: Callable[[], bool]) -> None:
        """Into `folder`; `should_stop` is asked before every part."""
        self.folder = folder
        self.bits = 16
        """Of a stored activation."""
        self.rows = Counter[str]()
        self.notes: list[str] = []
        self._parts: list[Part] = []
        self._should_stop = should_stop

    def write(self, kind: str, table: pa.Table) -> None:
        """Write rows of a kind, in any order; FormatError when they are not what the kind holds."""
        if self._should_stop():
            raise Cancelled("Stopped. Nothing was written; start it again to import.")
        if table.num_rows:
            ordered = table.sort_by([(name, "ascending") for name in SORTED_BY[kind]])
            try:
                self._parts.append(write_part(self.folder, kind, ordered, activation_bits=self.bits, bulk=True))
            except (pa.ArrowException, ValueError, TypeError) as error:
                raise FormatError(f"the rows of {kind} are not what such rows must be: {error}") from error
            self.rows[kind] += table.num_rows

    def finish(self, manifest: Mapping[str, Any], *, label: str) -> None:
        """Commit the parts and write the manifest."""
        commit_parts(self.folder, self._parts, label=label)
        write_manifest(self.folder, manifest)


@contextmanager
def building(out: Path, form: str, report: list[ImportReport], *, should_stop: Callable[[], bool]) -> Iterator[Builder]:
    """Give what takes rows; after the block the dataset is at `out` and its report in the list."""
    begun = time.monotonic()
    with new_folder(out) as folder:
        builder = Builder(folder, should_stop)
        yield builder
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    report.append(ImportReport(str(out), form, dict(builder.rows), size, time.monotonic() - begun, builder.notes))


def model_note(model: Mapping[str, Any], source: str, out: Path) -> str:
    """That the model is not in the files, and the command that says where it is for the dataset at `out`."""
    return (
        f"The model, {model['n_layers']} layers of {model['n_neurons']:,} {source}, is not in the files ("
        f"{model['path']}). Live pages need it: python -m neuronview datasets model {shlex.quote(str(out))} FOLDER"
    )


def now() -> str:
    """The time as manifests and notes have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
