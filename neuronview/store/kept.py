"""One small JSON file that several processes change at once, and lose nothing: what a person keeps by hand.

A change reads, changes and writes under a lock; the file is replaced by renaming, so that readers never wait and a
crash leaves it as it was. A file that cannot be understood is told, and never overwritten. Knows no content.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from neuronview.errors import DatasetError, FormatError
from neuronview.store.write import unsealed, write_json

__all__ = ["KeptFile", "exported"]

FORMAT = 1


def exported(content: bytes, *, kind: str, noun: str) -> dict[str, Any]:
    """The JSON object of a file that was exported here as `kind`; FormatError, with the noun, for any other."""
    try:
        document = unsealed(content)
    except orjson.JSONDecodeError as error:
        raise FormatError(f"The file is no JSON ({error}). Choose a file that was exported here.") from error
    except ValueError as error:
        raise FormatError(f"The file is no export of {noun}: {error}. Choose one that was exported here.") from error
    if document.get("kind") != kind or document.get("format") != FORMAT:
        raise FormatError(
            f"The file is no export of {noun} (kind “{kind}”, format {FORMAT}). Choose one that was exported here."
        )
    return document


class KeptFile:
    """A JSON object in a file; `path` need not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any]:
        """What the file holds, empty where there is none; DatasetError where it cannot be understood."""
        try:
            content = unsealed(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self.damaged(f"it cannot be read: {error}") from error
        if content.get("format") != FORMAT:
            raise self.damaged(f"it is of format {content.get('format')!r}, and this version reads {FORMAT}")
        return content

    def damaged(self, reason: str) -> DatasetError:
        """The error for a file that says something else than it should."""
        return DatasetError(
            f"What you keep in {self.path} cannot be used ({reason}). Restore that file from a copy, or move it away "
            "to begin anew; nothing was changed."
        )

    def change(self, changed: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Replace the content by `changed(content)`; no other process changes it meanwhile.

        Raises DatasetError when the file is damaged or cannot be written, and whatever `changed` raises: the file
        then stays as it was.
        """
        with self._alone():
            before = self.read()
            after = {"format": FORMAT} | changed(before)
            if after != before:
                write_json(self.path, after)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        import fcntl  # only where files can be locked so; reading needs none of it

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise DatasetError(
                f"{self.path.name} could not be written in {self.path.parent} ({error.strerror or error}). "
                "Free space or choose a folder that can be written; what was there is unchanged."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)  # which gives the lock back, as the end of the process does
