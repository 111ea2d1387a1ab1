"""A run beside what was there: only scores that measure the same stand beside each other, the best of the others."""

import math

from neuronview.records import Explanation, NeuronId, Score
from neuronview.ui.run_beside import pairs

NEURON = NeuronId(1, 2)


def scored(text: str, value: float, *, simulator: str = "dictionary", split: str = "held_out", state: str = "ok"):
    score = Score(value, state=state, split=split, simulator=simulator)
    return Explanation(text, "person", NEURON, id=text, scores=[score])


MINE = scored("mine", 0.4)


def beside(*others: Explanation) -> list[str]:
    return [entry.other.text for entry in pairs([MINE], {NEURON: [MINE, *others]})]


def test_the_best_of_the_others_stands_beside() -> None:
    assert beside(scored("worse", 0.1), scored("best", 0.9), scored("good", 0.5)) == ["best"]


def test_an_explanation_does_not_stand_beside_itself() -> None:
    assert beside() == []


def test_scores_that_measure_something_else_do_not_count() -> None:
    assert beside(scored("by a language model", 0.9, simulator="decisions"), scored("else", 0.9, split="valid")) == []


def test_all_rules_read_alike() -> None:
    assert beside(scored("a rule of another kind", 0.3, simulator="lookup")) == ["a rule of another kind"]


def test_what_has_no_number_stands_beside_nothing() -> None:
    undefined = scored("undefined", math.nan, state="undefined")
    assert beside(undefined) == []
    assert pairs([undefined], {NEURON: [undefined, MINE]}) == []
