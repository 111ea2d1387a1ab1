"""How much the server holds of files that were given to it.

Streamlit takes any number of files for a session, under whatever ids it is asked to, and holds them in memory until
the session is over. Here each session has a bound, and all have one together: where a file goes beyond one, the oldest
go, first those of the session that holds most. The pages read a file as soon as it has come. Streamlit goes on asking
for it while the widget names it, and where it has gone gives what `is_here` tells from a file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, TypeGuard

from streamlit import runtime
from streamlit.runtime import memory_uploaded_file_manager
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from neuronview.config import is_public

__all__ = ["LOCAL", "PUBLIC", "BoundedUploads", "Bounds", "bound_uploads", "is_here"]

MB = 1024 * 1024


@dataclass(frozen=True)
class Bounds:
    """Bytes, and files, that are held at once; one file always has room."""

    of_a_session: int
    of_all: int
    files: int
    """Of a session, since an empty one takes memory too."""


PUBLIC = Bounds(40 * MB, 160 * MB, 20)
"""A visitor gives lists and views alone."""
LOCAL = Bounds(400 * MB, 800 * MB, 200)
"""A person's own texts, of at most 20 MB each (server.maxUploadSize)."""


class BoundedUploads(MemoryUploadedFileManager):
    """Streamlit's, within bounds; what comes for a session that is over is not held: it would never go."""

    bounds = LOCAL

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """Take a file; the oldest go where there is no room."""
        if not _is_there(session_id):
            return
        size = _size(file)
        self.remove_file(session_id, file.file_id)  # it then comes as the newest
        held = self._held(session_id)
        while held and (len(held) >= self.bounds.files or sum(held.values()) + size > self.bounds.of_a_session):
            self._drop_oldest(session_id, held)
        self._make_room(size)
        super().add_file(session_id, file)

    def remove_file(self, session_id: str, file_id: str) -> None:
        """Let a file go, and the place of a session that has no other."""
        super().remove_file(session_id, file_id)
        with self._lock:
            if not self.file_storage.get(session_id, True):
                del self.file_storage[session_id]

    def held(self) -> dict[str, int]:
        """Bytes of each session's files."""
        with self._lock:
            sessions = {name: list(files.values()) for name, files in self.file_storage.items()}
        return {name: sum(map(_size, files)) for name, files in sessions.items()}

    def _held(self, session_id: str) -> dict[str, int]:
        """Bytes of each of its files, oldest first."""
        with self._lock:
            return {file_id: _size(file) for file_id, file in self.file_storage.get(session_id, {}).items()}

    def _make_room(self, size: int) -> None:
        """Of all sessions', the oldest file of the one that holds most goes first."""
        all_held = self.held()
        while all_held and sum(all_held.values()) + size > self.bounds.of_all:
            most = max(all_held, key=all_held.__getitem__)
            if held := self._held(most):  # another thread may have been here
                self._drop_oldest(most, held)
            all_held = self.held()

    def _drop_oldest(self, session_id: str, held: dict[str, int]) -> None:
        oldest = next(iter(held))
        del held[oldest]
        self.remove_file(session_id, oldest)


def bound_uploads() -> None:
    """The server that is made next holds what comes within the bounds of its mode."""
    BoundedUploads.bounds = PUBLIC if is_public(os.environ) else LOCAL
    memory_uploaded_file_manager.MemoryUploadedFileManager = BoundedUploads  # type: ignore[misc]


def is_here(given: Any) -> TypeGuard[UploadedFile]:
    """Whether the value of a field for a file is one that is still held."""
    return isinstance(given, UploadedFile)


def _size(file: UploadedFileRec) -> int:
    return len(file.data) + len(file.name) + len(file.type) + len(file.file_id)


def _is_there(session_id: str) -> bool:
    """Whether there is such a session, if only until its window is back."""
    if not runtime.exists():
        return True
    return runtime.get_instance()._session_mgr.get_session_info(session_id) is not None
