"""The neuron page: what it shows of a neuron, its tabs, and a pattern that is kept."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from neuronview.records import NeuronId, Score
from neuronview.scoring import ev_correlation_score
from neuronview.store import open_dataset
from neuronview.ui.neuron_parts import feature_words
from neuronview.ui.scores import badge_html, common_circumstances, number
from neuronview.view.evaluation import neuron_at, pattern_explanation, simulated_set
from tests.support import run_dataset
from tests.support.pages import heat_maps, open_page


@pytest.fixture
def runs(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset with 20 top and 20 random records a neuron, opened by default."""
    monkeypatch.setenv("NEURONVIEW_DATASET", "runs")
    return run_dataset.build(small_home / "data" / "runs")


def strips(at: AppTest) -> list[dict]:
    """Strips of the tabs; those of the first screen are of a fixed length."""
    told = [data for data in heat_maps(at) if data["length"] is None]
    return [strip for data in told for group in data["groups"] for strip in group["strips"]]


def page_html(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def test_every_stored_record_is_drawn_with_its_values(small_home: Path) -> None:
    found = strips(open_page("neuron", layer="1", neuron="2"))
    record = open_dataset("small").neuron((1, 2))
    stored = [entry for group in record.groups.values() for entry in group]
    assert len(found) == len(stored) == 13
    for strip, entry in zip(found, stored, strict=True):
        assert np.allclose(strip["real"], entry.activations, rtol=1e-6)


def test_each_score_says_value_interval_n_scorer_and_baseline(small_home: Path) -> None:
    html = page_html(open_page("neuron", layer="1", neuron="2"))
    for part in (
        'data-scorer="simulation"',
        'data-n="7"',
        'data-state="ok"',
        "95&nbsp;% interval",
        "token lookup 0.10",
    ):
        assert part in html


def test_what_differs_between_scores_stays_with_each() -> None:
    one, two = Score(0.5, simulator="lookup", note="Few."), Score(0.4, simulator="dictionary", note="Few.")
    common = common_circumstances([one, None, two])
    assert "Few." in common
    assert not any("simulator" in text for text in common)


def test_a_feature_is_named_in_english_and_an_unknown_one_by_its_name() -> None:
    assert feature_words("tokens_48_on") == "tokens from the 49th on"
    assert feature_words("of another version") == "of another version"


def test_the_first_neuron_of_a_layer_has_no_previous_one(small_home: Path) -> None:
    at = open_page("neuron", layer="0", neuron="0")
    assert at.button(key="neuron_previous").disabled
    assert not at.button(key="neuron_next").disabled


def test_next_moves_to_the_next_neuron(small_home: Path) -> None:
    at = open_page("neuron", layer="0", neuron="0")
    at.button(key="neuron_next").click().run()
    assert at.title[0].value == "Neuron 0:1"


def test_an_address_without_a_neuron_shows_one_and_names_it(small_home: Path) -> None:
    at = open_page("neuron")
    layer, neuron = (int(at.query_params[name][0]) for name in ("layer", "neuron"))
    assert at.title[0].value == f"Neuron {layer}:{neuron}"


def test_neighbours_end_at_the_bounds() -> None:
    found = neuron_at(NeuronId(3, 9), layers=4, neurons=10)
    assert found == {"previous": NeuronId(3, 8), "next": None, "down": NeuronId(2, 9), "up": None}


def test_the_distribution_is_on_its_own_tab(small_home: Path) -> None:
    at = open_page("neuron", layer="1", neuron="2", neuron_tab="Distribution")
    assert not at.exception
    assert "Mean activation" in page_html(at)
    assert not strips(at), "the body of a hidden tab ran"


def test_a_bad_expression_is_refused_in_words(runs: Path) -> None:
    at = open_page("neuron", layer="0", neuron="0", neuron_tab="Test a pattern")
    at.toggle(key="neuron_regex").set_value(True)
    at.text_input(key="neuron_pattern").set_value("(a").run()
    assert "not a regular expression" in at.error[0].value


def test_a_pattern_is_scored_drawn_and_kept(runs: Path) -> None:
    at = open_page("neuron", layer="0", neuron="0", neuron_tab="Test a pattern")
    at.text_input(key="neuron_pattern").set_value("1999, 42, 7, 2024").run()
    assert not at.exception
    drawn = strips(at)
    assert drawn, "no strips"
    assert all(strip["simulated"] is not None for strip in drawn)
    at.button(key="neuron_save").click().run()
    assert not at.exception
    kept = open_dataset("runs").explanations((0, 0))
    assert [entry.explainer for entry in kept] == ["person"]
    assert {score.split for score in kept[0].scores} == {"valid", "held_out"}


def test_a_saved_pattern_is_shown_by_real_against_simulated(runs: Path) -> None:
    dataset = open_dataset("runs")
    record = dataset.neuron((0, 0))
    typed = pattern_explanation(record, r"\d+", is_regex=True)
    found = simulated_set(record, typed)
    simulated, real = found.values("top")
    assert found.correlation("top") == pytest.approx(ev_correlation_score(real, simulated), abs=1e-9)
    assert found.correlation("top") > 0.9


def test_a_pattern_against_the_neuron_keeps_its_sign(runs: Path) -> None:
    record = open_dataset("runs").neuron((0, 0))
    typed = pattern_explanation(record, "the, cat, sat, on, mat, dog, red, house, she, ran", is_regex=False)
    found = simulated_set(record, typed)
    stored = typed.score(split="held_out")
    assert stored is not None
    assert stored.value < 0
    assert found.scores[0].value == pytest.approx(stored.value)
    assert found.slope < 0


@pytest.mark.parametrize("state", ["undefined", "unparsable", "provider_error"])
def test_a_score_without_a_value_shows_its_state_and_no_number(state: str) -> None:
    html = badge_html(Score(float("nan"), state=state))
    assert f'data-state="{state}"' in html
    assert "data-value" not in html


def test_a_true_zero_is_a_number() -> None:
    assert 'data-value="0.000000"' in badge_html(Score(0.0))
    assert (number(0.0), number(-0.001), number(-0.5), number(float("nan"))) == ("0.00", "0.00", "−0.50", "n/a")
