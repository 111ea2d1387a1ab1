"""What a typed text does to the model: tokens, values of chosen neurons, and all neurons ranked. Pure: no Streamlit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.records import ActivationRecord, NeuronId
from neuronview.stats import Ranking, rank_neurons

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["Reading", "beginning", "odds", "rank", "read_text", "record_of", "what_fits"]


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as the model reads it; the leading token is not part of it."""

    tokens: tuple[str, ...]
    token_ids: tuple[int, ...]
    activations: NDArray[np.float32]  # (layers, tokens, neurons)
    leading: str | None = None


def read_text(model: SubjectModel, text: str) -> Reading:
    """Tokens and all activations of a text.

    Raises BadInput when it is empty, or, saying how many tokens fit and where they end, when it is too long.
    """
    if not text.strip():
        raise BadInput("There is no text. Type a sentence, or choose one of the written passages.")
    tokens = model.tokenize(text)
    if len(tokens) > model.max_tokens:
        raise BadInput(
            f"The text has {len(tokens):,} tokens; this model reads {model.max_tokens} at a time. "
            f"Shorten it: what fits ends with “… {what_fits(model, text)[-40:].strip()}”."
        )
    ids = tuple(token.id for token in tokens)
    return Reading(tuple(token.text for token in tokens), ids, model.all_activations(ids), model.leading_token)


def what_fits(model: SubjectModel, text: str) -> str:
    """The beginning of a text that the model can read at once; all of it when it fits."""
    tokens = model.tokenize(text) if text else []
    return text if len(tokens) <= model.max_tokens else text[: tokens[model.max_tokens - 1].end]


def beginning(reading: Reading, length: int) -> Reading:
    """The first `length` tokens of a reading; their values are the same, as the model only looks back."""
    if length >= len(reading.tokens):
        return reading
    return replace(
        reading,
        tokens=reading.tokens[:length],
        token_ids=reading.token_ids[:length],
        activations=reading.activations[:, :length],
    )


def record_of(reading: Reading, neuron: NeuronId) -> ActivationRecord:
    """One neuron on the text, in the form of a stored excerpt."""
    values = reading.activations[neuron.layer, :, neuron.neuron]
    return ActivationRecord(reading.tokens, values, reading.token_ids, group="typed", source="recomputed")


def rank(
    reading: Reading,
    tails: NDArray[Any],
    probabilities: Sequence[float] | NDArray[Any],
    *,
    maxima: NDArray[Any],
    position: int | None = None,
    by_value: bool = False,
) -> Ranking:
    """All neurons by how unusual the whole text is for them, or one token of it (then not corrected for length)."""
    if position is None:
        return rank_neurons(reading.activations, tails, probabilities, maxima=maxima, by_value=by_value)
    one = reading.activations[:, position : position + 1]
    found = rank_neurons(one, tails, probabilities, maxima=maxima, by_value=by_value)
    return Ranking(
        layers=found.layers,
        neurons=found.neurons,
        positions=found.positions + position,
        values=found.values,
        probabilities=found.probabilities,
        above=found.above,
        excess=found.excess,
    )


def odds(probability: float, *, above: bool = False, least: float = 0.0) -> str:
    """A tail probability in words, such as “1 in 3,400”; two digits are all that it is good for.

    `least` is the smallest probability that the corpus can tell, said where the probability is 0.
    """
    if above:
        return "above anything in the corpus"
    if math.isnan(probability):
        return "not known"
    if probability <= 0:
        return f"rarer than {_one_in(least)}" if least > 0 else "rarer than anything stored"
    return "nothing unusual" if probability > 0.5 else _one_in(probability)


def _one_in(probability: float) -> str:
    one_in = 1 / probability
    digits = 1 - math.floor(math.log10(one_in))
    return f"1 in {round(one_in, digits):,.{max(0, digits)}f}".removesuffix(".0")
