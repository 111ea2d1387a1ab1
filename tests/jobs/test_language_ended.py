"""Runs by language model that end before all is done: what ended them, what is kept, and what was paid for."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import BudgetReached, Cancelled, EndpointError, EndpointRefused, RecordsError
from neuronview.jobs import language
from neuronview.jobs.plan import Progress
from neuronview.llm.cache import request_key
from neuronview.llm.calls import ChatRequest, EchoRequest
from neuronview.llm.ledger import Ledger
from neuronview.records import NeuronId
from neuronview.store import Dataset
from tests.support.language_run import EVERYONE, IDENTITY, Model, again, carry_out, fake_models, planned

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


def test_models_are_let_go_of_where_results_cannot_be_stored(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise RecordsError("There is no room left.")

    monkeypatch.setattr(language, "save_explanations", full)
    endpoint, models = fake_models()
    closed = []

    async def close() -> None:
        closed.append(True)

    endpoint.close = close  # type: ignore[method-assign]
    run = planned(tmp_path, "0:0", candidates=1, others=0)
    with pytest.raises(RecordsError, match="no room left"):
        carry_out(run, dataset, models)
    assert closed == [True]
    assert run.progress().state == "failed"


def test_what_is_pending_is_stored_also_where_storing_failed_before(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "COMMIT_EVERY", 1)
    real, tries = language.save_explanations, []

    def full_once(*args: Any, **options: Any) -> None:
        tries.append(options)
        if len(tries) == 1:
            raise RecordsError("There is no room left.")
        real(*args, **options)

    monkeypatch.setattr(language, "save_explanations", full_once)
    run = planned(tmp_path, *EVERYONE, candidates=1, others=0, concurrency=1)
    with pytest.raises(RecordsError, match="no room left"):
        carry_out(run, dataset, fake_models()[1])
    assert {"0:0", "0:1"} <= run.finished() < set(EVERYONE)
    assert all(again(dataset).explanations(NeuronId.parse(name)) for name in run.finished())


def test_a_stop_stays_one_where_the_last_results_cannot_be_stored_and_that_is_noted(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = planned(tmp_path, "0:0", "0:1", candidates=1, others=0, concurrency=1)
    kept = language._Run._keep

    async def then_stopped(self: Any, result: Any) -> None:
        await kept(self, result)
        run.cancel()

    def full(*_: Any, **__: Any) -> None:
        raise RecordsError("There is no room left.")

    monkeypatch.setattr(language._Run, "_keep", then_stopped)
    monkeypatch.setattr(language, "save_explanations", full)
    with pytest.raises(Cancelled):
        carry_out(run, dataset, fake_models()[1])
    assert run.progress().state == "cancelled"
    assert "1 finished neurons could not be stored. There is no room left." in run.progress().notes


def test_a_refusal_that_meets_every_call_ends_the_run_in_words(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models(EndpointRefused("The key is wrong (401)."))
    run = planned(tmp_path, *EVERYONE)
    with pytest.raises(EndpointRefused):
        carry_out(run, dataset, models)
    assert run.progress().state == "failed"
    assert "The key is wrong" in run.progress().message
    assert len(endpoint.history) <= 16


def test_an_endpoint_that_never_answers_ends_the_run(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models(EndpointError("Nothing listens there."))
    run = planned(tmp_path, *EVERYONE, concurrency=1)
    with pytest.raises(EndpointError, match="3 neurons in a row"):
        carry_out(run, dataset, models)
    assert len(run.failed()) == 3
    assert run.progress().left == len(EVERYONE) - 3


@pytest.mark.parametrize("candidates", [1, 2])
def test_explanations_are_not_paid_for_where_the_simulator_never_answers(
    dataset: Dataset, tmp_path: Path, candidates: int
) -> None:
    model = Model()
    gone = EndpointError("The completions are out of order (500).")
    endpoint, models = fake_models(lambda request: gone if isinstance(request, EchoRequest) else model(request))
    run = planned(tmp_path, *EVERYONE, concurrency=1, candidates=candidates)
    with pytest.raises(EndpointError, match="3 neurons in a row"):
        carry_out(run, dataset, models)
    assert sum(isinstance(request, ChatRequest) for request in endpoint.history) == 3 * candidates
    assert run.progress().left == len(EVERYONE) - 3


def test_a_cap_on_tokens_ends_the_run_and_a_higher_one_goes_on(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    run = planned(tmp_path, "0:0", "0:1", max_tokens=20_000, concurrency=1)
    with pytest.raises(BudgetReached):
        carry_out(run, dataset, models)
    assert run.progress().state == "cancelled"
    assert "20,000 tokens is reached" in run.progress().message
    used = Ledger(run.path).totals().tokens
    run.reopen()
    with pytest.raises(BudgetReached):
        carry_out(run, again(dataset), models)
    # What earlier parts of the run used counts against its cap.
    assert Ledger(run.path).totals().tokens - used < 4_000
    run.set_caps(max_cost=None, max_tokens=None)
    run.reopen()
    carry_out(run, again(dataset), models)
    assert run.finished() == {"0:0", "0:1"}


def test_a_run_stopped_before_its_first_neuron_says_that_none_was_finished(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    run = planned(tmp_path, *EVERYONE, concurrency=1)
    run.cancel()
    with pytest.raises(Cancelled, match="before any neuron was finished"):
        carry_out(run, dataset, models)
    assert (run.progress().message, run.progress().done) == ("Stopped before any neuron was finished.", 0)


def test_a_cancelled_run_keeps_what_is_finished(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "COMMIT_EVERY", 1)
    endpoint, models = fake_models()
    run = planned(tmp_path, *EVERYONE, concurrency=1)

    def stop(progress: Progress) -> None:
        if progress.done >= 2:
            run.cancel()

    with pytest.raises(Cancelled):
        carry_out(run, dataset, models, stop)
    assert run.progress().state == "cancelled"
    kept = run.finished()
    assert 2 <= len(kept) < len(EVERYONE)
    run.reopen()
    carry_out(run, again(dataset), models)
    assert run.finished() == set(EVERYONE)
    calls = Counter(request_key(IDENTITY, request) for request in endpoint.history)
    assert max(calls.values()) == 1
