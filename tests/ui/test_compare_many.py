"""Compare over many neurons: what the page says is what the library counts, and the filter comes from the address."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from neuronview.errors import BadLink
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, NeuronFilter, open_dataset
from neuronview.store.figures import readings
from neuronview.store.paired import Paired, compare_readings
from neuronview.ui.browse_address import address_of, filter_in
from neuronview.view.paired import verdict
from tests.support.language_page import html_of
from tests.support.pages import open_page

MANY = {"compare_mode": "Many neurons"}


def said(at) -> str:
    return " ".join(entry.value for entry in (*at.info, *at.error, *at.warning, *at.caption, *at.text))


def test_the_page_shows_the_librarys_counts_and_words(small_home: Path) -> None:
    at = open_page("compare", **MANY)
    assert not at.exception
    a, b = readings(open_dataset("small"))
    found = compare_readings(open_dataset("small"), a, b, NeuronFilter())
    shown = html_of(at)
    assert f'data-n="{found.n}" data-wins="{found.wins}" data-ties="{found.ties}"' in shown
    assert "is better by 0.05" in shown
    assert found.n == 10
    assert len(at.get("plotly_chart")) == 1


def test_where_a_side_is_ahead_both_sentences_stand_beside_each_other(small_home: Path) -> None:
    at = open_page("compare", **MANY)
    shown = next(table.value for table in at.dataframe if "explanation_b" in table.value)
    dataset, (a, b) = open_dataset("small"), readings(open_dataset("small"))
    said = {(entry.explainer, str(entry.neuron)): entry.text.strip() for entry in _all_of(dataset, shown["open"])}
    assert list(shown["explanation_a"]) == [said[a.explainer, neuron] for neuron in shown["open"]]
    assert list(shown["explanation_b"]) == [said[b.explainer, neuron] for neuron in shown["open"]]
    assert "explainer" not in shown


def _all_of(dataset: Dataset, neurons: Iterable[str]) -> list[Explanation]:
    return [entry for neuron in neurons for entry in dataset.explanations(NeuronId.parse(neuron))]


def test_sides_and_threshold_are_taken_from_the_address(small_home: Path) -> None:
    sides = {"compare_a": "lookup, simulation, rule", "compare_b": "dictionary, simulation, rule"}
    at = open_page("compare", **MANY, **sides, compare_tie="0.04")
    assert 'data-losses="10"' in html_of(at)
    assert at.slider(key="compare_tie").value == 0.04


def test_a_filter_in_the_address_is_said_and_kept_to(small_home: Path) -> None:
    at = open_page("compare", **MANY, browse_layers="1")
    assert "layers 1" in said(at)
    assert 'data-n="5"' in html_of(at)


@pytest.mark.parametrize(
    ("name", "value"), [("browse_layers", "7"), ("browse_score", "0.3"), ("browse_explainer", "gpt-9")]
)
def test_a_wrong_filter_is_refused_with_what_would_be_right(small_home: Path, name: str, value: str) -> None:
    at = open_page("compare", **MANY, **{name: value})
    assert not at.exception
    assert name in at.error[0].value.replace("\\", "")
    assert "data-nv-paired" not in html_of(at)


def test_the_same_on_both_sides_is_refused_in_words(small_home: Path) -> None:
    side = "lookup, simulation, rule"
    at = open_page("compare", **MANY, compare_a=side, compare_b=side)
    assert "the same scores" in said(at)


def test_a_side_that_is_not_there_is_named(small_home: Path) -> None:
    at = open_page("compare", **MANY, compare_a="gpt-9, simulation, rule")
    assert "gpt-9" in at.warning[0].value


@pytest.mark.parametrize(
    "chosen",
    [
        NeuronFilter(),
        NeuronFilter(layers=(0, 1), score=(-0.15, 0.35), explainer="lookup", text="thing [0-9]", regex=True),
        NeuronFilter(share_positive=(0.1, 0.5), states=("ok", "none"), reader="rule"),
    ],
)
def test_a_filter_survives_the_address(small_home: Path, chosen: NeuronFilter) -> None:
    address = {name: [value] if isinstance(value, str) else value for name, value in address_of(chosen).items()}
    assert filter_in(address, open_dataset("small")) == chosen


def test_a_range_of_one_number_is_refused(small_home: Path) -> None:
    with pytest.raises(BadLink, match="twice"):
        filter_in({"browse_score": ["0.5"]}, open_dataset("small"))


def test_neurons_are_judged_by_their_own_intervals_where_that_is_asked_for(small_home: Path) -> None:
    assert "By each neuron's own" not in said(open_page("compare", **MANY))
    at = open_page("compare", **MANY, compare_paired="true")
    assert not at.exception
    assert "10 have no such interval" in said(at)  # the rules of these explanations cannot be evaluated


@pytest.mark.parametrize(
    ("mean", "interval", "words"),
    [
        (0.08, (0.02, 0.15), "A (one) is better by 0.08 (95 % interval 0.02 to 0.15) on the average over 20 neurons"),
        (-0.08, (-0.15, -0.02), "B (two) is better by 0.08 (95 % interval 0.02 to 0.15)"),
        (0.01, (-0.02, 0.04), "No difference can be told: on the average 0.01 (95 % interval −0.02 to 0.04)"),
        (0.3, (float("nan"), float("nan")), "too few for an interval"),
    ],
)
def test_the_verdict_names_the_better_side_only_where_the_interval_does(
    mean: float, interval: tuple[float, float], words: str
) -> None:
    assert words in verdict(Paired(10, 5, 5, mean, interval, ("held_out",), {}), "one", "two")


def test_without_pairs_there_is_nothing_to_say() -> None:
    nan = float("nan")
    assert "nothing to compare" in verdict(Paired(0, 0, 0, nan, (nan, nan), (), {}), "one", "two")
