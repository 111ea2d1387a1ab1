"""Compaction: the same rows before, after and at every moment between, whoever reads, writes or crashes."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neuronview.errors import DatasetError
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, compact, damaged_parts, save_explanations
from neuronview.store import manifest as listings
from neuronview.store.alone import alone
from neuronview.store.convert import explanation_table
from neuronview.store.manifest import committed_parts
from neuronview.store.schema import FILES, records_schema
from neuronview.store.write import commit_parts, write_part
from tests.support import by_hand
from tests.support import small_dataset as small

# By its name in sys.modules: the package gives the function under the same name.
module = sys.modules["neuronview.store.compact"]

Rows = dict[str, Counter[str]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of three commits, the last two with an explanation each."""
    folder = small.build(tmp_path_factory.mktemp("built") / "small")
    for text in ("One idea.", "Another idea."):
        add(folder, text)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "small"))


def add(folder: Path, text: str) -> None:
    save_explanations(folder, [small.explanation(1, 2, "person", 0.9, text)], label="run")


def rows(folder: Path) -> Rows:
    """How often each row is there, by table, read with pyarrow from the parts that count."""
    return {
        kind: Counter(repr(row) for part in parts for row in pq.read_table(folder / part.file).to_pylist())
        for kind, parts in committed_parts(folder).items()
    }


def commits(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "commits").glob("*.json"))


@pytest.mark.parametrize("join", [False, True])
def test_every_table_has_the_same_rows_and_the_manifest_lists_them_all(folder: Path, join: bool) -> None:
    before = rows(folder)
    told = compact(folder, join=join)
    assert rows(folder) == before
    assert sum(before["explanations"].values()) == 22
    assert commits(folder) == []
    listed = orjson.loads((folder / "dataset.json").read_bytes())["parts"]
    assert (told.commits, told.parts) == (3, len(listed))
    assert len(listed) == (6 if join else 12)
    assert damaged_parts(folder) == []
    assert orjson.loads((folder / "dataset.json").read_bytes()).items() >= small.manifest().items()


def test_a_second_compaction_finds_nothing_to_do(folder: Path) -> None:
    compact(folder, join=True)
    before = (folder / "dataset.json").stat().st_mtime_ns
    told = compact(folder, join=True)
    assert (told.commits, told.joined) == (0, 0)
    assert (folder / "dataset.json").stat().st_mtime_ns == before


class Crash(BaseException):
    """The process ends here."""


def crash_at(step: int, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> None:
    """End at the step-th renaming or removal, before it is done or right after."""
    left = [step]

    def counted(original: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: Any, **options: Any) -> None:
            left[0] -= 1
            if left[0] == 0 and not done:
                raise Crash
            original(*arguments, **options)
            if left[0] == 0:
                raise Crash

        return call

    monkeypatch.setattr(os, "replace", counted(os.replace))
    monkeypatch.setattr(os, "unlink", counted(os.unlink))


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("step", [*range(1, 12), 19])
def test_a_crash_at_any_step_loses_nothing_and_doubles_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: int, done: bool
) -> None:
    # Four parts, the manifest, three commits, the manifest again, ten parts that were joined: nineteen steps.
    before = rows(folder)
    with monkeypatch.context() as patched:
        crash_at(step, patched, done=done)
        with pytest.raises(Crash):
            compact(folder, join=True)
    assert rows(folder) == before
    Dataset(folder).close()
    compact(folder, join=True, grace=0)
    assert rows(folder) == before
    assert commits(folder) == []


def test_nineteen_steps_are_all_there_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash_at(20, monkeypatch, done=False)
    compact(folder, join=True)


def test_a_crash_before_the_removal_followed_by_a_late_compaction_counts_nothing_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(folder)
    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(module, "_remove_commits", lambda commits: raise_crash())
            with pytest.raises(Crash):
                compact(folder, join=True, grace=0)
        assert len(commits(folder)) == 3
        assert rows(folder) == before


def raise_crash() -> None:
    raise Crash


def test_a_commit_made_meanwhile_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = module.write_json

    def late(path: Path, content: dict[str, Any]) -> None:
        if commits(folder):
            add(folder, "A late idea.")
        monkeypatch.setattr(module, "write_json", original)
        original(path, content)

    monkeypatch.setattr(module, "write_json", late)
    assert compact(folder, join=True).waiting == 0
    assert len(commits(folder)) == 1
    assert len(Dataset(folder).explanations((1, 2))) == 5


def test_writers_and_compactions_at_once_lose_nothing(folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(lambda: [add(folder, f"Idea {number}.") for number in range(6)])
        while not writing.done():
            compact(folder, join=True)
        writing.result()
    compact(folder)
    texts = [found.text for found in Dataset(folder).explanations((1, 2)) if found.explainer == "person"]
    assert sorted(texts) == sorted(["One idea.", "Another idea.", *(f"Idea {number}." for number in range(6))])


def test_a_file_that_its_writer_finishes_while_leftovers_are_looked_for_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished = folder / "scores-0123456789ab.parquet.tmp"
    listing = Path.iterdir

    def iterdir(path: Path) -> Any:
        return [*listing(path), unfinished] if path == folder else listing(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert compact(folder).leftovers == 0


@pytest.mark.parametrize("join", [False, True])
def test_a_reader_that_is_overtaken_between_its_two_listings_counts_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, join: bool
) -> None:
    before = rows(folder)
    calls = []

    def overtaken(original: Callable[[Path], Any]) -> Callable[[Path], Any]:
        def call(path: Path) -> Any:
            found = original(path)
            calls.append(path)
            if len(calls) == 1:
                compact(path, join=join)
            return found

        return call

    for name in ("read_commits", "read_folded"):
        monkeypatch.setattr(listings, name, overtaken(getattr(listings, name)))
    assert rows(folder) == before
    assert len(calls) == 2
    assert damaged_parts(folder) == []


def test_files_that_were_joined_go_at_once_where_nobody_has_the_dataset_open(folder: Path) -> None:
    before = rows(folder)
    Dataset(folder)  # which is given up again
    told = compact(folder, join=True)
    assert (told.joined, told.removed, told.waiting) == (10, 10, 0)
    assert {path.name for path in folder.glob("*.parquet")} == {
        part.file for parts in committed_parts(folder).values() for part in parts
    }
    assert "superseded" not in orjson.loads((folder / "dataset.json").read_bytes())
    assert rows(folder) == before


def test_a_process_that_has_the_dataset_open_keeps_the_files_that_were_joined(folder: Path) -> None:
    code = "import sys; from pathlib import Path; from neuronview.store.reading import Hold; "
    code += "held = Hold([Path(sys.argv[1])]); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        told = compact(folder, join=True)
        other.kill()
    assert (told.removed, told.waiting) == (0, 10)


def test_files_that_the_manifest_named_before_stay_for_a_day(folder: Path) -> None:
    compact(folder)
    told = compact(folder, join=True)
    assert (told.joined, told.removed, told.waiting) == (10, 0, 10)


def test_a_part_that_is_listed_twice_counts_once(folder: Path) -> None:
    before = rows(folder)
    kept = {name: (folder / "commits" / name).read_bytes() for name in commits(folder)}
    compact(folder)
    for name, content in kept.items():
        (folder / "commits" / name).write_bytes(content)
    assert rows(folder) == before


def test_who_has_the_dataset_open_goes_on_reading_until_the_grace_is_over(folder: Path) -> None:
    opened = Dataset(folder)
    told = compact(folder, join=True)
    assert (told.joined, told.waiting) == (10, 10)
    assert len(opened.neuron((1, 3)).top) == small.SIZES["top"]
    assert opened.current_stamp() != opened.stamp
    before = rows(folder)
    told = compact(folder, grace=0)
    assert (told.removed, told.waiting) == (10, 0)
    assert rows(folder) == before
    assert len(list(folder.glob("*.parquet"))) == 6
    with pytest.raises(DatasetError, match="cannot be read"):
        opened.neuron((1, 3))


def test_what_a_crashed_writer_left_is_removed_when_it_is_old(folder: Path) -> None:
    table = small.vocabulary()
    old, fresh = (folder / write_part(folder, "vocabulary", table).file for _ in range(2))
    unfinished = folder / "commits" / "0123456789abcdef.json.01234567.tmp"
    copied = folder / "scores-0123456789ab.parquet.01234567.tmp"
    for path in (unfinished, copied):
        path.write_text("{")
    own = folder / "notes-of-mine.parquet"
    own.write_text("not a part")
    for path in (old, unfinished, copied, own):
        os.utime(path, (0, 0))
    assert compact(folder).leftovers == 3
    assert [path.exists() for path in (old, unfinished, copied, fresh, own)] == [False, False, False, True, True]


def test_folders_in_which_a_dataset_was_made_go_once_it_is_in_its_place(folder: Path, tmp_path: Path) -> None:
    def leave(where: Path) -> list[Path]:
        left = [where / name for name in (".pass-0a1b2c_d", ".work", ".pass-of-mine")]
        for path in left:
            path.mkdir(parents=True)
            (path / "dataset.json").write_text("{")
        return left

    here, unfinished = leave(folder), leave(tmp_path / "unfinished")
    assert compact(folder).leftovers == 2
    assert [path.exists() for path in here] == [False, False, True]
    assert compact(tmp_path / "unfinished").leftovers == 0
    assert all(path.exists() for path in unfinished)


def test_a_damaged_part_is_refused_and_nothing_changes(folder: Path) -> None:
    part = next(folder.glob("records-*.parquet"))
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with pytest.raises(DatasetError, match=f"{part.name} is damaged, so nothing was compacted"):
        compact(folder, join=True)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_one_compaction_at_a_time(folder: Path) -> None:
    with alone(folder), pytest.raises(DatasetError, match="Another process is at work"):
        compact(folder)
    assert compact(folder).commits == 3


def test_the_newest_of_equal_results_counts_before_and_after_joining(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    for created, value in (("2030-01-01T00:00:00", 0.25), ("2030-01-03T00:00:00", 0.75), ("2030-01-02T00:00:00", 0.5)):
        found = small.explanation(1, 2, "person", 0.0, "The same idea.")
        provenance = replace(found.provenance, created=created)
        scores = [replace(found.scores[0], ev_correlation=value, provenance=provenance)]
        save_explanations(mine, [replace(found, scores=scores)], label="run")
    for _ in range(2):
        again = Dataset(folder, overlay=mine)
        (found,) = (entry for entry in again.explanations((1, 2)) if entry.text == "The same idea.")
        assert [score.value for score in found.scores] == [0.75]
        compact(mine, join=True, grace=0)
    assert [part.rows for part in committed_parts(mine)["scores"]] == [1]


def test_activations_of_32_bits_stay_exact(folder: Path) -> None:
    values = [0.1, 1e-30, 70000.0]
    row = {"layer": 1, "neuron": 4, "group": "top", "rank": 9, "excerpt_id": 0, "activations": values}
    table = pa.Table.from_pylist([row], schema=records_schema(32))
    commit_parts(folder, [write_part(folder, "records", table, activation_bits=32)], label="exact")
    before = rows(folder)["records"]
    compact(folder, join=True)
    assert rows(folder)["records"] == before


def test_a_table_of_a_later_version_is_kept(folder: Path) -> None:
    part = write_part(folder, "vocabulary", small.vocabulary())
    later = folder / part.file.replace("vocabulary", "labels")
    (folder / part.file).rename(later)
    commit_parts(folder, [replace(part, kind="labels", file=later.name)], label="later")
    compact(folder, join=True, grace=0)
    listed = orjson.loads((folder / "dataset.json").read_bytes())["parts"]
    assert later.name in [entry["file"] for entry in listed]
    assert later.exists()


def test_a_manifest_cannot_have_other_files_removed(folder: Path, tmp_path: Path) -> None:
    victim = tmp_path / "explanations-0123456789ab.parquet"
    victim.write_text("precious")
    gone = {f"../{victim.name}": 0, "model": 0}
    by_hand.edit(folder / "dataset.json", lambda manifest: manifest.update(superseded=gone))
    compact(folder)
    assert victim.exists()


def test_a_folder_of_the_user_needs_no_manifest(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    assert compact(mine).commits == 0
    assert not mine.exists()
    for number in range(3):
        add(mine, f"Idea {number}.")
    told = compact(mine, join=True)
    assert (told.commits, told.joined, told.parts) == (3, 6, 2)
    assert {found.neuron for found in Dataset(folder, overlay=mine).explanations((1, 2))} == {NeuronId(1, 2)}
    assert len(Dataset(folder, overlay=mine).explanations((1, 2))) == 7


def test_only_parts_of_the_kinds_that_are_named_are_joined(tmp_path: Path) -> None:
    folder = tmp_path / "some"
    for number in range(3):
        mine = [Explanation(f"text {number}", "person", NeuronId(0, number), id=str(number))]
        parts = [write_part(folder, "explanations", explanation_table(mine))]
        files = {"layer": 0, "neuron": number, "kind": "explanations", "state": "stored", "reason": ""}
        table = pa.Table.from_pylist([files | {"bytes": 1, "created": ""}], schema=FILES)
        commit_parts(folder, [*parts, write_part(folder, "files", table)], label="some")
    compact(folder, join=True, kinds=("files",))
    found = committed_parts(folder)
    assert (len(found["files"]), found["files"][0].rows, len(found["explanations"])) == (1, 3, 3)
