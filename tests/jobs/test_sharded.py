"""Runs in shards: the same dataset, byte by byte, whatever computes them and whatever happens meanwhile."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.language_server import serve_language
from neuronview.config import Settings
from neuronview.errors import BadInput, BudgetReached, Cancelled, EngineError
from neuronview.jobs import shards
from neuronview.jobs.engines import Here, LocalEngine
from neuronview.jobs.execute import execute
from neuronview.jobs.plan import Progress, RunFolder, RunPlan
from neuronview.jobs.sharded import execute_sharded, is_sharded
from neuronview.jobs.shards import Shard, ShardFolder, carry_out, cut
from neuronview.llm.ledger import Ledger
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, save_explanations
from tests.support import run_dataset as made
from tests.support import scripted_server as scripted
from tests.support.language_run import EVERYONE
from tests.support.sharded_run import BY_LANGUAGE, Shuffled, fake_model, model_that_dies_once, parts_of, planned

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

FEW = ("0:0", "0:1", "1:0")
"""Neurons of both layers, a shard each: the least that can come in another order, be lost and be gone on with."""


@pytest.fixture(autouse=True)
def one_neuron_a_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SIZES", {"rule": 1, "language": 1})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = made.build(tmp_path / "runs-dataset" / "runs")
    rules = [Explanation("x", "dictionary", NeuronId(a, n), {"kind": "lookup"}) for a in range(2) for n in range(1)]
    save_explanations(folder, [replace(rule, rule=None) for rule in rules], label="before")
    return folder


def carry(run: RunFolder, folder: Path, engine: Any, mine: Path, model: Any = fake_model) -> dict[str, str]:
    execute_sharded(run, Dataset(folder, overlay=mine), engine, load_model=model, report=lambda progress: None)
    return parts_of(mine)


def test_shards_are_cut_by_the_data_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SIZES", {"rule": 2, "language": 1})
    assert cut(RunPlan("", "d", EVERYONE, "lookup")) == [("0:0", "0:1"), ("0:2",), ("1:0", "1:1"), ("1:2",)]
    assert cut(RunPlan("", "d", ("0:0", "0:1"), "pairs", "auto")) == [("0:0",), ("0:1",)]


def test_any_order_and_repeats_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    plain = carry(planned(tmp_path, neurons=FEW), folder, Here(), tmp_path / "a")
    assert len(plain) == 2 * len(FEW)
    for seed in (0, 3):  # which are orders other than the first
        assert carry(planned(tmp_path, neurons=FEW), folder, Shuffled(seed), tmp_path / f"b{seed}") == plain


def test_a_run_in_shards_finds_what_a_plain_one_finds(folder: Path, tmp_path: Path) -> None:
    carry(planned(tmp_path, neurons=FEW), folder, Here(), tmp_path / "shards")
    plain = planned(tmp_path, neurons=FEW)
    execute(plain, Dataset(folder, overlay=tmp_path / "p"), load_model=made.FakeModel, report=lambda progress: None)
    found = [Dataset(folder, overlay=tmp_path / name) for name in ("shards", "p")]
    for neuron in plain.plan().neuron_ids:
        ours, theirs = (entry for one in found for entry in one.explanations(neuron) if entry.explainer == "lookup")
        assert (ours.text, ours.id, ours.rule) == (theirs.text, theirs.id, theirs.rule)
        assert [(s.split, s.value) for s in ours.scores] == [(s.split, s.value) for s in theirs.scores]


def test_processes_of_which_one_is_killed_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    plain = carry(planned(tmp_path, neurons=FEW), folder, Here(), tmp_path / "a")
    killed = carry(planned(tmp_path, neurons=FEW), folder, LocalEngine(2), tmp_path / "b", model_that_dies_once)
    assert (folder.parent / "died").exists()
    assert killed == plain


def test_a_driver_that_was_killed_goes_on_and_computes_no_shard_twice(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    four = (*FEW, "1:2")
    plain = carry(planned(tmp_path, neurons=four), folder, Here(), tmp_path / "a")
    run, mine = planned(tmp_path, neurons=four), tmp_path / "b"

    class Dies(Shuffled):
        def map(self, work: Any, listed: Any, *, tick: Any = None) -> Any:
            for number, shard in enumerate(listed):
                work(shard)
                if number == 0:
                    yield 0
                if number == 1:
                    raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry(run, folder, Dies(0), mine)
    # What others store meanwhile is not seen by shards that are computed later.
    save_explanations(mine, [Explanation("y", "lookup", NeuronId(1, 1), {"kind": "lookup"})], label="meanwhile")
    meanwhile = parts_of(mine)
    computed: list[int] = []
    real = shards._do
    monkeypatch.setattr(shards, "_do", lambda shard, where: (computed.append(shard.number), real(shard, where)))
    after = carry(run, folder, Here(), mine)
    assert computed == [2, 3]
    assert {name: after[name] for name in plain} == plain
    assert set(after) - set(plain) == set(meanwhile) - set(plain)
    assert run.finished() == set(four)
    assert run.progress().state == "done"


def test_a_run_that_is_asked_to_stop_keeps_whole_shards_and_goes_on(folder: Path, tmp_path: Path) -> None:
    plain = carry(planned(tmp_path, neurons=FEW), folder, Here(), tmp_path / "a")
    run, mine = planned(tmp_path, neurons=FEW), tmp_path / "b"
    told: list[Progress] = []

    def report(progress: Progress) -> None:
        told.append(progress)
        if progress.done == 2:
            run.cancel()

    opened = Dataset(folder, overlay=mine)
    with pytest.raises(Cancelled):
        execute_sharded(run, opened, Here(), load_model=fake_model, report=report)
    assert len(run.finished()) == 2
    assert run.progress().state == "cancelled"
    run.reopen()
    assert carry(run, folder, Here(), mine) == plain
    assert [one.share for one in told] == sorted(one.share for one in told)


def test_a_run_begun_without_shards_is_not_gone_on_with_in_them(folder: Path, tmp_path: Path) -> None:
    run = planned(tmp_path)
    run.finish(["0:0"])
    with pytest.raises(BadInput, match="without an engine"):
        carry(run, folder, Here(), tmp_path / "a")
    assert not is_sharded(run)


def test_a_worker_that_does_not_see_the_folders_says_which(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="nowhere"):
        carry_out(Shard(tmp_path / "nowhere", 0, ("0:0",), 1.0, folder, tmp_path, fake_model))


# --- by language model -----------------------------------------------------------------------------------------------


def asked(home: Path, server: scripted.ScriptedServer, **options: Any) -> RunFolder:
    return planned(home, "pairs", explainer_url=server.base_url, **(BY_LANGUAGE | options))


@pytest.fixture
def server():
    with scripted.scripted_server() as server:
        serve_language(server, "structured")
        yield server


@pytest.fixture
def home_of(monkeypatch: pytest.MonkeyPatch):
    """A user's folder of its own for workers, so that no answer is found that another run paid for."""

    def at(path: Path) -> Path:
        monkeypatch.setenv("NEURONVIEW_HOME", str(path))
        assert Settings.from_env().home == path
        return path

    return at


def test_language_shards_in_any_order_give_the_same_bytes_and_pay_once(
    folder: Path, tmp_path: Path, server: scripted.ScriptedServer, home_of: Any
) -> None:
    run = asked(home_of(tmp_path / "h1"), server, neurons=FEW)
    plain = carry(run, folder, Here(), tmp_path / "a")
    assert {name.partition("-")[0] for name in plain} == {"explanations", "scores", "simulations"}
    n = len(server.asked(scripted.CHAT))
    again = asked(home_of(tmp_path / "h2"), server, neurons=FEW)
    assert carry(again, folder, Shuffled(3), tmp_path / "b") == plain
    ledgers = [Ledger(ShardFolder.of(again.path, number).path).totals() for number in range(len(FEW))]
    assert again.progress().calls == sum(totals.paid for totals in ledgers)
    assert len(server.asked(scripted.CHAT)) <= 2 * n


def test_caps_hold_over_all_shards_together_and_the_rest_goes_on_with_higher_ones(
    folder: Path, tmp_path: Path, server: scripted.ScriptedServer, home_of: Any
) -> None:
    plain = carry(asked(home_of(tmp_path / "h1"), server, neurons=FEW), folder, Here(), tmp_path / "a")
    run = asked(home_of(tmp_path / "h2"), server, neurons=FEW, max_tokens=30_000)
    with pytest.raises(BudgetReached):
        carry(run, folder, Here(), tmp_path / "b")
    assert run.progress().tokens <= 30_000
    assert len(run.finished()) < len(FEW)
    run.set_caps(max_cost=None, max_tokens=None)
    run.reopen()
    carry(run, folder, Here(), tmp_path / "b")
    assert run.finished() == set(FEW)
    found = [Dataset(folder, overlay=tmp_path / name) for name in ("a", "b")]
    for neuron in run.plan().neuron_ids:
        ours, theirs = ([e for e in one.explanations(neuron) if e.explainer == "pairs"] for one in found)
        assert [(e.id, e.text) for e in ours] == [(e.id, e.text) for e in theirs]
    assert plain


def test_a_cap_that_leaves_nothing_for_a_shard_is_refused_before_anything_is_begun(
    folder: Path, tmp_path: Path, server: scripted.ScriptedServer, home_of: Any
) -> None:
    run = asked(home_of(tmp_path / "h1"), server, max_calls=len(EVERYONE) - 1)
    with pytest.raises(BadInput, match="5 calls divided among 6 shards"):
        carry(run, folder, Here(), tmp_path / "a")
    assert not server.asked(scripted.CHAT)
    assert not is_sharded(run)


def test_a_refusal_that_meets_every_call_ends_the_run_in_its_words(
    folder: Path, tmp_path: Path, server: scripted.ScriptedServer, home_of: Any
) -> None:
    server.play(scripted.CHAT, scripted.status(401, message="no such key"))
    run = asked(home_of(tmp_path / "h1"), server)
    with pytest.raises(Exception, match=r"401|key"):
        carry(run, folder, Here(), tmp_path / "a")
    assert run.progress().state == "failed"
    assert not (tmp_path / "a").exists()
