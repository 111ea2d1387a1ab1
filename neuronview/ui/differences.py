"""Two texts compared by what every neuron does on each: how rare its largest value is, or how high it is on the whole.

Pure: knows no Streamlit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from neuronview.records import NeuronId
from neuronview.stats import mean_percentile, rank_differences, surprise_bits
from neuronview.ui.live import Known, Reading, rank

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["MEASURES", "Apart", "Measure", "Way", "on_text"]

Measure = Literal["largest", "mean", "value"]
Way = Literal["size", "first", "second"]
Floats = NDArray[np.floating[Any]]
MEASURES: dict[Measure, str] = {
    "largest": "how rare its largest value is",
    "mean": "its mean percentile",
    "value": "its largest value",
}


@dataclass(frozen=True, eq=False)
class Apart:
    """A measure of every neuron (layers, neurons) on the texts A and B."""

    first: Floats
    second: Floats

    def ranked(self, n: int, *, by: Way = "size") -> list[NeuronId]:
        """The `n` neurons that the texts differ most in, either way or where one is the higher; not the unknown."""
        known = np.isfinite(self.first - self.second)
        places = rank_differences(self.first, self.second, by=by)[: int(known.sum())]
        return [NeuronId(*map(int, divmod(int(place), self.first.shape[1]))) for place in places[:n]]


def on_text(model: SubjectModel, reading: Reading, known: Known, measure: Measure, *, least: float) -> Floats:
    """A measure of every neuron on a text (layers, neurons); nan where its distribution is not known.

    `largest`: bits of surprise of the largest value, corrected for the length of the text, at most those of `least`,
    the smallest probability that the corpus can tell. `mean`: the mean over tokens of the percentile of the value in
    the corpus, 0 to 100. `value`: the largest activation.
    """
    if measure == "value":
        return reading.peaks.values
    if measure == "largest":
        found = rank(reading.peaks, known)
        rarity = np.empty(reading.peaks.values.shape)
        rarity[found.layers, found.neurons] = found.probabilities
        return surprise_bits(np.maximum(rarity, least))
    from neuronview.model import tokens_above

    counts = tokens_above(model, reading.token_ids, known.tails, length=reading.window)
    return 100 * mean_percentile(counts, len(reading.token_ids), known.tails, known.probabilities)
