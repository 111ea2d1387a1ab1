"""A file that was made for a visitor is there when its browser asks for it, and not for ever."""

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from neuronview.ui import downloads
from neuronview.ui.downloads import KEPT, keep_downloads


class Server:
    """Streamlit's own manager of files, with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.storage = MemoryMediaFileStorage("/media")
        self.manager = MediaFileManager(self.storage)
        self.asked = 0

    def make(self, content: bytes) -> str:
        """What a press on a download button does; gives the file's name."""
        self.asked += 1
        file = self.manager.add_deferred(lambda: content, "text/csv", f"button {self.asked}", "a.csv")
        return self.manager.execute_deferred(file).rpartition("/")[2]

    def pages(self, count: int) -> None:
        """So many pages of others come to their end."""
        for _ in range(count):
            self.manager.remove_orphaned_files()

    def has(self, name: str) -> bool:
        try:
            return bool(self.storage.get_file(name).content)
        except MediaFileStorageError:
            return False


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(downloads.Kept.__init__, "__kwdefaults__", {"clock": lambda: made.now})
    keep_downloads(made.manager)
    keep_downloads(made.manager)
    return made


def test_a_file_is_there_however_many_pages_end_before_it_is_fetched(server: Server) -> None:
    name = server.make(b"rows")
    server.pages(50)
    assert server.has(name)


def test_files_that_were_given_up_are_forgotten_with_later_ones(server: Server) -> None:
    name = server.make(b"rows")
    server.pages(2)
    server.now += KEPT
    later = server.make(b"others")
    server.pages(2)
    assert not server.has(name)
    assert server.has(later)


def test_a_file_that_is_made_once_more_stays_though_it_was_given_up_before(server: Server) -> None:
    server.make(b"rows")
    server.pages(2)
    server.now += KEPT
    server.make(b"others")
    server.pages(1)
    again = server.make(b"rows")
    server.pages(1)
    assert server.has(again)
