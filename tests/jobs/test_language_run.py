"""Runs by language model: what is asked, what is scored and kept, and plans that are refused."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BadInput, EndpointError, EndpointRefused, UnparsableAnswer
from neuronview.explain.evaluation import evaluation_sets
from neuronview.jobs import language
from neuronview.jobs.execute import execute
from neuronview.llm.calls import ChatAnswer, EchoRequest, Request
from neuronview.llm.ledger import Ledger
from neuronview.records import NeuronId
from neuronview.store import Dataset
from tests.support import run_dataset as made
from tests.support.language_run import NUMBERS, Model, again, carry_out, fake_models, planned, text_of

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


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


def test_an_undefined_score_is_finished_and_says_so(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models(Model(noise=0.0))
    run = planned(tmp_path, "0:0", explainer="person", sentence="The word nowhere.", others=0)
    (found,) = carry_out(run, dataset, models)
    assert {score.state for score in found.scores} == {"undefined"}
    assert (found.explainer, found.text) == ("person", "The word nowhere.")
    assert run.finished() == {"0:0"}


def test_progress_counts_calls_tokens_and_names_the_simulator(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    run = planned(tmp_path, "0:0")
    carry_out(run, dataset, models)
    progress, totals = run.progress(), Ledger(run.path).totals()
    assert progress.calls == totals.paid == len(endpoint.history)
    assert progress.tokens == totals.tokens
    assert any("all-at-once on fake" in note for note in progress.notes)


def test_what_the_model_did_not_accept_is_said(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    endpoint.adjustments = ("temperature is left out: the model refused it",)
    run = planned(tmp_path, "0:0", candidates=1, others=0)
    carry_out(run, dataset, models)
    assert "fake: temperature is left out: the model refused it." in run.progress().notes


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


def test_a_plan_with_a_language_model_takes_this_way(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    run = planned(tmp_path, "0:0", explainer_url="https://models.example/v1")
    with pytest.raises(EndpointRefused, match="OPENAI_API_KEY"):
        execute(run, dataset, load_model=made.FakeModel, report=lambda progress: None)
    assert run.progress().state == "failed"
