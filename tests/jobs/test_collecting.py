"""Collecting in shards gives the same dataset whatever computes them and whatever happens meanwhile."""

import os
from pathlib import Path
from typing import Any

import pytest

from neuronview.collect import CollectResult, Sizes
from neuronview.errors import Cancelled, DatasetError, EngineError, ModelError
from neuronview.jobs import collecting, collecting_shards
from neuronview.jobs.collecting_shards import Shard, Stage, compute, cut
from neuronview.jobs.engines import Here, LocalEngine
from neuronview.model import SubjectModel, load
from neuronview.store.manifest import read_manifest
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.same_rows import differences, rows_of
from tests.support.sharded_collection import DEATHS, DIED, SMALL, collected, died, dies_once, documents, in_shards
from tests.support.sharded_run import Shuffled

TABLES = ("neurons", "records", "excerpts", "vocabulary", "shares")
WAYS = {"read twice": {}, "read once": {"quantile_pool": 20}}


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting_shards, "LEAST", 1)
    monkeypatch.setattr(collecting, "EXCERPTS", 16)
    monkeypatch.setattr(collecting, "KEPT", 3)


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SubjectModel:
    return load(save_tiny_gpt2(tmp_path_factory.mktemp("model"), width=4), device="cpu")


def all_rows(folder: Path) -> dict[str, list[dict[str, Any]]]:
    return {kind: rows_of(folder, kind) for kind in TABLES}


@pytest.mark.parametrize("way", WAYS)
def test_in_shards_the_dataset_is_that_of_one_process(model: SubjectModel, tmp_path: Path, way: str) -> None:
    sizes = Sizes(**SMALL | WAYS[way])
    plain = collected(model, tmp_path / "plain", sizes=sizes)
    shards = in_shards(model, tmp_path / "shards", Here(), sizes=sizes)
    one, other = all_rows(plain.folder), all_rows(shards.folder)
    for kind in TABLES:
        assert one[kind]
        assert list(differences(one[kind], other[kind])) == []
    assert repr(one["records"]) == repr(other["records"])
    assert manifest(plain)["sizes"]["token_file"] > 0 == manifest(shards)["sizes"]["token_file"]  # states stay small
    assert [[[e.names for e in n] for n in layer] for layer in plain.expressions or []] == [
        [[e.names for e in n] for n in layer] for layer in shards.expressions or []
    ]


def test_any_order_repeats_and_processes_that_are_killed_in_the_midst_give_the_same_rows(
    model: SubjectModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting_shards, "LEAST", 2)  # batches: of one there is no midst
    sizes = Sizes(**SMALL | WAYS["read once"])
    plain = repr(all_rows(in_shards(model, tmp_path / "plain", Here(), sizes=sizes).folder))
    for seed in (0, 3):  # which are orders other than the first
        assert repr(all_rows(in_shards(model, tmp_path / str(seed), Shuffled(seed), sizes=sizes).folder)) == plain
    (tmp_path / "died").mkdir()
    monkeypatch.setenv(DIED, str(tmp_path / "died"))
    killed = in_shards(model, tmp_path / "killed", LocalEngine(2), load_model=dies_once, sizes=sizes)
    assert died() == set(DEATHS)
    assert repr(all_rows(killed.folder)) == plain


class Dies(Here):
    """An engine whose driver is killed after so many shards."""

    def __init__(self, left: int) -> None:
        self.left, self.done = left, 0

    def map(self, work: Any, shards: Any, *, tick: Any = None) -> Any:
        for shard in shards:
            if self.done == self.left:
                raise KeyboardInterrupt
            self.done += 1
            yield work(shard)


@pytest.mark.parametrize("way", WAYS)
def test_a_driver_that_was_killed_goes_on_and_computes_no_finished_shard_again(
    model: SubjectModel, tmp_path: Path, way: str
) -> None:
    sizes = Sizes(**SMALL | WAYS[way])
    counted = Dies(10**6)
    plain = repr(all_rows(in_shards(model, tmp_path / "plain", counted, sizes=sizes).folder))
    assert counted.done > 12
    # Among the features; after some states of the statistics were put together, and of the records.
    for left in (2, counted.done - 6, counted.done - 1):
        folder = tmp_path / str(left)
        with pytest.raises(KeyboardInterrupt):
            in_shards(model, folder, Dies(left), sizes=sizes)
        assert not (folder / "data").exists()
        again = Dies(counted.done - left)
        assert repr(all_rows(in_shards(model, folder, again, sizes=sizes).folder)) == plain
        assert again.done == counted.done - left
        assert not list((folder / "work").glob("shards-*"))


def test_with_values_beyond_16_bits_shards_are_read_again_with_32(tmp_path: Path) -> None:
    folder = save_tiny_gpt2(tmp_path / "model", width=4, initializer_range=3e4)
    model = load(folder, device="cpu")
    plain, shards = collected(model, tmp_path / "plain"), in_shards(model, tmp_path / "shards", Here())
    assert {row["activation_bits"] for row in map(manifest, (plain, shards))} == {32}
    assert repr(rows_of(plain.folder, "records")) == repr(rows_of(shards.folder, "records"))


def manifest(result: CollectResult) -> Any:
    return read_manifest(result.folder).raw


def test_shards_are_cut_by_the_corpus_and_there_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting_shards, "LEAST", 100)
    assert cut(250) == [range(100), range(100, 200), range(200, 250)]
    assert len(cut(10**6 + 7)) <= collecting_shards.MOST
    assert [place for some in cut(10**4 + 7) for place in some] == list(range(10**4 + 7))


def test_a_run_that_is_stopped_says_where_it_goes_on(model: SubjectModel, tmp_path: Path) -> None:
    asked = iter(range(10**9))
    with pytest.raises(Cancelled, match=r"goes on with what is finished, in .*shards-"):
        in_shards(model, tmp_path, Here(), should_stop=lambda: next(asked) > 60)
    assert list((tmp_path / "work").glob("shards-*/statistics-*"))


def test_other_texts_or_sizes_take_nothing_of_what_was_left(model: SubjectModel, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        in_shards(model, tmp_path / "a", Dies(9))
    engine = Dies(10**6)
    found = in_shards(model, tmp_path / "a", engine, texts=documents(8))
    assert repr(all_rows(found.folder)) == repr(
        all_rows(in_shards(model, tmp_path / "b", Here(), texts=documents(8)).folder)
    )
    assert list((tmp_path / "a" / "work").glob("shards-*"))


def test_a_worker_with_another_model_is_refused(model: SubjectModel, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="another one than the driver's"):
        in_shards(model, tmp_path, Here(), load_model=other_model)


def other_model(place: str, device: str, dtype: str) -> SubjectModel:
    return load(place, device=device, dtype=dtype, activation="gelu")


def test_a_worker_that_does_not_see_the_folders_says_which(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="nowhere"):
        compute(Shard(Stage(tmp_path / "nowhere", "statistics", "x"), 0, range(1), load, "cpu"))


def test_a_damaged_state_is_named_and_computed_again_without_it(model: SubjectModel, tmp_path: Path) -> None:
    class Damages(Here):
        def map(self, work: Any, shards: Any, *, tick: Any = None) -> Any:
            for shard in shards:
                work(shard)
                if shard.stage.kind == "statistics" and shard.number == 1:
                    path = shard.stage.state(1)
                    raw = bytearray(path.read_bytes())
                    raw[len(raw) // 2] ^= 1
                    path.write_bytes(raw)
                yield shard.number

    with pytest.raises(DatasetError, match=r"00001\.npz is damaged") as said:
        in_shards(model, tmp_path / "a", Damages())
    Path(str(said.value).split(" is damaged")[0]).unlink()
    found = in_shards(model, tmp_path / "a", Here())
    assert repr(all_rows(found.folder)) == repr(all_rows(in_shards(model, tmp_path / "b", Here()).folder))
