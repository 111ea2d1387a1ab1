"""Published sets that a user adds: explanations first, records as wanted, taken up again, removed."""

import shutil
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from neuronview.config import Settings
from neuronview.errors import BadInput, DatasetError, NotFound
from neuronview.jobs import adding, neuron_files
from neuronview.jobs.adding import add, added, amount_words, folder_of, measure, moved, plan_adding, remove_dataset
from neuronview.jobs.library import what_stays
from neuronview.jobs.neuron_files import fetch_neurons, file_state
from neuronview.records import NeuronId
from neuronview.store import Dataset, check_folder, compact, names, open_dataset
from neuronview.store.compact import GRACE
from neuronview.store.manifest import committed_parts, read_commits
from tests.support.published_tree import PATH, SET, build, serve_tree, small_set

FIRST = NeuronId(0, 0)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    small_set(monkeypatch)
    build(tmp_path / "tree")
    return Settings(home=tmp_path / "home", data=tmp_path / "data")


@pytest.fixture
def tree(tmp_path: Path) -> str:
    return str(tmp_path / "tree")


def opened(settings: Settings) -> Dataset:
    return open_dataset(SET, settings=settings)


def test_explanations_come_before_any_record(settings: Settings, tree: str) -> None:
    seen = []
    add(plan_adding(SET, settings=settings, base=tree), settings, on_step=lambda step: seen.append(step.name))
    assert list(dict.fromkeys(seen)) == ["explanations and scores", "records"]
    assert opened(settings).count() == 6
    assert opened(settings).neuron(FIRST).top


def test_a_set_can_be_looked_at_when_only_its_explanations_are_here(settings: Settings, tree: str) -> None:
    add(plan_adding(SET, settings=settings, base=tree, records="opened"), settings)
    dataset = opened(settings)
    assert names(settings) == [SET]
    assert dataset.explanations(FIRST)[0].scores
    assert not dataset.neuron(FIRST).top
    assert file_state(dataset, FIRST).state == "missing"


@pytest.mark.parametrize(("room", "n_parts"), [(1 << 40, 1), (0, 2)])
def test_simulations_are_joined_where_there_is_room_for_both_for_a_day(
    settings: Settings, tree: str, monkeypatch: pytest.MonkeyPatch, room: int, n_parts: int
) -> None:
    add(plan_adding(SET, settings=settings, base=tree, layers=[0], records="opened"), settings)
    monkeypatch.setattr(adding, "free_room", lambda folder, cap: room)
    add(plan_adding(SET, settings=settings, base=tree, layers=[1], records="opened"), settings)
    parts = committed_parts(opened(settings).folder)
    assert [len(parts[kind]) for kind in ("simulations", "explanations")] == [n_parts, 1]


def test_what_was_joined_is_gone_at_once_or_with_a_later_call_where_it_was_open(
    settings: Settings, tree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lying() -> set[str]:
        return {path.name for path in folder_of(SET, settings).glob("*.parquet")}

    def counting() -> set[str]:
        return {part.file for parts in committed_parts(folder_of(SET, settings)).values() for part in parts}

    add(plan_adding(SET, settings=settings, base=tree, layers=[0], records="opened"), settings)
    dataset = opened(settings)
    add(plan_adding(SET, settings=settings, base=tree, layers=[1], records="opened"), settings)
    assert lying() > counting()
    assert dataset.simulations(FIRST)
    del dataset
    later = time.time() + GRACE + 1
    monkeypatch.setattr(time, "time", lambda: later)
    add(plan_adding(SET, settings=settings, base=tree, layers=[1], records="opened"), settings)
    assert lying() == counting()


def test_records_of_a_neuron_are_fetched_alone_and_stay(settings: Settings, tree: str) -> None:
    with serve_tree(Path(tree)) as (address, asked):
        add(plan_adding(SET, settings=settings, base=address, records="opened"), settings)
        asked.clear()
        fetch_neurons(opened(settings), SET, [FIRST], settings)
    assert {path.rsplit("/", 3)[1] for path in asked} == {"collated-activations"}
    assert opened(settings).neuron(FIRST).top
    assert file_state(opened(settings), FIRST).state == "stored"
    assert file_state(opened(settings), NeuronId(0, 1)).state == "missing"


def said_of(dataset: Dataset, neuron: NeuronId) -> list[tuple[tuple[str, ...], list[float]]]:
    return [(record.tokens, record.activations.tolist()) for record in dataset.neuron(neuron).top]


def test_many_opened_neurons_do_not_stay_many_commits(
    settings: Settings, tree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neuron_files, "COMMITS", 3)
    add(plan_adding(SET, settings=settings, base=tree, records="none"), settings)
    before = opened(settings)
    compact(before.folder)
    fetched = [NeuronId(layer, neuron) for layer in (1, 0) for neuron in range(3)]
    shown = []
    for neuron in fetched:
        fetch_neurons(before, SET, [neuron], settings)
        for thread in threading.enumerate():
            if thread.name == f"join parts of {SET}":
                thread.join()
        shown.append(said_of(opened(settings), neuron))
    dataset = opened(settings)
    assert not read_commits(dataset.folder), "the sixth was joined, as the third was"
    parts = committed_parts(dataset.folder)
    assert [len(parts[kind]) for kind in ("files", "neurons", "records", "excerpts")] == [1, 1, 1, 1]
    assert [said_of(dataset, neuron) for neuron in fetched] == shown
    assert all(file_state(dataset, neuron).state == "stored" for neuron in fetched)


def joinings() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == f"join parts of {SET}"]


def test_parts_that_cannot_be_joined_are_not_tried_again_and_that_is_logged_in_words(
    settings: Settings, tree: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(neuron_files, "COMMITS", 1)
    tried: list[Path] = []

    def damaged(folder: Path, **_: object) -> None:
        tried.append(folder)
        raise pa.ArrowInvalid("Not a file of rows.")

    monkeypatch.setattr(neuron_files, "compact", damaged)
    add(plan_adding(SET, settings=settings, base=tree, records="none"), settings)
    for neuron in range(3):
        fetch_neurons(opened(settings), SET, [NeuronId(0, neuron)], settings)
        for thread in joinings():
            thread.join()
    assert tried == [opened(settings).folder]
    assert [record.getMessage().endswith("Not a file of rows.") for record in caplog.records] == [True]


def test_parts_are_joined_by_one_thread_at_a_time_and_again_when_another_process_was_at_work(
    settings: Settings, tree: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(neuron_files, "COMMITS", 1)
    go_on, tried = threading.Event(), []

    def busy(folder: Path, **_: object) -> None:
        tried.append(folder)
        go_on.wait(30)
        raise DatasetError("Another process is at work.")

    monkeypatch.setattr(neuron_files, "compact", busy)
    monkeypatch.setattr(neuron_files, "is_at_work", lambda folder: True)
    add(plan_adding(SET, settings=settings, base=tree, records="none"), settings)
    for neuron in range(2):
        fetch_neurons(opened(settings), SET, [NeuronId(0, neuron)], settings)
    (thread,) = joinings()
    go_on.set()
    thread.join()
    fetch_neurons(opened(settings), SET, [NeuronId(0, 2)], settings)
    for thread in joinings():
        thread.join()
    assert len(tried) == 2
    assert not caplog.records


def test_the_same_call_takes_up_what_is_missing_and_keeps_what_was_asked_for(settings: Settings, tree: str) -> None:
    with serve_tree(Path(tree)) as (address, asked):
        first = plan_adding(SET, settings=settings, base=address, layers=[1], records="none")
        add(first, settings, should_stop=lambda: len(asked) > 1)
        again = plan_adding(SET, settings=settings)
        assert again == first
        add(again, settings)
        assert opened(settings).count() == 3
        asked.clear()
        add(again, settings)
        assert asked == []


def test_what_it_will_be_is_measured_on_a_few_files(settings: Settings, tree: str) -> None:
    amounts = {amount.kind: amount for amount in measure(plan_adding(SET, settings=settings, base=tree))}
    files = list((Path(tree)).rglob("*.jsonl"))
    found = amounts["explanations"]
    assert (found.files, found.n_layers, found.measured) == (6, 2, 4)
    assert found.bytes == pytest.approx(sum(file.stat().st_size for file in files), rel=0.1)
    assert "a layer" in amount_words(found)
    assert "not there" in amount_words(replace(found, bytes_each=None))


def test_a_place_with_none_of_the_files_is_refused_before_all_are_asked_for(settings: Settings, tree: str) -> None:
    with serve_tree(Path(tree)) as (address, asked):
        adding = plan_adding(SET, settings=settings, base=f"{address}/elsewhere")
        with pytest.raises(DatasetError) as refused:
            measure(adding)
    assert len(asked) <= 2 * 4
    for words in (
        "elsewhere has none",
        "explanations/0/0.jsonl",
        "404",
        f"holds {PATH}",
        "collated-activations",
        "--base",
    ):
        assert words in str(refused.value)


def test_a_set_of_which_one_kind_is_there_is_measured(settings: Settings, tree: str) -> None:
    shutil.rmtree(Path(tree) / PATH / "collated-activations")
    with serve_tree(Path(tree)) as (address, _):
        found = {amount.kind: amount.measured for amount in measure(plan_adding(SET, settings=settings, base=address))}
    assert found == {"explanations": 2, "activations": 0}


def test_another_place_than_the_one_begun_with_is_taken_and_said(settings: Settings, tree: str, tmp_path: Path) -> None:
    add(plan_adding(SET, settings=settings, base=tree, layers=[0], records="none"), settings)
    assert moved(plan_adding(SET, settings=settings, base=tree), settings) == ""
    build(tmp_path / "copy")
    said = moved(plan_adding(SET, settings=settings, base=str(tmp_path / "copy")), settings)
    assert f"begun with files from {tree}" in said
    assert f"comes from {tmp_path / 'copy'}" in said


def test_a_folder_that_is_gone_is_said_with_what_to_do(settings: Settings, tree: str) -> None:
    adding = plan_adding(SET, settings=settings, base=tree, records="none")
    add(adding, settings)
    shutil.rmtree(tree)
    for act in (measure, lambda again: add(again, settings)):
        with pytest.raises(BadInput, match=r"is not there. Bring it back, or .* --base"):
            act(adding)


@pytest.mark.parametrize("below", ["", "/neuron-explainer", "/neuron-explainer/gpt2_small_data"])
def test_a_base_may_hold_the_tree_or_be_the_root_of_the_set(settings: Settings, tree: str, below: str) -> None:
    with serve_tree(Path(tree)) as (address, _):
        for base in (tree, address):
            assert plan_adding(SET, settings=settings, base=base + below).source.endswith("gpt2_small_data")


def test_a_source_that_is_away_is_said_and_leaves_what_is_here(settings: Settings, tree: str) -> None:
    with serve_tree(Path(tree)) as (address, _):
        adding = plan_adding(SET, settings=settings, base=address, records="opened")
        add(adding, settings)
    with pytest.raises(DatasetError, match="cannot be reached"):
        add(adding, settings)
    with pytest.raises(DatasetError, match="cannot be reached"):
        fetch_neurons(opened(settings), SET, [FIRST], settings)
    assert opened(settings).count() == 6


def test_what_does_not_exist_is_refused_in_words(settings: Settings, tree: str) -> None:
    with pytest.raises(BadInput, match="layers 0 to 1"):
        plan_adding(SET, settings=settings, base=tree, layers=[2])
    with pytest.raises(BadInput, match="all, opened, none"):
        plan_adding(SET, settings=settings, base=tree, records="some")
    with pytest.raises(BadInput, match="is no name"):
        plan_adding(SET, settings=settings, base=tree, name="../elsewhere")
    with pytest.raises(NotFound, match="gpt2-small"):
        plan_adding("gpt5", settings=settings)


def test_only_what_was_added_can_be_removed_and_then_it_is_gone(settings: Settings, tree: str) -> None:
    add(plan_adding(SET, settings=settings, base=tree, records="none"), settings)
    own = settings.home / "datasets" / opened(settings).manifest.fingerprint
    own.mkdir()
    remove_dataset(SET, settings)
    assert names(settings) == []
    assert added(SET, settings) is None
    assert own.is_dir()
    for name in (SET, own.name, ".."):
        with pytest.raises(NotFound):
            remove_dataset(name, settings)


@pytest.mark.parametrize("then", ["remove", "add"])
def test_a_removal_that_was_cut_off_leaves_no_dataset_and_is_ended_by_the_next(
    settings: Settings, tree: str, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    planned = plan_adding(SET, settings=settings, base=tree, records="none")
    add(planned, settings)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(shutil, "rmtree", lambda path: (next(path.glob("*.parquet")).unlink(), sys.exit()))
        with pytest.raises(SystemExit):
            remove_dataset(SET, settings)
    assert list((settings.home / "datasets").iterdir())
    assert names(settings) == []
    if then == "add":
        add(planned, settings)
        assert check_folder(opened(settings).folder).problems == ()
    remove_dataset(SET, settings)
    assert list((settings.home / "datasets").iterdir()) == []


def test_what_stays_is_said_with_its_folder_and_that_a_new_copy_does_not_show_it(settings: Settings, tree: str) -> None:
    add(plan_adding(SET, settings=settings, base=tree, records="none"), settings)
    before = opened(settings).manifest.fingerprint
    assert what_stays(SET, settings) == "Your runs stay."
    own = settings.home / "datasets" / before
    own.mkdir()
    assert str(own) in what_stays(SET, settings)
    assert "fetched again does not show it" in what_stays(SET, settings)
    remove_dataset(SET, settings)
    add(plan_adding(SET, settings=settings, base=tree, records="none"), settings)
    assert opened(settings).manifest.fingerprint != before


def test_a_cap_on_disk_stops_records_and_is_kept_with_what_was_asked_for(settings: Settings, tree: str) -> None:
    adding = plan_adding(SET, settings=settings, base=tree, disk_cap=20_000)
    reports = add(adding, settings)
    assert "cap on disk" in reports[-1].stopped
    size = sum(path.stat().st_size for path in folder_of(SET, settings).rglob("*.parquet"))
    assert size <= 20_000
    assert plan_adding(SET, settings=settings).disk_cap == 20_000
    add(plan_adding(SET, settings=settings, disk_cap=10**9), settings)
    assert opened(settings).neuron(FIRST).top
