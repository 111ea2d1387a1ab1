"""Runs by language model: what is asked, what is kept, in which state, and what a further try asks again."""

import json
import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from neuronview.errors import (
    BadInput,
    BudgetReached,
    Cancelled,
    EndpointError,
    EndpointRefused,
    RecordsError,
    UnparsableAnswer,
)
from neuronview.explain.evaluation import evaluation_sets
from neuronview.jobs import language
from neuronview.jobs.execute import execute
from neuronview.jobs.language import execute_language
from neuronview.jobs.others import Others
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, new_run
from neuronview.llm.cache import request_key
from neuronview.llm.calls import ChatAnswer, ChatRequest, EchoRequest, Request
from neuronview.llm.ledger import Ledger
from neuronview.records import Explanation, NeuronId, Provenance, Score
from neuronview.store import Dataset, save_explanations
from tests.support import run_dataset as made
from tests.support.language_run import EVERYONE, IDENTITY, NUMBERS, Model, fake_models, text_of


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made.build(tmp_path_factory.mktemp("runs") / "runs")
    others = [Explanation(f"The word {made.WORDS[n + 1].strip()}.", "dictionary", NeuronId(0, n)) for n in range(3)]
    save_explanations(folder, others, label="before")
    return folder


@pytest.fixture
def dataset(folder: Path, tmp_path: Path) -> Dataset:
    return Dataset(folder, overlay=tmp_path / "mine")


def planned(home: Path, *neurons: str, **options: Any) -> RunFolder:
    chosen = {"explainer": "pairs", "simulator": "auto", "explainer_model": "fake", "candidates": 2, "excerpts": 4}
    return new_run(home, RunPlan("", "runs", neurons, **(chosen | options)))


def carry_out(run: RunFolder, dataset: Dataset, models: Any, report: Any = lambda progress: None) -> list[Explanation]:
    return execute_language(run, dataset, load_model=made.FakeModel, report=report, open_models=models)


def again(dataset: Dataset) -> Dataset:
    return Dataset(dataset.folder, overlay=dataset.overlay)


def test_a_neuron_is_explained_simulated_scored_and_read_again(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    run = planned(tmp_path, "0:0")
    (found,) = carry_out(run, dataset, models)
    assert found.text.startswith(NUMBERS)
    stored = next(entry for entry in again(dataset).explanations((0, 0)) if entry.explainer == "pairs")
    assert (stored.id, stored.text) == (found.id, found.text)
    score = stored.score(split="held_out")
    assert (score.state, score.simulator, score.scorer) == ("ok", "all-at-once", "simulation")
    assert score.value > 0.9
    assert score.n_sequences == 8
    assert {s.split for s in stored.scores} == {"held_out", "valid"}
    (baseline,) = (b for b in score.baselines if b.name == "other neurons")
    assert baseline.n == 2
    assert baseline.value < score.value - 0.3
    assert "2 other neurons by dictionary" in score.note
    assert run.progress().state == "done"
    assert run.finished() == {"0:0"}


def test_only_scores_beside_other_neurons_explanations_say_whose_these_are(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    (found,) = carry_out(planned(tmp_path, "0:0"), dataset, models)
    for score in found.scores:
        is_beside = any(baseline.name == "other neurons" for baseline in score.baselines)
        assert ("Compared with" in score.note) == is_beside == (score.subset == "top_and_random")


def test_simulations_are_kept_for_each_excerpt_that_was_asked_about(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    (found,) = carry_out(planned(tmp_path, "0:0"), dataset, models)
    rows = again(dataset).simulations((0, 0))
    sets = evaluation_sets(dataset.neuron((0, 0)))
    held_out = [r for side in ("top", "random") for r in _side(sets["held_out"], side)[:4]]
    asked = {r.excerpt_id for r in (*held_out, *sets["valid"].records, *sets["calibration"].records)}
    assert {row.excerpt_id for row in rows} == asked
    assert {row.explanation_id for row in rows} == {found.id}
    row = next(row for row in rows if row.excerpt_id == held_out[0].excerpt_id)
    numbers = [token.strip().isdigit() for token in held_out[0].tokens]
    assert row.expected[numbers].min() > row.expected[~np.array(numbers)].max()


def _side(chosen: Any, side: str) -> list[Any]:
    return [record for record, name in zip(chosen.records, chosen.sides, strict=True) if name == side]


def test_the_best_candidate_on_the_calibration_split_is_kept(dataset: Dataset, tmp_path: Path) -> None:
    model = Model()

    def reply(request: Request) -> Any:
        answer = model(request)
        explains = isinstance(answer, ChatAnswer) and "responds to" not in text_of(request)
        return replace(answer, text="The word mat.") if explains and not request.sample else answer  # type: ignore

    _, models = fake_models(reply)
    (found,) = carry_out(planned(tmp_path, "0:0", candidates=3), dataset, models)
    assert found.text.startswith(NUMBERS)
    assert found.provenance.split == "calibration"


def test_nothing_is_asked_of_an_excerpt_that_the_plan_does_not_score(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    carry_out(planned(tmp_path, "0:0", candidates=1, others=0, splits=("valid",)), dataset, models)
    echoes = [r for r in endpoint.history if isinstance(r, EchoRequest) and "responds to" in text_of(r)]
    sets = evaluation_sets(dataset.neuron((0, 0)))
    wanted = {r.tokens for name in ("calibration", "valid") for r in sets[name].records}
    assert len(echoes) == len(wanted)


def test_a_second_run_of_the_same_plan_asks_nothing(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    first = carry_out(planned(tmp_path, "0:0", "0:1"), dataset, models)
    calls = len(endpoint.history)
    run = planned(tmp_path, "0:0", "0:1")
    second = carry_out(run, dataset, models)
    assert len(endpoint.history) == calls
    # Neurons are under way together: in which order they end is no promise.
    said = [{(e.neuron, e.id, e.text, e.score().value) for e in found} for found in (first, second)]
    assert said[0] == said[1]
    assert run.progress().cached > 0
    assert run.progress().calls == 0


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"simulator": "decisions"},
        {"calibration": "percentile"},
        {"excerpts": 3},
        {"explainer": "summary"},
        {"context_tokens": 4096},
        {"answer_tokens": 90},
    ],
)
def test_runs_that_differ_are_kept_beside_each_other(dataset: Dataset, tmp_path: Path, change: dict[str, Any]) -> None:
    _, models = fake_models()
    for options in ({}, change):
        carry_out(planned(tmp_path, "0:0", **options), dataset, models)
    kept = [e for e in again(dataset).explanations((0, 0)) if e.explainer != "dictionary"]
    assert len({e.id for e in kept}) == 2
    assert all(e.score(split="held_out").state == "ok" for e in kept)


def test_runs_by_another_model_behind_the_same_name_are_kept_beside_each_other(
    dataset: Dataset, tmp_path: Path
) -> None:
    for identity in (IDENTITY, "http://127.0.0.1:10/v1 fake"):
        endpoint, models = fake_models()
        endpoint.identity = identity  # type: ignore[misc]
        carry_out(planned(tmp_path, "0:0", explainer="person", sentence="Numbers."), dataset, models)
    assert len([e for e in again(dataset).explanations((0, 0)) if e.explainer == "person"]) == 2


@pytest.mark.parametrize("change", [{"context_tokens": 4096}, {"answer_tokens": 90}, {"sentence": "Cats."}])
def test_revisions_to_the_same_sentence_by_other_options_are_kept_beside_each_other(
    dataset: Dataset, tmp_path: Path, change: dict[str, Any]
) -> None:
    model = Model()

    def reply(request: Request) -> Any:
        explains = isinstance(request, ChatRequest) and "responds to:" not in text_of(request)
        return ChatAnswer(NUMBERS + ".", finish="stop") if explains else model(request)

    _, models = fake_models(reply)
    options = {"explainer": "revision", "sentence": "The word mat.", "candidates": 1, "counter_examples": False}
    ids = [carry_out(planned(tmp_path, "0:0", **options | more), again(dataset), models)[0].id for more in ({}, change)]
    assert ids[0] != ids[1]


def test_the_way_of_judging_is_part_of_what_tells_results_apart(dataset: Dataset, tmp_path: Path) -> None:
    ids = []
    for logprobs in (0, 5):
        _, models = fake_models(decisions=None, generated_logprobs=logprobs)
        asked = planned(tmp_path, "0:0", explainer="person", sentence="Numbers.", others=0, scorers=("fuzzing",))
        ids += [found.id for found in carry_out(asked, again(dataset), models)]
    assert len(set(ids)) == 2


def failing_on(word: str, error: Exception) -> Any:
    """A model that fails on excerpts (not prompts of explainers) which hold a word."""
    model = Model()

    def reply(request: Request) -> Any:
        asks = isinstance(request, EchoRequest) and text_of(request).rpartition("<start>")[2].count(word)
        return error if asks else model(request)

    return reply


def test_a_provider_error_is_stored_as_a_state_and_tried_again(dataset: Dataset, tmp_path: Path) -> None:
    failing, models = fake_models(failing_on(" Paris", EndpointError("No answer (503).")))
    run = planned(tmp_path, "0:0", candidates=1)
    (found,) = carry_out(run, dataset, models)
    states = {score.state for score in found.scores}
    assert "provider_error" in states
    assert np.isnan(next(s for s in found.scores if s.state == "provider_error").value)
    assert run.finished() == set()
    assert run.failed()["0:0"].state == "provider_error"
    assert "No answer (503)" in run.failed()["0:0"].reason
    most = f"{Ledger(run.path).totals().unfinished_tokens:,}"
    assert any(f"may have used up to {most} tokens more" in note for note in run.progress().notes)
    assert run.progress().failed == 1
    asked = {request_key(IDENTITY, r) for r in failing.history if " Paris" not in text_of(r).rpartition("<start>")[2]}
    run.reopen()
    healthy, models = fake_models()
    (mended,) = carry_out(run, again(dataset), models)
    assert not asked & {request_key(IDENTITY, r) for r in healthy.history if isinstance(r, EchoRequest)}
    assert mended.id == found.id
    stored = next(e for e in again(dataset).explanations((0, 0)) if e.explainer == "pairs")
    assert {score.state for score in stored.scores} == {"ok"}
    assert (run.finished(), run.failed()) == ({"0:0"}, {})
    assert run.progress().failures == ()


def test_an_unparsable_answer_is_asked_for_anew_when_tried_again(dataset: Dataset, tmp_path: Path) -> None:
    from neuronview.llm.calls import EchoAnswer

    broken = EchoAnswer({"choices": [{"logprobs": {"tokens": ["?"], "top_logprobs": [None]}}]})
    model = Model()

    def reply(request: Request) -> Any:
        answer = model(request)
        return broken if isinstance(request, EchoRequest) and "responds to" in text_of(request) else answer

    _, models = fake_models(reply)
    run = planned(tmp_path, "0:0", candidates=1)
    (found,) = carry_out(run, dataset, models)
    assert {score.state for score in found.scores} == {"unparsable"}
    assert run.failed()["0:0"].state == "unparsable"
    run.reopen()
    _, models = fake_models()
    (mended,) = carry_out(run, again(dataset), models)
    assert {score.state for score in mended.scores} == {"ok"}


def judging(request: Request, *, usable: bool) -> ChatAnswer:
    """An answer to a judge: by a digit or an object, for marked numbers."""
    shown = re.findall(r"Excerpt \d+: (.*)", text_of(request))
    fits = [re.search(r"⟦[^⟧]*\d", json.loads(text)) is not None for text in shown]
    if not usable:
        return ChatAnswer("Perhaps.", finish="stop")
    if isinstance(request, ChatRequest) and request.schema is None:
        return ChatAnswer(str(int(fits[0])), finish="stop")
    entries = [{"excerpt": number, "probability": float(fit)} for number, fit in enumerate(fits, 1)]
    return ChatAnswer(json.dumps({"judgements": entries}), finish="stop")


@pytest.mark.parametrize("logprobs", [0, 5], ids=["structured", "digits"])
def test_a_judge_that_could_not_be_read_is_asked_anew_once_and_nothing_else_is(
    dataset: Dataset, tmp_path: Path, logprobs: int
) -> None:
    model, usable = Model(), [False, False, True]

    def reply(request: Request) -> Any:
        judges = isinstance(request, ChatRequest) and "Excerpt 1: " in text_of(request)
        return judging(request, usable=usable[0]) if judges else model(request)

    able: dict[str, Any] = {"decisions": None, "generated_logprobs": logprobs}
    _, models = fake_models(reply, **able)
    run = planned(tmp_path, "0:0", candidates=1, scorers=("simulation", "fuzzing"))
    (found,) = carry_out(run, dataset, models)
    assert {(s.scorer, s.state) for s in found.scores} == {("simulation", "ok"), ("fuzzing", "unparsable")}
    for _ in range(2):
        run.reopen()
        del usable[0]
        endpoint, models = fake_models(reply, **able)
        (found,) = carry_out(run, again(dataset), models)
        calls = Counter(request_key(IDENTITY, request) for request in endpoint.history)
        assert set(calls.values()) == {1}
        assert all("Excerpt 1: " in text_of(request) for request in endpoint.history)
    assert {(s.scorer, s.state) for s in found.scores} == {("simulation", "ok"), ("fuzzing", "ok")}


def test_what_could_not_be_read_is_asked_anew_also_where_the_endpoint_failed_besides(
    dataset: Dataset, tmp_path: Path
) -> None:
    model, down = Model(), failing_on(" Paris", EndpointError("No answer (503)."))

    def reply(request: Request) -> Any:
        judges = isinstance(request, ChatRequest) and "Excerpt 1: " in text_of(request)
        return judging(request, usable=False) if judges else down(request)

    _, models = fake_models(reply, decisions=None)
    run = planned(tmp_path, "0:0", candidates=1, scorers=("simulation", "fuzzing"))
    carry_out(run, dataset, models)
    assert run.failed()["0:0"].state == "provider_error"
    run.reopen()
    judges = lambda request: isinstance(request, ChatRequest) and "Excerpt 1: " in text_of(request)  # noqa: E731
    _, models = fake_models(lambda r: judging(r, usable=True) if judges(r) else model(r), decisions=None)
    (found,) = carry_out(run, again(dataset), models)
    assert {score.state for score in found.scores} == {"ok"}


def test_an_explainer_that_says_nothing_leaves_no_explanation_and_is_asked_anew(
    dataset: Dataset, tmp_path: Path
) -> None:
    _, models = fake_models(ChatAnswer("", finish="stop"))
    run = planned(tmp_path, "0:0")
    assert carry_out(run, dataset, models) == []
    assert (run.failed()["0:0"].state, run.failed()["0:0"].step) == ("unparsable", "explain")
    assert run.progress().state == "done"
    run.reopen()
    _, models = fake_models()
    (found,) = carry_out(run, again(dataset), models)
    assert found.text.startswith(NUMBERS)


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


def test_an_undefined_score_is_finished_and_says_so(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models(Model(noise=0.0))
    run = planned(tmp_path, "0:0", explainer="person", sentence="The word nowhere.", others=0)
    (found,) = carry_out(run, dataset, models)
    assert {score.state for score in found.scores} == {"undefined"}
    assert (found.explainer, found.text) == ("person", "The word nowhere.")
    assert run.finished() == {"0:0"}


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


def test_progress_counts_calls_tokens_and_names_the_simulator(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    run = planned(tmp_path, "0:0")
    carry_out(run, dataset, models)
    progress, totals = run.progress(), Ledger(run.path).totals()
    assert progress.calls == totals.paid == len(endpoint.history)
    assert progress.tokens == totals.tokens
    assert any("all-at-once on fake" in note for note in progress.notes)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"simulator": "rule"}, "has no rule"),
        ({"explainer": "oracle"}, "no explainer “oracle”"),
        ({"simulator": "guess"}, "no simulator “guess”"),
        ({"scorers": ("simulation", "luck")}, "no scorer “luck”"),
        ({"explainer": "person"}, "Write the sentence"),
        ({"explainer_model": ""}, "Name the language model"),
        ({"explainer_url": "https://me:secret@host/v1"}, "written to the disk"),
        ({"explainer_url": "https://host/v1?key=secret"}, "written to the disk"),
        ({"candidates": 0}, "0 candidates"),
    ],
)
def test_a_plan_that_could_only_fail_is_refused(
    dataset: Dataset, tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    endpoint, models = fake_models()
    with pytest.raises(BadInput, match=words) as caught:
        carry_out(planned(tmp_path, "0:0", **options), dataset, models)
    assert "secret" not in str(caught.value)
    assert endpoint.history == []


def test_a_neuron_that_is_not_there_is_named_and_the_rest_is_done(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    run = planned(tmp_path, "0:99", "0:1")
    assert len(carry_out(run, dataset, models)) == 1
    assert run.failed()["0:99"].state == "failed"
    assert run.finished() == {"0:1"}


def test_a_revision_begins_with_the_best_stored_sentence_and_names_it(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    before = Explanation("The word mat.", "pairs", NeuronId(0, 0), id="old", provenance=Provenance(created="2020"))
    save_explanations(tmp_path / "mine", [before], label="before")

    model = Model()

    def reply(request: Request) -> Any:
        if isinstance(request, ChatRequest) and "Explanation so far" in text_of(request):
            return ChatAnswer(NUMBERS + ".", finish="stop")
        return model(request)

    _, models = fake_models(reply)
    run = planned(tmp_path, "0:0", explainer="revision", counter_examples=False)
    (found,) = carry_out(run, again(dataset), models)
    assert (found.text, found.explainer, found.parent) == (NUMBERS + ".", "revision", "old")
    assert "Revision of “The word mat.”" in found.score().note


def test_of_stored_sentences_the_calibration_split_chooses_the_one_to_revise_not_their_reported_scores(
    dataset: Dataset, tmp_path: Path
) -> None:
    praised = Score(0.99, interval=(0.98, 1.0), n_sequences=8, n_tokens=80, split="held_out")
    where = Provenance(created="2020")
    worse = Explanation("The word mat.", "pairs", NeuronId(0, 0), id="worse", provenance=where, scores=[praised])
    better = Explanation(NUMBERS + ".", "pairs", NeuronId(0, 0), id="better", provenance=where)
    save_explanations(tmp_path / "mine", [worse, better], label="before")
    assert again(dataset).explanations((0, 0))[0].id == "worse"
    _, models = fake_models()
    run = planned(tmp_path, "0:0", explainer="revision", counter_examples=False)
    (found,) = carry_out(run, again(dataset), models)
    assert f"Revision of “{NUMBERS}.”" in found.score().note


def test_a_revision_that_kept_the_old_sentence_comes_out_the_same_when_it_is_run_again(
    dataset: Dataset, tmp_path: Path
) -> None:
    _, models = fake_models()
    before = Explanation(NUMBERS + ".", "token-space", NeuronId(0, 0), id="old", provenance=Provenance(created="2020"))
    save_explanations(tmp_path / "mine", [before], label="before")
    found = []
    for _ in range(2):
        run = planned(tmp_path, "0:0", explainer="revision", counter_examples=False)
        found += carry_out(run, again(dataset), models)
    assert [(entry.parent, entry.text) for entry in found] == [("old", before.text)] * 2
    assert found[0].id == found[1].id
    assert run.progress().calls == 0


def test_detection_by_judge_is_scored_beside_simulation(dataset: Dataset, tmp_path: Path) -> None:
    model = Model()

    def reply(request: Request) -> Any:
        from neuronview.llm.calls import Decision, DecisionAnswer, DecisionRequest

        if not isinstance(request, DecisionRequest):
            return model(request)
        return DecisionAnswer(tuple(Decision(q.name, "ok", (0.3, 0.7)) for q in request.questions))

    _, models = fake_models(reply)
    run = planned(tmp_path, "0:0", scorers=("simulation", "fuzzing"))
    (found,) = carry_out(run, dataset, models)
    assert {score.scorer for score in found.scores} == {"simulation", "fuzzing"}


class Ablator:
    """Effects that are the squared distance from the true activation."""

    def effects(self, neuron: NeuronId, ids: Any, replacements: Any) -> Any:
        true = made.values(neuron, ids)
        return SimpleNamespace(activations=true, divergences=(replacements - true) ** 2, noise=np.zeros(len(true)))


def test_ablation_takes_the_calibrated_simulation_of_the_held_out_excerpts(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "ablator_of", lambda model: Ablator())
    _, models = fake_models()
    (found,) = carry_out(planned(tmp_path, "0:0", scorers=("ablation",)), dataset, models)
    (score,) = found.scores
    assert (score.scorer, score.state, score.split) == ("ablation", "ok", "held_out")
    assert 0.5 < score.value < 1


@pytest.mark.parametrize(
    ("trouble", "lost", "state", "words"),
    [
        (UnparsableAnswer("half a line"), 1, "ok", "Calibrated on"),
        (UnparsableAnswer("half a line"), 99, "unparsable", "half a line"),
        (EndpointError("500 five times"), 1, "provider_error", "500 five times"),
    ],
)
def test_ablation_says_what_its_calibration_rests_on_or_why_there_is_none(
    dataset: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
    lost: int,
    state: str,
    words: str,
) -> None:
    monkeypatch.setattr(language, "ablator_of", lambda model: Ablator())
    sets = evaluation_sets(dataset.neuron((0, 0)))
    others = {r.tokens for name in ("valid", "held_out") for r in sets[name].records}
    own = [r.tokens for r in sets["calibration"].records if r.tokens not in others][:lost]
    listings = ["".join(f"{token}\tunknown\n" for token in tokens) for tokens in own]
    model = Model()
    _, models = fake_models(lambda r: trouble if any(one in text_of(r) for one in listings) else model(r))
    (found,) = carry_out(planned(tmp_path, "0:0", scorers=("ablation",), candidates=1), dataset, models)
    (score,) = found.scores
    assert score.state == state
    assert words in (score.note if state == "ok" else score.reason)


def test_a_baseline_does_not_depend_on_what_the_run_itself_has_stored(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    run = planned(tmp_path, "0:1", "0:2")
    created = run.plan().created
    before = Others(dataset, "pairs", 2, created=created).of(NeuronId(0, 0))
    carry_out(run, dataset, models)
    assert {e.explainer for e in again(dataset).explanations((0, 1))} == {"pairs", "dictionary"}
    after = Others(again(dataset), "pairs", 2, created=created).of(NeuronId(0, 0))
    later = Others(again(dataset), "pairs", 2, created="later").of(NeuronId(0, 0))
    assert [e.id for e in before[0]] == [e.id for e in after[0]]
    assert {e.explainer for e in later[0]} == {"pairs"}


def test_the_neuron_itself_is_never_its_own_baseline(dataset: Dataset) -> None:
    for index in range(3):
        drawn, words = Others(dataset, "pairs", 5).of(NeuronId(0, index))
        assert {e.neuron for e in drawn} == {NeuronId(0, other) for other in range(3)} - {NeuronId(0, index)}
        assert "2 other neurons by dictionary" in words
    assert Others(dataset, "pairs", 5).of(NeuronId(1, 0)) == (
        [],
        "No other neuron's explanation is stored to compare with.",
    )


def test_a_plan_with_a_language_model_takes_this_way(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    run = planned(tmp_path, "0:0", explainer_url="https://models.example/v1")
    with pytest.raises(EndpointRefused, match="OPENAI_API_KEY"):
        execute(run, dataset, load_model=made.FakeModel, report=lambda progress: None)
    assert run.progress().state == "failed"
