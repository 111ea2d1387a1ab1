"""Explanations by a language model on the neuron's page: where they come from; other scorers apart from simulation."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from neuronview.records import Baseline, Explanation, NeuronId, Provenance, Score
from neuronview.store import open_dataset, save_explanations
from neuronview.ui.provenance_parts import provenance_rows
from neuronview.view.other_scores import _block
from tests.support.pages import open_page

NAN = math.nan
MADE = Provenance(prompt_hash="abc123", seed=7, created="2026-11-21T12:00:00", explainer_model="tellme-2")
SIMULATED = Score(
    0.4,
    interval=(0.3, 0.5),
    n_sequences=20,
    n_tokens=240,
    simulator="decisions",
    split="held_out",
    provenance=Provenance(simulator="decisions, 10 levels", prompt_hash="def456", simulator_model="simulate-3"),
)
DETECTED = Score(
    NAN,
    measure=0.83,
    measures={"chance": 0.5, "balanced_accuracy": 0.75, "n_positive": 12.0, "n_negative": 9.0},
    interval=(0.7, 0.93),
    n_sequences=21,
    scorer="detection",
    simulator="yes or no",
    split="held_out",
    subset="all",
    baselines=(Baseline("lookup", 0.6, n=1),),
    provenance=Provenance(simulator="typed decisions", prompt_hash="789", simulator_model="judge-1"),
)


def explanation(*scores: Score) -> Explanation:
    return Explanation("Dates and years.", "pairs", NeuronId(0, 1), id="x1", scores=list(scores), provenance=MADE)


def test_provenance_names_explainer_simulator_and_judge_with_models_and_prompts() -> None:
    rows = dict(provenance_rows(explanation(SIMULATED, DETECTED)))
    assert rows["Explainer"] == "pairs"
    assert rows["Explainer's model"] == "tellme-2"
    assert rows["Explainer's prompt"] == "abc123"
    assert rows["Scorer simulation: simulator"] == "decisions, 10 levels"
    assert rows["Scorer simulation: model"] == "simulate-3"
    assert rows["Scorer simulation: prompt"] == "def456"
    assert rows["Scorer detection: judge"] == "typed decisions"
    assert rows["Scorer detection: model"] == "judge-1"
    assert rows["Seed"] == "7"


def test_a_rule_explanation_names_no_model_and_no_prompt() -> None:
    rows = dict(provenance_rows(Explanation("the", "lookup", NeuronId(0, 1))))
    assert rows == {"Explainer": "lookup"}


def test_another_scorer_stands_with_its_chance_interval_and_baseline() -> None:
    said = _block(DETECTED)
    for part in ('data-nv-chance="0.5"', "0.83", "0.70 to 0.93", "Balanced accuracy 0.75", "token lookup 0.60"):
        assert part in said
    assert "12 active and 9 inactive" in said


def test_a_value_beyond_the_line_that_it_is_drawn_on_says_so() -> None:
    kept = replace(DETECTED, scorer="ablation", measures={"chance": 0.0})
    assert "from 0 to 1; the value lies below it" in _block(replace(kept, measure=-5.2))
    assert "lies" not in _block(replace(kept, measure=0.3))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("undefined", "undefined: there is nothing to measure"),
        ("unparsable", "could not be read"),
        ("provider_error", "the endpoint failed"),
    ],
)
def test_another_scorer_without_a_number_says_its_state_and_reason_and_draws_nothing(state: str, words: str) -> None:
    broken = Score(NAN, state=state, reason="because of that", scorer="detection", split="held_out", subset="all")  # type: ignore[arg-type]
    said = _block(broken)
    assert words in said
    assert "because of that" in said
    assert "data-nv-chance" not in said
    assert "data-value" not in said


def test_the_neuron_page_keeps_detection_out_of_the_headline_and_of_the_table(small_home: Path) -> None:
    opened = open_dataset("small")
    assert opened.overlay is not None
    save_explanations(opened.overlay, [explanation(DETECTED)], label="test")
    at = open_page("neuron", layer="0", neuron="1")
    assert not at.exception
    html = [str(entry.proto.body) for entry in at.get("html")]
    (block,) = [body for body in html if 'data-scorer="detection"' in body]
    assert "chance" in block
    assert any("tellme-2" in caption.value for caption in at.caption)
    assert any("abc123" in body for body in html)
