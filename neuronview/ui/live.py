"""What a typed text does to the model: tokens, values of chosen neurons, and all neurons ranked. Pure: no Streamlit.

Two ways of reading: at once, where every token is read with all the text before it, and in windows like the excerpts
that the corpus was read in (`neuronview.model.windows`). Neurons are always ranked by the second, since their stored
distributions are of such readings; for a text no longer than an excerpt both are one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.records import ActivationRecord, NeuronId
from neuronview.stats import Ranking, rank_peaks

if TYPE_CHECKING:
    from neuronview.model import Peaks, SubjectModel

__all__ = [
    "EXCERPT_TOKENS",
    "MOST_CHARACTERS",
    "MOST_TOKENS",
    "How",
    "Known",
    "Reading",
    "odds",
    "peaks_in",
    "rank",
    "read_text",
    "records",
    "what_fits",
]

How = Literal["at_once", "windows"]

EXCERPT_TOKENS = 64
"""Length of a window where a dataset does not say how long its excerpts are: published ones have 64 tokens."""
MOST_TOKENS = 10_000
"""Longest text that is read, so that a browser can draw it and a small computer reads it within a minute or so."""

MOST_CHARACTERS = 200_000
"""Longest text that is cut into tokens at all: 10,000 tokens of English have some 45,000."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as the model reads it; the leading token is not part of it."""

    text: str
    tokens: tuple[str, ...]
    token_ids: tuple[int, ...]
    peaks: Peaks
    """Every neuron's largest value, read in windows."""
    window: int
    """Length of a window in tokens."""
    context: int
    """How many tokens the model reads at once."""
    leading: str | None = None

    @property
    def ways(self) -> tuple[How, ...]:
        """The ways of reading that differ for this text, the usual one first."""
        if len(self.tokens) <= self.window:
            return ("at_once",)
        return ("at_once", "windows") if len(self.tokens) <= self.context else ("windows",)


@dataclass(frozen=True, eq=False)
class Known:
    """What a dataset knows of its neurons' distributions; nan where it does not."""

    tails: NDArray[Any]  # (layers, neurons, grid)
    probabilities: NDArray[Any]  # (grid,)
    maxima: NDArray[Any]  # (layers, neurons)

    @property
    def rarity(self) -> bool:
        """Whether neurons can be ranked by how rare a value is for them."""
        return bool(np.isfinite(self.tails).any())


def read_text(model: SubjectModel, text: str, *, window: int = EXCERPT_TOKENS) -> Reading:
    """Tokens of a text and every neuron's largest value in windows of so many tokens.

    Raises BadInput when it is empty or longer than anything that is read here.
    """
    from neuronview.model import peaks

    if not text.strip():
        raise BadInput("There is no text to read. Type a sentence, or choose one of the written passages.")
    if len(text) > MOST_CHARACTERS:
        raise BadInput(
            f"The text has {len(text):,} characters; at most {MOST_CHARACTERS:,} are cut into tokens here, "
            f"and {MOST_TOKENS:,} tokens are read. Shorten it."
        )
    tokens = model.tokenize(text)
    if len(tokens) > MOST_TOKENS:
        raise BadInput(
            f"The text has {len(tokens):,} tokens; at most {MOST_TOKENS:,} are read here. "
            f"Shorten it: what fits ends with “… {what_fits(model, text, MOST_TOKENS)[-40:].strip()}”."
        )
    window = min(window, model.max_tokens)
    ids = tuple(token.id for token in tokens)
    return Reading(
        text,
        tuple(token.text for token in tokens),
        ids,
        peaks(model, ids, length=window),
        window=window,
        context=model.max_tokens,
        leading=model.leading_token,
    )


def what_fits(model: SubjectModel, text: str, n_tokens: int) -> str:
    """The beginning of a text that so many tokens hold; all of it when they hold it."""
    text = text[:MOST_CHARACTERS]
    tokens = model.tokenize(text) if text else []
    return text if len(tokens) <= n_tokens else text[: tokens[n_tokens - 1].end]


def records(model: SubjectModel, reading: Reading, neurons: Sequence[NeuronId], how: How) -> list[ActivationRecord]:
    """Chosen neurons on the text, in the form of stored excerpts.

    Read `at_once` the values are those of the model run on all the token ids; raises BadInput when they are too many.
    """
    from neuronview.model import window_activations

    if how == "at_once":
        values = model.activations(reading.token_ids, neurons)
    else:
        values = window_activations(model, reading.token_ids, neurons, length=reading.window)
    return [
        ActivationRecord(reading.tokens, values[:, column], reading.token_ids, group="typed", source="recomputed")
        for column in range(len(neurons))
    ]


def peaks_in(model: SubjectModel, reading: Reading, span: range) -> Peaks:
    """Every neuron's largest value among the tokens of a span, each in the window that it counts in."""
    from neuronview.model import peaks

    return peaks(model, reading.token_ids, length=reading.window, span=span)


def rank(measured: Peaks, known: Known, *, by_value: bool = False) -> Ranking:
    """All neurons by how unusual their largest value is for them, corrected for the tokens that were looked at.

    By the raw value where that is asked for, or where the dataset cannot say what is unusual.
    """
    return rank_peaks(
        measured.values,
        measured.positions,
        measured.n_tokens,
        known.tails,
        known.probabilities,
        maxima=known.maxima,
        by_value=by_value or not known.rarity,
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
