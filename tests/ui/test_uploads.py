"""What the server holds of files that were given to it has a bound, however many come."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit import runtime
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime import memory_uploaded_file_manager
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile, UploadedFileRec

from neuronview.ui import uploads
from neuronview.ui.uploads import MB, BoundedUploads, Bounds
from tests.support.app_server import ROOT


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> BoundedUploads:
    monkeypatch.setattr(BoundedUploads, "bounds", Bounds(1_000, 2_500, 5))
    return BoundedUploads("/upload")


def give(manager: BoundedUploads, session: str, name: str, size: int) -> None:
    manager.add_file(session, UploadedFileRec(file_id=name, name="", type="", data=b"x" * (size - len(name))))


def kept(manager: BoundedUploads, session: str) -> list[str]:
    return list(manager.file_storage.get(session, {}))


def test_the_oldest_of_a_session_go(manager: BoundedUploads) -> None:
    for name in "abc":
        give(manager, "one", name, 400)
    assert kept(manager, "one") == ["b", "c"]
    assert manager.get_files("one", ["a"]) == []
    assert manager.held() == {"one": 800}


def test_however_many_come_no_more_is_held(manager: BoundedUploads) -> None:
    for number in range(300):
        give(manager, f"s{number % 7}", f"{number}", 90 + number)
        assert sum(manager.held().values()) <= 2_500
        assert max(manager.held().values()) <= 1_000


def test_empty_files_have_a_bound_too(manager: BoundedUploads) -> None:
    for number in range(50):
        give(manager, "one", f"{number}", 2)
    assert kept(manager, "one") == ["45", "46", "47", "48", "49"]


def test_names_and_ids_count(manager: BoundedUploads) -> None:
    for number in range(4):
        file = UploadedFileRec(file_id=f"{number}" * 300, name="n" * 100, type="t" * 50, data=b"")
        manager.add_file("one", file)
    assert len(kept(manager, "one")) == 2


def test_what_is_given_again_takes_the_place_of_the_first(manager: BoundedUploads) -> None:
    for _ in range(20):
        give(manager, "one", "a", 600)
    give(manager, "one", "b", 300)
    give(manager, "one", "a", 500)
    assert kept(manager, "one") == ["b", "a"]
    assert manager.held() == {"one": 800}


def test_what_is_deleted_leaves_room(manager: BoundedUploads) -> None:
    give(manager, "one", "a", 500)
    give(manager, "one", "b", 500)
    manager.remove_file("one", "b")
    give(manager, "one", "c", 500)
    assert kept(manager, "one") == ["a", "c"]
    for name in ("a", "c"):
        manager.remove_file("one", name)
    assert not manager.file_storage
    assert manager.get_stats() == {}


def test_who_holds_most_makes_room_for_others(manager: BoundedUploads) -> None:
    give(manager, "small", "a", 100)
    for session in ("x", "y"):
        for name in ("1", "2"):
            give(manager, session, name, 500)
    give(manager, "other", "b", 600)
    assert kept(manager, "small") == ["a"]
    assert kept(manager, "other") == ["b"]
    assert manager.held() == {"small": 100, "x": 500, "y": 1_000, "other": 600}


def test_one_file_always_has_room(manager: BoundedUploads) -> None:
    give(manager, "one", "a", 100)
    give(manager, "one", "b", 4_000)
    assert kept(manager, "one") == ["b"]
    give(manager, "two", "c", 100)
    assert manager.held() == {"two": 100}


def test_what_comes_after_the_session_is_over_is_not_held(
    manager: BoundedUploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Sessions:
        def get_session_info(self, session: str) -> object:
            return object() if session == "there" else None

    class Server:
        _session_mgr = Sessions()

    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", Server)
    give(manager, "gone", "a", 100)
    give(manager, "there", "a", 100)
    assert manager.held() == {"there": 100}


def test_a_file_that_has_gone_is_told_from_one() -> None:
    record = UploadedFileRec("a", "lists.json", "application/json", b"{}")
    assert uploads.is_here(UploadedFile(record, FileURLs(file_id="a")))
    assert not uploads.is_here(DeletedFile("a"))
    assert not uploads.is_here(None)


def test_threads_beside_each_other_stay_within_the_bounds(manager: BoundedUploads) -> None:
    def work(name: str) -> None:
        for number in range(300):
            give(manager, name, str(number % 3), 400)
            manager.remove_file(name, str(number % 3 + 1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, "abcd"))
    assert sum(manager.held().values()) <= manager.bounds.of_all + 4 * 400


def test_streamlits_server_holds_files_in_it() -> None:
    code = "import app\nprint(type(app.app._create_runtime().uploaded_file_mgr).__name__)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.split() == ["BoundedUploads"]


@pytest.mark.parametrize(("public", "most"), [("1", 40 * MB), ("", 400 * MB)])
def test_the_server_is_made_with_it(monkeypatch: pytest.MonkeyPatch, public: str, most: int) -> None:
    monkeypatch.setattr(BoundedUploads, "bounds", BoundedUploads.bounds)
    monkeypatch.setattr(memory_uploaded_file_manager, "MemoryUploadedFileManager", object)
    monkeypatch.setenv("NEURONVIEW_PUBLIC", public)
    uploads.bound_uploads()
    assert memory_uploaded_file_manager.MemoryUploadedFileManager is BoundedUploads
    assert BoundedUploads.bounds.of_a_session == most
