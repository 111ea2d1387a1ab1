"""What the files of one neuron say, as read: columns rather than objects, since there are hundreds of thousands.

Knows neither JSON nor datasets. Numbers are as published, undefined ones None. Nothing here is changed once it is made;
the smallest parts are not frozen, which would cost a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import orjson
from numpy.typing import NDArray

from neuronview.records import ActivationRecord, NeuronId, NeuronRecord, NeuronStatistics

__all__ = [
    "MOMENTS",
    "MOST_KNOWN",
    "SCALES",
    "SCORES",
    "Distribution",
    "Doubles",
    "ExplanationsFile",
    "Floats",
    "PublishedExplanation",
    "PublishedScores",
    "RecordsFile",
    "Scale",
    "ScoredSequence",
    "excerpt_key",
    "tokens_of",
]

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
"""Numbers of simulations are in 32 bits, as they are stored."""
Scale = Literal["0-10", "calibrated"]
MOMENTS = ("mean", "variance", "skewness", "kurtosis")
SCORES = ("ev_correlation_score", "rsquared_score", "absolute_dev_explained_score")
SCALES: Mapping[str, Scale] = {"neuron_activations": "calibrated", "simulated_normalized_activations": "0-10"}
MOST_KNOWN = 120_000
"""Excerpts that are remembered, some 60 MB of them; the published sets have 50,000."""


@dataclass(frozen=True, eq=False)
class RecordsFile:
    """A file of activations: records one after another, their values in one array."""

    neuron: NeuronId
    groups: list[str]
    """Of each record: `top`, `random` or `quantile_0`, `quantile_1` and so on."""
    ranks: list[int]
    keys: list[bytes]
    """`excerpt_key` of each record's tokens."""
    lengths: list[int]
    activations: Doubles
    moments: tuple[float | None, ...]
    """In the order of MOMENTS; None where the file has null or NaN."""
    boundaries: tuple[float, ...] | None

    @property
    def maximum(self) -> float | None:
        """Largest activation of all records of any group: a quantile may hold more than the top; None without any."""
        return float(self.activations.max()) if len(self.activations) else None

    def statistics(self) -> NeuronStatistics:
        """What the file says of the neuron over the whole corpus, and its maximum."""
        mean, variance, skewness, kurtosis = self.moments
        return NeuronStatistics(
            mean=mean,
            variance=variance,
            skewness=skewness,
            kurtosis=kurtosis,
            maximum=self.maximum,
            quantile_boundaries=self.boundaries or (),
        )

    def record(self) -> NeuronRecord:
        """The same as objects."""
        starts = np.r_[0, np.cumsum(self.lengths)].astype(int)
        found: dict[str, list[ActivationRecord]] = {}
        for i, (group, rank, key) in enumerate(zip(self.groups, self.ranks, self.keys, strict=True)):
            values = self.activations[starts[i] : starts[i + 1]]
            record = ActivationRecord(tokens=tuple(tokens_of(key)), activations=values, group=group, rank=rank)
            found.setdefault(group, []).append(record)
        n_quantiles = max((int(name.split("_")[1]) + 1 for name in found if name.startswith("quantile_")), default=0)
        return NeuronRecord(
            id=self.neuron,
            top=found.get("top", []),
            random=found.get("random", []),
            quantiles=[found.get(f"quantile_{k}", []) for k in range(n_quantiles)],
            statistics=self.statistics(),
        )


@dataclass(slots=True, eq=False)
class Distribution:
    """What a simulator thought possible at each token: so many values a token, with their probabilities."""

    counts: NDArray[np.int32]  # (tokens,)
    values: Floats  # (sum of counts,)
    probabilities: Floats  # (sum of counts,)


@dataclass(slots=True)
class PublishedScores:
    """Numbers as published; None where a file has null, NaN or nothing."""

    ev_correlation: float | None = None
    rsquared: float | None = None
    absolute_dev_explained: float | None = None


@dataclass(slots=True, eq=False)
class ScoredSequence:
    """One excerpt that an explanation was scored on."""

    key: bytes
    """`excerpt_key` of its tokens."""
    true: Floats  # (tokens,) activations as published
    expected: Floats  # (tokens,)
    scale: Scale
    distribution: Distribution | None
    uncalibrated: Floats | None  # (tokens,) what the simulator said before calibration, 0 to 10
    uncalibrated_distribution: Distribution | None
    scores: PublishedScores


@dataclass(slots=True, eq=False)
class PublishedExplanation:
    """One explanation with its score, when it has one. The text is kept as it is, spaces too."""

    text: str
    scores: PublishedScores | None
    sequences: list[ScoredSequence]


@dataclass(slots=True, eq=False)
class ExplanationsFile:
    """A file of explanations, which may be none."""

    neuron: NeuronId
    explanations: list[PublishedExplanation]


def excerpt_key(tokens: Sequence[str]) -> bytes:
    """One text for a list of tokens, another for every other list: its JSON. TypeError when one is not a string."""
    "".join(tokens)
    return orjson.dumps(tokens)


def tokens_of(key: bytes) -> list[str]:
    """The tokens that `excerpt_key` was given."""
    return list(orjson.loads(key))
