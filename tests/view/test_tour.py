"""The tour's stops, a guess as it is read, and in words where an explanation fails."""

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import numpy as np
import orjson
import pytest

from neuronview.errors import DatasetError
from neuronview.explain.rules import simulator_for
from neuronview.view.breaking import LEAST, failure_words, failures
from neuronview.view.guessing import read_guess
from neuronview.view.tour import KINDS, Stop, load_tour, options, parse_tour

FINGERPRINT = orjson.loads(files("neuronview.view").joinpath("tour.json").read_bytes())["tours"][0]["model_fingerprint"]


@pytest.fixture(scope="module")
def stops(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stop, ...]:
    return load_tour(tmp_path_factory.mktemp("none"), fingerprint=FINGERPRINT)


def test_the_shipped_tour_has_three_dozen_neurons_of_all_layers_and_kinds(stops: tuple[Stop, ...]) -> None:
    assert len({stop.neuron for stop in stops}) == len(stops) == 36
    assert {stop.neuron.layer for stop in stops} == {0, 1, 2, 3}
    kinds = Counter(stop.kind for stop in stops)
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 8
    assert {stop.rule["kind"] for stop in stops if stop.rule} == {"pattern", "dictionary"}


def test_every_stop_says_something_that_a_rule_simulates_and_has_a_text_against_it(stops: tuple[Stop, ...]) -> None:
    for stop in stops:
        assert stop.explanation is not None, stop.neuron
        assert stop.breaks.strip(), stop.neuron
        values = simulator_for(stop.explanation).simulate(("the", " ", "if", " it", " is", " 10", ":", "30")).expected
        assert np.isfinite(values).all()


def test_no_two_stops_say_the_same(stops: tuple[Stop, ...]) -> None:
    assert len({stop.says for stop in stops}) == len(stops)


def test_a_guess_is_offered_ours_and_two_others_the_same_at_each_visit(stops: tuple[Stop, ...]) -> None:
    offered = [options(stops, number) for number in range(1, len(stops) + 1)]
    assert offered == [options(stops, number) for number in range(1, len(stops) + 1)]
    for stop, these in zip(stops, offered, strict=True):
        assert stop.says in these
        assert len(set(these)) == 3
    places = Counter(these.index(stop.says) for stop, these in zip(stops, offered, strict=True))
    assert min(places[place] for place in range(3)) >= 5


def test_a_stop_whose_rule_nobody_can_evaluate_is_refused(tmp_path: Path) -> None:
    stop = {"neuron": "0:1", "kind": "good", "title": "t", "words": "w", "says": "s", "rule": {"kind": "magic"}}
    content = orjson.dumps({"tours": [{"model_fingerprint": "x", "stops": [stop]}]})
    with pytest.raises(DatasetError, match="magic"):
        parse_tour(content, fingerprint="x")


@pytest.mark.parametrize(
    ("typed", "pattern", "is_regex"),
    [
        ("the, a, an", "the, a, an", False),
        ("since", "since", False),
        ("/colou?rs?/i", "(?i)colou?rs?", True),
        ("the words “past” and “round” before a place", "past, round", False),
        ("a comma before and", "", False),
        ("question words", "", False),
        ("  ", "", False),
    ],
)
def test_a_guess_is_read_as_a_pattern_where_it_is_one(typed: str, pattern: str, is_regex: bool) -> None:
    guess = read_guess(typed)
    assert (guess.pattern, guess.is_regex, guess.text) == (pattern, is_regex, typed.strip())


TOKENS = (" the", " Br", "enn", "an", ",", " 7")


def test_failures_are_the_tokens_that_differ_enough_the_most_first() -> None:
    real, simulated = np.array([0.1, 5.0, 0.0, 2.0, -0.2, 0.0]), np.array([0.1, 0.0, 0.3, 0.0, 0.0, 3.0])
    found = failures(TOKENS, real, simulated, 5.0)
    assert [entry.position for entry in found] == [1, 5, 3]
    assert [entry.is_missed for entry in found] == [True, False, True]
    assert [entry.token for entry in found] == ["“Br” in “Brennan”", "“7”", "“an” in “Brennan”"]
    assert failures(TOKENS, real, simulated, 5.0 / LEAST + 1e-6) == []


def test_silence_below_zero_and_missing_values_are_no_failures() -> None:
    real, simulated = np.array([-0.17, 3.0]), np.array([-2.0, np.nan])
    assert failures(("a", "b"), real, simulated, 1.0) == []


@pytest.mark.parametrize("maximum", [0.0, -0.1, np.nan])
def test_a_neuron_that_never_fires_has_no_failures_and_no_explanation_holds_for_it(maximum: float) -> None:
    real, simulated = np.array([-0.2, np.nan, -0.1]), np.array([0.0, 1.0, 2.0])
    found = failures(("a", "b", "c"), real, simulated, maximum)
    assert found == []
    assert "not above zero" in failure_words(found, maximum)


def test_the_sentence_says_what_is_not_named_and_what_is_named_in_vain() -> None:
    real, simulated = np.array([4.0, 0.0]), np.array([0.25, 3.0])
    said = failure_words(failures((" table", " some"), real, simulated, 4.0), 4.0)
    assert said == (
        "It fires on “table” (4.00, expected 0.25), which the explanation does not name. "
        "It is also quieter than said on “some” (0.00, expected 3.00), which it names."
    )
    assert re.search(r"holds.*20%", failure_words([], 4.0))


def test_a_token_is_told_once_where_it_differs_most() -> None:
    real = np.array([2.0, 4.0, 3.0])
    said = failure_words(failures((" a", " b", " a"), real, np.zeros(3), 4.0), 4.0)
    assert said.startswith("It fires on “b” (4.00, expected 0.00) and “a” (3.00, expected 0.00), which")
