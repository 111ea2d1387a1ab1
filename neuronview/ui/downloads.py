"""Files that are made when they are asked for stay until they were fetched, however busy the server is.

Streamlit forgets such a file at the second end of anybody's page after it was made. Where many visitors open pages,
that is sooner than the browser that asked can fetch it, which then says that the file is not there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container

from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager

__all__ = ["KEPT", "Kept", "keep_downloads"]

KEPT = 15.0
"""Seconds; a browser fetches at once what was made for it."""


class Kept:
    """Files that were given up, and are forgotten so many seconds later, when others are given up.

    Streamlit's manager calls it under a lock of its own.
    """

    def __init__(
        self, forget: Callable[[str], None], needed: Container[str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`needed` has those that somebody uses: a file that is made once more has the same name."""
        self._forget, self._needed, self._clock = forget, needed, clock
        self._since: dict[str, float] = {}

    def __call__(self, name: str) -> None:
        """Give up a file."""
        now = self._clock()
        self._since[name] = now
        for old in [other for other, since in self._since.items() if since <= now - KEPT]:
            del self._since[old]
            if old not in self._needed:
                self._forget(old)


def keep_downloads(manager: MediaFileManager | None = None) -> None:
    """Have this server keep its files so; nothing more where it does already."""
    found = manager or runtime.get_instance().media_file_mgr
    storage = found._storage
    if not isinstance(storage.delete_file, Kept):
        setattr(storage, "delete_file", Kept(storage.delete_file, found._file_metadata))  # noqa: B010 - a method
