"""Rule simulators evaluate their rule token by token, as a plain reading of the rule does."""

import numpy as np
import pytest

from neuronview.errors import NotFound
from neuronview.explain.features import evaluate_expression
from neuronview.explain.rules import lookup_key, simulator_for
from neuronview.records import Explanation, NeuronId

LOOKUP = {"kind": "lookup", "tokens": {" Cat": 3.0, "cat": 2.0, " dog": -1.0}, "rest": 0.25}


def values(rule: dict, tokens: list[str]) -> list[float]:
    simulation = simulator_for(Explanation("", "someone", NeuronId(0, 0), rule)).simulate(tokens)
    assert (simulation.tokens, simulation.scale) == (tuple(tokens), "calibrated")
    return list(simulation.expected)


@pytest.mark.parametrize(
    ("token", "value"),
    [
        (" Cat", 3.0),  # exactly
        ("cat", 2.0),
        (" CAT", 3.0),  # stripped lower case; of two such entries the one with the higher mean
        ("DOG\n", -1.0),
        (" bird", 0.25),  # the mean of all the rest
        ("", 0.25),
    ],
)
def test_lookup_backs_off(token: str, value: float) -> None:
    assert values(LOOKUP, [token]) == [value]


def test_lookup_does_not_depend_on_the_order_of_its_table() -> None:
    tokens = [" CAT", "Dog", "x"]
    turned = {**LOOKUP, "tokens": dict(reversed(LOOKUP["tokens"].items()))}
    assert values(turned, tokens) == values(LOOKUP, tokens)


def test_lookup_key_is_stripped_lower_case() -> None:
    assert lookup_key(" LonDon\n") == "london"


@pytest.mark.parametrize(
    "expression",
    [
        {"feature": "digits"},
        {"any": ["digits", "after_comma"]},
        {"all": ["after_comma", "digits"]},
    ],
)
def test_dictionary_gives_on_where_the_expression_holds_and_off_elsewhere(expression: dict) -> None:
    tokens = ["In", " 1999", ",", " 12", " cats", ",", " and", " rain"]
    holds = evaluate_expression(expression, tokens)
    assert 0 < holds.sum() < len(tokens)
    rule = {"kind": "dictionary", "expression": expression, "on": 2.5, "off": -0.5}
    assert values(rule, tokens) == [2.5 if held else -0.5 for held in holds]


def test_pattern_gives_one_and_zero_or_its_own_values() -> None:
    tokens = [" a", " cat", " ran"]
    assert values({"kind": "pattern", "pattern": "cat"}, tokens) == [0.0, 1.0, 0.0]
    own = {"kind": "pattern", "pattern": "C.T", "regex": True, "on": 4.0, "off": -1.0}
    assert values(own, [" CAT", " cat"]) == [4.0, -1.0]


@pytest.mark.parametrize("rule", [None, {}, {"kind": "dream"}])
def test_text_without_a_rule_is_refused_with_what_would_do(rule: dict | None) -> None:
    with pytest.raises(NotFound, match="language model"):
        simulator_for(Explanation("fires on joy", "person", NeuronId(0, 0), rule))


def test_values_do_not_depend_on_the_rest_of_the_excerpt_for_lookup() -> None:
    tokens = [" Cat", " dog", " x", "cat"]
    together = values(LOOKUP, tokens)
    np.testing.assert_array_equal(together, [values(LOOKUP, [token])[0] for token in tokens])
