"""Lists and notes: what is added stays, from several processes too, and damaged documents change nothing."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from neuronview.errors import BadInput, DatasetError, FormatError
from neuronview.records import NeuronId
from neuronview.store.lists import BOOKMARKS, NeuronLists
from neuronview.store.manifest import Manifest, ModelInfo
from neuronview.store.views import SavedViews

HOSTILE = "<script>alert(1)</script> $x$ **bold** [a](javascript:b) ‮ 'drop"
A, B, C = NeuronId(0, 1), NeuronId(1, 4), NeuronId(2, 17)


def manifest(fingerprint: str = "m") -> Manifest:
    return Manifest("small", ModelInfo("model", fingerprint, "gelu", 4, 1024))


@pytest.fixture
def lists(tmp_path: Path) -> NeuronLists:
    return NeuronLists(tmp_path / "own", manifest())


def test_before_anything_is_kept_there_is_the_empty_list_of_bookmarks(lists: NeuronLists) -> None:
    assert lists.read().lists == {BOOKMARKS: ()}
    assert lists.stamp == 0


def test_neurons_stay_in_the_order_they_were_added_each_once(lists: NeuronLists) -> None:
    lists.add("mine", [B, A])
    lists.add("mine", [A, C, B])
    lists.add(BOOKMARKS, [C])
    assert lists.read().lists == {BOOKMARKS: (C,), "mine": (B, A, C)}
    assert lists.read().holding(C) == [BOOKMARKS, "mine"]
    lists.remove("mine", [A])
    assert lists.read().lists["mine"] == (B, C)


def test_a_note_belongs_to_the_neuron_and_outlives_its_lists(lists: NeuronLists) -> None:
    lists.add("mine", [A])
    lists.note(A, "  quotes?\n")
    lists.delete("mine")
    assert lists.read().notes == {A: "quotes?"}
    lists.note(A, " ")
    assert lists.read().notes == {}


def test_names_and_notes_are_any_text(lists: NeuronLists) -> None:
    lists.add(HOSTILE.replace("‮", ""), [A])
    lists.note(A, HOSTILE)
    kept = NeuronLists(lists._file.path.parent, manifest()).read()
    assert kept.lists[HOSTILE.replace("‮", "")] == (A,)
    assert kept.notes[A] == HOSTILE


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81, "\u202eabc"])
def test_names_that_cannot_be_shown_in_a_line_are_refused(lists: NeuronLists, name: str) -> None:
    with pytest.raises(BadInput, match="1 to 80 characters"):
        lists.add(name, [A])


def test_neurons_that_the_model_does_not_have_and_long_notes_are_refused(lists: NeuronLists) -> None:
    with pytest.raises(BadInput, match="layers 0 to 3"):
        lists.add("mine", [A, NeuronId(4, 0)])
    with pytest.raises(BadInput, match="4000"):
        lists.note(A, "x" * 4001)
    assert not lists._file.path.exists()


def test_a_list_gets_another_name_unless_that_is_taken(lists: NeuronLists) -> None:
    lists.add("mine", [A])
    lists.rename("mine", "yours")
    assert lists.read().lists["yours"] == (A,)
    with pytest.raises(BadInput, match="already"):
        lists.rename("yours", BOOKMARKS)
    with pytest.raises(BadInput, match="no list"):
        lists.rename("mine", "new")


ADDING = """
import sys
from pathlib import Path
from neuronview.records import NeuronId
from neuronview.store.lists import NeuronLists
from tests.store.test_lists import manifest
lists = NeuronLists(Path(sys.argv[1]), manifest())
for number in range(int(sys.argv[2]), 45, 3):
    lists.add("mine", [NeuronId(0, number)])
    lists.note(NeuronId(0, number), f"note {number}")
"""


def test_processes_that_write_at_once_lose_nothing(lists: NeuronLists) -> None:
    folder = str(lists._file.path.parent)
    at_work = [subprocess.Popen([sys.executable, "-c", ADDING, folder, str(first)]) for first in range(3)]
    assert [process.wait(timeout=180) for process in at_work] == [0, 0, 0]
    kept = lists.read()
    assert sorted(kept.lists["mine"]) == [NeuronId(0, number) for number in range(45)]
    assert len(kept.notes) == 45


def test_an_export_brings_lists_and_notes_to_another_home(lists: NeuronLists, tmp_path: Path) -> None:
    lists.add("mine", [B, A])
    lists.note(A, HOSTILE)
    lists.note(C, "not in the list")
    other = NeuronLists(tmp_path / "other", manifest())
    found = other.import_document(lists.export(["mine"]))
    assert (found.lists, found.neurons, found.notes) == (1, 2, 1)
    assert other.read().lists["mine"] == (B, A)
    assert other.read().notes == {A: HOSTILE}


def test_an_import_takes_nothing_away_and_is_the_same_twice(lists: NeuronLists, tmp_path: Path) -> None:
    lists.add("mine", [A])
    lists.note(A, "theirs")
    other = NeuronLists(tmp_path / "other", manifest())
    other.add("mine", [C])
    other.note(A, "own")
    for _ in range(2):
        other.import_document(lists.export(["mine"]))
        assert other.read().lists["mine"] == (C, A)
        assert other.read().notes == {A: "own\ntheirs"}


def test_notes_that_together_are_too_long_are_refused_and_both_stay(lists: NeuronLists, tmp_path: Path) -> None:
    lists.add("mine", [A])
    lists.note(A, "x" * 3000)
    other = NeuronLists(tmp_path / "other", manifest())
    other.note(A, "y" * 3000)
    with pytest.raises(BadInput, match="notes"):
        other.import_document(lists.export(["mine"]))
    assert other.read().notes == {A: "y" * 3000}


GOOD = {"kind": "neuronview-lists", "format": 1, "model": {"path": "model", "fingerprint": "m"}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "no export of lists"),
        (orjson.dumps(GOOD | {"format": 2, "lists": {}}), "format 1"),
        (orjson.dumps(GOOD | {"kind": "neuronview-views", "lists": {}}), "no export of lists"),
        (orjson.dumps(GOOD | {"model": {"path": "gpt2-xl", "fingerprint": "x"}, "lists": {}}), "gpt2-xl"),
        (orjson.dumps(GOOD | {"lists": [1]}), "objects"),
        (orjson.dumps(GOOD | {"lists": {"mine": "0:1"}}), "mine"),
        (orjson.dumps(GOOD | {"lists": {"mine": ["0:1", "9:1"]}}), "9:1"),
        (orjson.dumps(GOOD | {"lists": {"mine": ["9" * 5000 + ":1"]}}), "no neuron"),
        (orjson.dumps(GOOD | {"lists": {"mine": [17]}}), "no neuron"),
        (orjson.dumps(GOOD | {"lists": {" ": ["0:1"]}}), "1 to 80"),
        (orjson.dumps(GOOD | {"lists": {}, "notes": {"0:1": 5}}), "no text"),
    ],
)
def test_a_damaged_document_is_refused_in_words_and_changes_nothing(
    lists: NeuronLists, content: bytes, words: str
) -> None:
    lists.add("mine", [A])
    before = lists._file.path.read_bytes()
    with pytest.raises((FormatError, BadInput), match=words):
        lists.import_document(content)
    assert lists._file.path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": 9}', b'{"format": 1, "lists": {"a": ["99:0"]}}'])
def test_a_damaged_file_is_told_and_never_overwritten(lists: NeuronLists, content: bytes) -> None:
    lists.add("mine", [A])
    lists._file.path.write_bytes(content)
    for act in (lists.read, lambda: lists.add("mine", [B]), lambda: lists.note(A, "x")):
        with pytest.raises(DatasetError, match=r"lists\.json"):
            act()
    assert lists._file.path.read_bytes() == content


# --- views -----------------------------------------------------------------------------------------------------------

VIEW = {"q": ("quotes",), "browse_layers": ("1", "2")}


@pytest.fixture
def views(tmp_path: Path) -> SavedViews:
    return SavedViews(tmp_path / "own")


def test_a_view_is_kept_renamed_and_removed(views: SavedViews) -> None:
    views.save(HOSTILE.replace("‮", ""), VIEW)
    views.save("b", {})
    views.rename(HOSTILE.replace("‮", ""), "a")
    assert views.read() == {"a": VIEW, "b": {}}
    with pytest.raises(BadInput, match="already"):
        views.rename("a", "b")
    views.delete("a")
    assert views.read() == {"b": {}}


def test_a_view_of_another_content_gets_a_number_on_import(views: SavedViews, tmp_path: Path) -> None:
    views.save("a", VIEW)
    other = SavedViews(tmp_path / "other")
    other.save("a", {"q": ("other",)})
    assert other.import_document(views.export()) == ["a (2)"]
    assert other.import_document(views.export()) == []
    assert other.read() == {"a": {"q": ("other",)}, "a (2)": VIEW}


def test_a_long_name_that_is_taken_is_cut_for_its_number(views: SavedViews, tmp_path: Path) -> None:
    name = "n" * 80
    views.save(name, VIEW)
    other = SavedViews(tmp_path / "other")
    other.save(name, {"q": ("other",)})
    assert other.import_document(views.export()) == ["n" * 76 + " (2)"]
    assert other.import_document(views.export()) == []
    assert other.read()["n" * 76 + " (2)"] == VIEW


def test_half_a_surrogate_pair_is_no_text_of_a_view(views: SavedViews) -> None:
    with pytest.raises(FormatError, match="no text"):
        views.save("a", {"q": ("\ud800",)})
    assert views.read() == {}


@pytest.mark.parametrize(
    ("views_given", "words"),
    [
        ([1], "object"),
        ({"a": 1}, "no parameters"),
        ({"a": {"dataset": ["x"]}}, "does not know: dataset"),
        ({"a": {"q": "x"}}, "list"),
        ({"a": {"q": [1]}}, "no text"),
        ({"a": {"q": ["x" * 2001]}}, "too long"),
        ({"": {}}, "1 to 80"),
    ],
)
def test_damaged_views_are_refused_and_change_nothing(views: SavedViews, views_given: object, words: str) -> None:
    views.save("kept", VIEW)
    document = orjson.dumps({"kind": "neuronview-views", "format": 1, "views": views_given})
    with pytest.raises((FormatError, BadInput), match=words):
        views.import_document(document)
    assert views.read() == {"kept": VIEW}
