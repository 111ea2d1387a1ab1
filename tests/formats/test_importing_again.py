"""Imports of published files that are ended, stopped, killed or made twice, and how the files are dealt out."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from neuronview.errors import DatasetError
from neuronview.formats.openai import batch as one_batch
from neuronview.formats.openai import importing
from neuronview.formats.openai import ledger as ledgers
from neuronview.formats.openai.batch import Importer, Terms
from neuronview.formats.openai.importing import Progress, Report, import_openai
from neuronview.formats.openai.ledger import FileKey, Ledger, keys_of
from neuronview.formats.openai.plan import LEAST, Plan, batches
from neuronview.formats.openai.source import KINDS, open_source
from neuronview.records import NeuronId
from neuronview.store import Dataset, compact, damaged_parts
from neuronview.store.manifest import read_commits, read_manifest
from neuronview.store.reading import nobody_reads
from neuronview.store.whole import read_part
from tests.formats import published_files as files

NEURONS = [(0, 0), (0, 7), (11, 3071)]


def in_all(folder: Path) -> int:
    """How many files a dataset has."""
    return int((Dataset(folder).files().state == "stored").sum())


def test_two_imports_of_one_name_share_nothing_that_is_kept_by_fingerprint(tmp_path: Path) -> None:
    source = files.tree(tmp_path / "source", [(0, 0)])
    folders = [tmp_path / place / "same" for place in ("one", "other")]
    for folder in folders:
        import_openai(str(source), folder, model="gpt2-small")
    one, other = (read_manifest(folder).fingerprint for folder in folders)
    assert one != other
    files.write(source, "explanations", 0, 1)
    import_openai(str(source), folders[0], model="gpt2-small")
    assert read_manifest(folders[0]).fingerprint == one


def test_a_second_import_takes_only_what_is_missing(tmp_path: Path) -> None:
    source = files.tree(tmp_path / "data", [(0, 0), (0, 1)])
    files.write(source, "activations", 0, 1, b"{")
    first = import_openai(str(source), tmp_path / "out", model="gpt2-small")
    assert (first.stored, first.counts) == ({"activations": 1, "explanations": 2}, {"refused": 1})
    files.write(source, "activations", 0, 1)
    second = import_openai(str(source), tmp_path / "out", model="gpt2-small")
    assert (second.stored, second.already, second.counts) == ({"activations": 1}, 3, {})
    third = import_openai(str(source), tmp_path / "out", model="gpt2-small")
    assert (third.stored, third.already, third.bytes_read) == ({}, 4, 0)
    assert len(Dataset(tmp_path / "out").neuron((0, 1)).top) == files.N_TOP


def test_what_is_refused_again_is_reported_again_and_written_once(tmp_path: Path) -> None:
    source = files.tree(tmp_path / "data", [(0, 0)])
    files.write(source, "activations", 0, 0, b"{")
    import_openai(str(source), tmp_path / "out", model="gpt2-small")
    commits = sorted((tmp_path / "out" / "commits").iterdir())
    again = import_openai(str(source), tmp_path / "out", model="gpt2-small")
    assert [problem.file for problem in again.problems] == ["0/0.json"]
    assert sorted((tmp_path / "out" / "commits").iterdir()) == commits


def test_records_that_come_later_lie_on_the_excerpts_of_the_simulations(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", [(0, 0), (0, 7)]))
    for kinds in (["explanations"], ["activations"]):
        import_openai(source, tmp_path / "out", model="gpt2-small", kinds=kinds)
    dataset = Dataset(tmp_path / "out")
    excerpts = {record.excerpt_id for records in dataset.neuron((0, 7)).groups.values() for record in records}
    assert {entry.excerpt_id for entry in dataset.simulations((0, 7))} <= excerpts
    assert len(dataset.neurons()) == 2


def test_it_goes_on_after_the_commits_were_folded_and_joined(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", NEURONS))
    for neuron in NEURONS[:2]:
        import_openai(source, tmp_path / "out", model="gpt2-small", neurons=[NeuronId(*neuron)])
    compact(tmp_path / "out", join=True)
    report = import_openai(source, tmp_path / "out", model="gpt2-small")
    assert (report.already, report.stored) == (4, {"activations": 1, "explanations": 1})
    assert len(Dataset(tmp_path / "out").neuron((0, 7)).top) == files.N_TOP
    assert not damaged_parts(tmp_path / "out")


def test_stopped_in_the_middle_it_keeps_what_is_whole_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FIRST_BATCH", 2)
    monkeypatch.setattr(importing, "BATCH", 2)
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(10)]))
    seen: list[Progress] = []
    report = import_openai(
        source, tmp_path / "out", model="gpt2-small", progress=seen.append, should_stop=lambda: len(seen) >= 5
    )
    assert report.stopped.startswith("Stopped")
    assert 0 < in_all(tmp_path / "out") < 20
    assert report.left == 20 - in_all(tmp_path / "out")
    assert not import_openai(source, tmp_path / "out", model="gpt2-small").stopped
    assert in_all(tmp_path / "out") == 20


def test_files_that_are_large_together_make_more_than_one_commit_of_whole_neurons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_batch, "LARGE", 1)
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(5)]))
    report = import_openai(source, tmp_path / "out", model="gpt2-small")
    assert report.stored == {"activations": 5, "explanations": 5}
    listed = [part for commit in read_commits(tmp_path / "out") for part in commit.parts if part.kind == "files"]
    rows = [read_part(tmp_path / "out", part).to_pylist() for part in listed]
    assert sorted(tuple((row["neuron"], row["kind"]) for row in found) for found in rows) == [
        ((n, "activations"), (n, "explanations")) for n in range(5)
    ]


def test_every_wanted_file_is_in_one_batch_in_order_and_the_last_are_smaller() -> None:
    wanted = np.random.default_rng(0).random((len(KINDS), 3, 6000)) < 0.3
    found = [keys_of(batch) for batch in batches(Plan(wanted, 0), 4096, 64, 2)]
    assert [(*key.neuron, list(KINDS).index(key.kind)) for keys in found for key in keys] == [
        tuple(place) for place in np.argwhere(wanted.transpose(1, 2, 0)).tolist()
    ]
    sizes = [len({key.neuron for key in keys}) for keys in found]
    left = int(wanted.any(axis=0).sum()) - 128
    expected = [64, 64]
    while left:
        expected.append(min(left, max(LEAST, min(4096, left // 2))))
        left -= expected[-1]
    assert sizes == expected
    assert sizes[2] == 4096
    assert len(set(sizes)) > 3


@pytest.mark.parametrize(("kinds", "expected"), [(["explanations"], 3), (None, 2)])
def test_batches_are_larger_where_explanations_alone_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: list[str] | None, expected: int
) -> None:
    for name, size in {"FIRST_BATCH": 1, "BATCH": 3, "BATCH_OF_RECORDS": 2}.items():
        monkeypatch.setattr(importing, name, size)
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(8)]))
    import_openai(source, tmp_path / "out", model="gpt2-small", kinds=kinds)
    parts = [part for commit in read_commits(tmp_path / "out") for part in commit.parts]
    assert max(part.rows for part in parts if part.kind == "explanations") == expected


def test_while_it_imports_nothing_that_it_reads_is_removed(tmp_path: Path) -> None:
    out, free = tmp_path / "out", list[bool]()

    def look(_: Progress) -> None:
        with nobody_reads(out) as nobody:
            free.append(nobody)

    import_openai(str(files.tree(tmp_path / "data", [(0, 0), (0, 1)])), out, model="gpt2-small", progress=look)
    assert set(free) == {False}
    with nobody_reads(out) as nobody:
        assert nobody


def test_the_cap_on_disk_is_never_passed_and_the_rest_goes_in_when_it_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FIRST_BATCH", 4)
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(12)]))
    cap = 60_000
    report = import_openai(source, tmp_path / "out", model="gpt2-small", disk_cap=cap)
    parts = sum(path.stat().st_size for path in (tmp_path / "out").glob("*.parquet"))
    assert 0 < parts <= cap
    assert "cap on disk" in report.stopped
    assert 0 < in_all(tmp_path / "out") < 24
    import_openai(source, tmp_path / "out", model="gpt2-small", disk_cap=10 * cap)
    assert in_all(tmp_path / "out") == 24


@pytest.mark.parametrize(("cap", "least_kept", "most_read"), [(100_000, 0.3, 400_000), (1, 0.0, 0)])
def test_no_more_is_read_than_there_is_room_for(tmp_path: Path, cap: int, least_kept: float, most_read: int) -> None:
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(60)]))
    report = import_openai(source, tmp_path / "out", model="gpt2-small", disk_cap=cap, workers=1)
    assert "cap on disk" in report.stopped
    assert cap * least_kept <= report.bytes_stored <= cap
    assert report.bytes_read <= most_read
    assert report.left == 120 - in_all(tmp_path / "out")


def test_two_imports_into_one_folder_store_every_file_once(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(40)]))
    code = (
        "import sys; from pathlib import Path; from neuronview.formats.openai import importing as i; i.FIRST_BATCH = 3;"
        "i.BATCH = 3; i.import_openai(sys.argv[1], Path(sys.argv[2]), model='gpt2-small')"
    )
    import_openai(source, tmp_path / "out", model="gpt2-small", neurons=[NeuronId(0, 0)])
    started = [subprocess.Popen([sys.executable, "-c", code, source, str(tmp_path / "out")]) for _ in range(2)]
    assert [process.wait() for process in started] == [0, 0]
    dataset = Dataset(tmp_path / "out")
    assert in_all(tmp_path / "out") == 80
    for number in range(40):
        published = files.activations(0, number)["most_positive_activation_records"]
        found = dataset.neuron((0, number)).top
        assert [list(record.tokens) for record in found] == [entry["tokens"] for entry in published]


def test_room_that_a_failed_batch_took_is_given_back_and_its_parts_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_source(str(files.tree(tmp_path / "data", [(0, 0)])))
    taken: list[int] = []
    importer = Importer(
        source,
        Ledger(tmp_path / "out", 12, 3072),
        Terms("gpt2-small", 16, "gpt-4", "as published"),
        reserve=lambda size: taken.append(size) is None,
    )

    def full(*args: object, **options: object) -> None:
        raise DatasetError("The disk is full.")

    monkeypatch.setattr(ledgers, "commit_parts", full)
    with pytest.raises(DatasetError, match="full"):
        importer.run([FileKey(NeuronId(0, 0), kind) for kind in ("activations", "explanations")])
    assert taken[0] > 0
    assert sum(taken) == 0
    assert not list((tmp_path / "out").glob("*.parquet"))


def test_killed_without_warning_it_has_nothing_half_in_and_goes_on(tmp_path: Path) -> None:
    neurons = [(layer, n) for layer in range(2) for n in range(100)]
    source = str(files.tree(tmp_path / "data", neurons))
    out = tmp_path / "out"
    # Every file takes a while, so that the kill falls into the middle whatever the machine.
    code = (
        "import sys, time; from pathlib import Path; from neuronview.formats.openai import importing as i, batch as b\n"
        "i.FIRST_BATCH = i.BATCH = 5\n"
        "if __name__ == '__main__':\n"
        "    i.import_openai(sys.argv[1], Path(sys.argv[2]), model='gpt2-small', workers=2,"
        " progress=lambda now: time.sleep(0.02))\n"
    )
    script = tmp_path / "run.py"
    script.write_text(code)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen([sys.executable, str(script), source, str(out)], env=environment)
    while process.poll() is None and len(list((out / "commits").glob("*.json"))) < 3:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not damaged_parts(out)
    before = in_all(out)
    assert 0 < before < 2 * len(neurons)
    records = Dataset(out).neurons_with("records")
    assert all(len(Dataset(out).neuron(neuron).top) == files.N_TOP for neuron in records[:3])
    report: Report = import_openai(source, out, model="gpt2-small", workers=2)
    assert report.already >= before
    assert in_all(out) == 2 * len(neurons)
    assert Dataset(out).count() == len(neurons)
