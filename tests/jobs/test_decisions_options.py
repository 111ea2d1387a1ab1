"""Options of typed decisions in a plan, and the label bias: asked for, counted before, stored with the scores."""

from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import BadInput, EndpointError
from neuronview.jobs.choices import check_plan
from neuronview.jobs.estimate import estimate_run
from neuronview.jobs.language import execute_language
from neuronview.jobs.plan import RunFolder, RunPlan, new_run
from neuronview.llm.calls import DecisionRequest, Request
from neuronview.llm.ledger import Ledger
from neuronview.records import Explanation
from neuronview.store import Dataset
from tests.support import run_dataset as made
from tests.support.language_run import Model, fake_models, text_of


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(made.build(tmp_path / "runs"), overlay=tmp_path / "home" / "own")


def plan(**options: Any) -> RunPlan:
    asked = {"explainer": "person", "sentence": "Numbers.", "simulator": "decisions", "explainer_model": "fake"}
    return RunPlan("", "runs", ("0:0",), **(asked | {"others": 0, "excerpts": 2} | options))


def carried_out(asked: RunPlan, dataset: Dataset, home: Path, models: Any) -> tuple[RunFolder, list[Explanation]]:
    run = new_run(home, asked)
    found = execute_language(run, dataset, load_model=made.FakeModel, report=lambda progress: None, open_models=models)
    return run, found


def told_nothing(request: Request) -> bool:
    return "N/A" in text_of(request)


def test_a_plan_says_how_many_levels_a_question_has_and_what_it_sees(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    _, found = carried_out(plan(levels=5, sees="up-to-token"), dataset, tmp_path, models)
    asked = [request for request in endpoint.history if isinstance(request, DecisionRequest)]
    assert {(len(request.questions), len(request.questions[0].levels)) for request in asked} == {(1, 5)}
    described = {score.provenance.simulator for score in found[0].scores}
    assert described == {"decisions, 5 levels mapped to 0..10, sees up to the token"}


@pytest.mark.parametrize("change", [{"levels": 5}, {"sees": "up-to-token"}])
def test_runs_with_other_questions_are_kept_beside_each_other(
    dataset: Dataset, tmp_path: Path, change: dict[str, Any]
) -> None:
    _, models = fake_models()
    ids = [carried_out(plan(**options), dataset, tmp_path, models)[1][0].id for options in ({}, change)]
    assert ids[0] != ids[1]


@pytest.mark.parametrize("wrong", [{"levels": 11}, {"levels": 1}, {"sees": "half"}])
def test_options_that_no_simulator_has_are_refused_with_the_plan(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        check_plan(plan(**wrong))


@pytest.mark.parametrize(
    ("options", "measured"),
    [
        ({}, True),
        ({"simulator": "all-at-once"}, False),
        ({"simulator": "all-at-once", "label_bias": True}, True),
        ({"scorers": ("detection",)}, False),
    ],
)
def test_label_bias_is_measured_once_and_stands_beside_simulated_scores(
    dataset: Dataset, tmp_path: Path, options: dict[str, Any], measured: bool
) -> None:
    endpoint, models = fake_models()
    asked = plan(**options)
    before = estimate_run(asked, dataset, tmp_path, open_models=models)
    run, found = carried_out(asked, dataset, tmp_path, models)
    assert any(told_nothing(request) for request in endpoint.history) == measured
    assert before.calls == Ledger(run.path).totals().paid
    said = [note for note in run.progress().notes if note.startswith("Label bias: told nothing")]
    assert bool(said) == measured
    assert all((bool(said) and said[0] in score.note) == measured for score in found[0].scores)


def test_a_label_bias_that_could_not_be_measured_costs_no_neuron_its_score(dataset: Dataset, tmp_path: Path) -> None:
    model = Model()
    _, models = fake_models(lambda r: EndpointError("It broke off.") if told_nothing(r) else model(r))
    run, found = carried_out(plan(), dataset, tmp_path, models)
    assert found[0].score(split="held_out").state == "ok"
    assert any("Label bias is not known: It broke off." in note for note in run.progress().notes)
