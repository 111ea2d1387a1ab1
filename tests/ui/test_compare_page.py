"""Compare: paired differences against a plain resampling, two neurons on shared excerpts, and the page in words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from neuronview.config import Settings
from neuronview.errors import DatasetError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.jobs.execute import execute
from neuronview.jobs.plan import RunPlan, new_run
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, open_dataset, save_explanations
from neuronview.store.alike import alike
from neuronview.ui import cached
from neuronview.view.comparing import (
    Difference,
    explanation_difference,
    meaning,
    neurons_correlation,
    own_against_other,
    recompute,
    shared_excerpts,
)
from neuronview.view.evaluation import simulated_set
from tests.support import run_dataset
from tests.support.pages import heat_maps, open_page

NEURON = NeuronId(0, 0)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder and a home where neurons 0:0 and 0:1 have a lookup, and 0:0 a person's pattern too."""
    root = tmp_path_factory.mktemp("compare")
    run_dataset.build(root / "data" / "runs")
    settings = Settings(root / "home", root / "data", "runs")
    for explainer, neurons in (("lookup", ("0:0", "0:1")), ("pattern", ("0:0",))):
        run = new_run(settings.home, RunPlan("", "runs", neurons, explainer, pattern="1999, 42", sample=80))
        execute(
            run,
            open_dataset("runs", settings=settings),
            load_model=run_dataset.FakeModel,
            report=lambda progress: None,
        )
    return root


@pytest.fixture
def dataset(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dataset]:
    monkeypatch.setenv("NEURONVIEW_DATA", str(built / "data"))
    monkeypatch.setenv("NEURONVIEW_HOME", str(built / "home"))
    monkeypatch.setenv("NEURONVIEW_DATASET", "runs")
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()
    yield open_dataset("runs")
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()


def two_sets(dataset: Dataset):
    record = dataset.neuron(NEURON)
    return [simulated_set(record, entry) for entry in dataset.explanations(NEURON)]


def test_the_difference_is_that_of_the_two_scores(dataset: Dataset) -> None:
    first, second = two_sets(dataset)
    found = explanation_difference(first, second)
    assert found.value == pytest.approx(first.scores[0].value - second.scores[0].value, abs=1e-9)
    assert found.n == len(first.chosen.records)


def test_the_interval_agrees_with_a_plain_paired_bootstrap(dataset: Dataset) -> None:
    first, second = two_sets(dataset)
    found = explanation_difference(first, second)
    real = [np.asarray(r.activations, dtype=float) for r in first.chosen.records]
    sides = np.array(first.chosen.sides)
    generator = np.random.default_rng(123)
    drawn = []
    for _ in range(1500):
        picks = np.concatenate(
            [generator.choice(np.flatnonzero(sides == s), (sides == s).sum()) for s in sorted(set(sides))]
        )
        truth = np.concatenate([real[i] for i in picks])
        rs = [
            np.corrcoef(truth, np.concatenate([np.asarray(one.given[i]) for i in picks]))[0, 1]
            for one in (first, second)
        ]
        drawn.append(rs[0] - rs[1])
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found.interval == pytest.approx((low, high), abs=0.25 * (high - low) + 1e-6)


def test_an_explanation_against_itself_differs_by_nothing(dataset: Dataset) -> None:
    first, _ = two_sets(dataset)
    found = explanation_difference(first, first)
    assert (found.value, found.interval) == (0.0, (0.0, 0.0))


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (Difference(0.1, (-0.1, 0.3), 20), "No difference can be told: 0.10 [−0.10, 0.30] on 20 excerpts."),
        (
            Difference(0.2, (0.1, 0.3), 20, split="held_out"),
            "The first is better by 0.20 [0.10, 0.30] on 20 excerpts that no explanation was fitted or "
            "chosen on: on excerpts like these",
        ),
        (Difference(0.0, (-0.1, 0.1), 20, split="published"), "on 20 excerpts (as published with the data)."),
        (Difference(-0.2, (-0.3, -0.1), 20), "The second is better by 0.20 [0.10, 0.30] on 20 excerpts"),
        (Difference(float("nan"), (float("nan"),) * 2, 20), "no score on these excerpts"),
        (Difference(0.2, (float("nan"),) * 2, 1), "too few excerpts"),
    ],
)
def test_a_difference_is_put_in_words(difference: Difference, words: str) -> None:
    assert words in meaning(difference)


def test_shared_excerpts_hold_each_once_and_none_that_was_fitted_on(dataset: Dataset) -> None:
    records = [dataset.neuron(NeuronId(0, index)) for index in (0, 1)]
    found, strata = shared_excerpts(*records)
    ids = [record.excerpt_id for record in found]
    assert len(ids) == len(set(ids)) == len(strata)
    fitted = {
        r.excerpt_id
        for record in records
        for name in ("train", "calibration")
        for r in evaluation_sets(record)[name].records
    }
    assert not fitted & set(ids)
    assert {"top of first", "top of second", "random"} == set(strata)


def test_recomputed_values_are_the_models_and_their_correlation_is_numpys(dataset: Dataset) -> None:
    first, second = NeuronId(0, 0), NeuronId(0, 1)
    excerpts, strata = shared_excerpts(dataset.neuron(first), dataset.neuron(second))
    shared = recompute(run_dataset.FakeModel(), excerpts, strata, first=first, second=second)
    np.testing.assert_allclose(
        shared.second[3].activations, run_dataset.values(second, excerpts[3].token_ids), atol=1e-6
    )
    flat = [np.concatenate([r.activations for r in side]) for side in (shared.first, shared.second)]
    assert neurons_correlation(shared).value == pytest.approx(np.corrcoef(*flat)[0, 1], abs=1e-6)


def test_excerpts_without_token_ids_are_refused(dataset: Dataset) -> None:
    record = replace(dataset.neuron(NEURON).top[0], token_ids=None)
    with pytest.raises(DatasetError, match="token ids"):
        recompute(run_dataset.FakeModel(), [record], ["random"], first=NEURON, second=NeuronId(0, 1))


def test_a_neurons_own_explanation_beats_anothers(dataset: Dataset) -> None:
    first, second = NeuronId(0, 0), NeuronId(0, 1)
    excerpts, strata = shared_excerpts(dataset.neuron(first), dataset.neuron(second))
    shared = recompute(run_dataset.FakeModel(), excerpts, strata, first=first, second=second)
    best = [next(e for e in dataset.explanations(n) if e.explainer == "lookup") for n in (first, second)]
    own, other, difference = own_against_other(shared.first, strata, own=best[0], other=best[1])
    assert own.value > 0.9 > 0.5 > other.value
    assert difference.value == pytest.approx(own.value - other.value, abs=1e-9)
    assert difference.interval[0] > 0


def htmls(at) -> str:
    return " ".join(entry.proto.body for entry in at.get("html"))


def test_explanations_and_splits_that_there_are_not_are_told(dataset: Dataset) -> None:
    wrong = {f"compare_{name}": f"wrong {name}" for name in ("first", "second", "split")}
    at = open_page("compare", layer="0", neuron="0", **wrong)
    said = " ".join(entry.value for entry in at.warning)
    assert [value for value in wrong.values() if value not in said] == []


def test_the_page_shows_the_paired_interval_and_what_it_means(dataset: Dataset) -> None:
    at = open_page("compare", layer="0", neuron="0")
    assert not at.exception
    shown = htmls(at)
    assert "data-nv-difference" in shown
    assert "paired 95&nbsp;% interval" in shown
    assert any(words in shown for words in ("No difference can be told: the interval", "is better: on excerpts"))
    assert "held_out" not in re.sub(r'data-split="[^"]*"', "", shown)
    assert shown.count("data-nv-score") == 2
    assert len(heat_maps(at)) == 2


def test_a_neuron_with_one_explanation_says_what_to_do(dataset: Dataset) -> None:
    at = open_page("compare", layer="0", neuron="1")
    assert "comparing needs two" in at.info[0].value


def test_two_neurons_without_the_second_asks_for_it(dataset: Dataset) -> None:
    at = open_page("compare", layer="0", neuron="0", compare_mode="Two neurons")
    assert "second neuron" in at.info[0].value


def test_the_three_most_alike_neurons_are_offered_as_the_second(dataset: Dataset) -> None:
    at = open_page("compare", layer="0", neuron="0", compare_mode="Two neurons")
    offered = [button for button in at.button if (button.key or "").startswith("compare_with_")]
    wanted = [str(entry.neuron) for entry in (alike(dataset, NEURON) or ())[:3]]
    assert wanted, "the dataset has neurons that are alike"
    assert [button.key.removeprefix("compare_with_") for button in offered] == wanted
    offered[0].click().run()
    assert not at.exception
    assert at.text_input(key="compare_with").value == wanted[0]
    assert "not paired" in " ".join(caption.value for caption in at.caption)


def test_two_neurons_are_shown_without_the_model_until_it_is_asked_for(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[object] = []
    monkeypatch.setattr(cached, "model", lambda opened: loaded.append(opened) or run_dataset.FakeModel())
    address = {"layer": "0", "neuron": "0", "compare_mode": "Two neurons", "compare_with": "0:1"}
    at = open_page("compare", **address)
    assert not at.exception
    assert not loaded
    at = open_page("compare", **address, compare_live="true")
    assert not at.exception
    assert loaded
    shown = htmls(at)
    assert "Correlation of the two neurons" in shown
    assert shown.count("data-nv-difference") == 2


def test_a_missing_model_is_said_and_the_page_stands(dataset: Dataset) -> None:
    at = open_page(
        "compare", layer="0", neuron="0", compare_mode="Two neurons", compare_with="0:1", compare_live="true"
    )
    assert not at.exception
    assert "tiny" in at.error[0].value


def test_a_dataset_whose_rules_cannot_be_run_is_said(small_home: Path) -> None:
    at = open_page("compare", layer="0", neuron="0")
    assert not at.exception
    assert at.error or at.info


def test_how_far_intervals_can_be_trusted_is_said_once_and_under_both_scores(dataset: Dataset) -> None:
    at = open_page("compare", layer="0", neuron="0")
    captions = [caption.value for caption in at.caption]
    assert htmls(at).count("such intervals") == 0
    (said,) = [caption for caption in captions if "such interval" in caption]
    assert said.startswith("Each score: ")
    assert "Of the difference: " in said


def test_where_no_excerpt_is_held_out_the_page_opens_on_a_split_that_has_some_and_says_so(
    runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_env()
    run_dataset.build(settings.data / "one", documents="the same")
    monkeypatch.setenv("NEURONVIEW_DATASET", "one")
    rules = [{"kind": "pattern", "pattern": words, "regex": False} for words in ("1999, 42", "7")]
    told = [Explanation(rule["pattern"], "person", NEURON, rule, id=str(n)) for n, rule in enumerate(rules)]
    save_explanations(open_dataset("one").overlay, told, label="person")
    record = open_dataset("one").neuron(NEURON)
    assert not evaluation_sets(record)["held_out"].records
    at = open_page("compare", layer="0", neuron="0")
    assert not at.exception
    assert at.selectbox(key="compare_split_valid").value == "valid"
    assert any("no excerpt of the" in caption.value for caption in at.caption)
    shown = htmls(at)
    assert "data-nv-difference" in shown
    assert f'data-n="{len(evaluation_sets(record)["valid"].records)}"' in shown


def test_both_explanations_of_the_address_are_compared(dataset: Dataset) -> None:
    first, second = (entry.id for entry in reversed(dataset.explanations(NEURON)[:2]))
    at = open_page("compare", layer="0", neuron="0", explanation=first, against=second)
    chosen = [at.selectbox(key=key).value for key in ("compare_first", "compare_second")]
    assert [f"{first[:4]})" in str(chosen[0]), f"{second[:4]})" in str(chosen[1])] == [True, True]
