"""Which explanations of one neuron two sides are compared by."""

from types import SimpleNamespace
from typing import Any

import pytest

from neuronview.errors import BadInput, ScoringError
from neuronview.records import Explanation, NeuronId
from neuronview.store.figures import Reading
from neuronview.view import paired
from neuronview.view.evaluation import Source
from neuronview.view.paired import neuron_difference

NEURON = NeuronId(0, 1)


def compared(monkeypatch: pytest.MonkeyPatch, known: list[tuple[str, str, str]], *sides: tuple[str, str]) -> list[str]:
    """Texts of the explanations that two sides (explainer, simulator) take of `known` (text, explainer, simulator)."""
    taken: list[str] = []

    def read(dataset: Any, record: Any, source: Source, split: str) -> None:
        taken.append(source.explanation.text)
        if len(taken) % 2 == 0:
            raise ScoringError("too few")

    found = [Source(Explanation(text, explainer, NEURON, id=text), simulator) for text, explainer, simulator in known]
    monkeypatch.setattr(paired, "sources", lambda *_: found)
    monkeypatch.setattr(paired, "simulated_on", read)
    nothing = SimpleNamespace(neuron=lambda _: None, explanations=lambda _: [], simulations=lambda _: [])
    a, b = (Reading(explainer, "simulation", reader, (), 1) for explainer, reader in sides)
    neuron_difference(nothing, NEURON, (a, b))  # type: ignore[arg-type]
    return taken[:2]


def test_two_simulators_are_compared_on_the_first_explanation_that_both_read(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [("one", "gpt", "digits"), ("two", "gpt", "lines"), ("three", "gpt", "digits"), ("three", "gpt", "lines")]
    assert compared(monkeypatch, known, ("gpt", "digits"), ("gpt", "lines")) == ["three", "three"]
    with pytest.raises(BadInput, match="both digits and lines"):
        compared(monkeypatch, known[:2], ("gpt", "digits"), ("gpt", "lines"))


def test_two_explainers_are_compared_by_the_first_explanation_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [("one", "gpt", "digits"), ("two", "llama", "digits"), ("three", "gpt", "digits")]
    assert compared(monkeypatch, known, ("llama", "digits"), ("gpt", "digits")) == ["two", "one"]
    with pytest.raises(BadInput, match="no explanation by nobody"):
        compared(monkeypatch, known, ("nobody", "digits"), ("gpt", "digits"))
