"""What everything else passes around: frozen records, named as the field names them.

Knows numpy and nothing else: not how records are stored, computed or shown. Layers, neurons, positions and
ranks count from zero. "Activation" is the value of an MLP neuron after its activation function (site
`mlp_post_act`) at one token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neuronview.errors import BadInput

Floats = NDArray[np.floating[Any]]
ScoreState = Literal["ok", "undefined", "unparsable", "provider_error"]
Subset = Literal["top_and_random", "top", "random", "all"]

SCORE_STATES: tuple[ScoreState, ...] = ("ok", "undefined", "unparsable", "provider_error")
QUANTILE_GROUPS: tuple[str, ...] = ("quantile_0", "quantile_1", "quantile_2", "quantile_3")
QUANTILES: tuple[float, ...] = (0.5, 0.9, 0.99, 0.999)
"""Boundaries of the quantile groups in the distribution of an excerpt's maximum: group k lies below QUANTILES[k]."""
GROUPS: tuple[str, ...] = ("first", "top", "random", *QUANTILE_GROUPS)
"""Names of record groups: `first` holds the best excerpts of the corpus part shown first, where there is one.

Published data also has `quantile_4`, above the last of QUANTILES.
"""


def whole_number(text: str) -> int | None:
    """A whole number from zero in at most nine digits, as people and addresses write it; None for all else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


class NeuronId(NamedTuple):
    """Which neuron: layer and index within the layer, both from zero. Written `layer:neuron`."""

    layer: int
    neuron: int

    def __str__(self) -> str:
        return f"{self.layer}:{self.neuron}"

    @classmethod
    def parse(cls, text: str) -> NeuronId:
        """Read `layer:neuron`; raise BadInput with the right form when it is something else."""
        written, _, index = text.strip().partition(":")
        layer, neuron = whole_number(written.strip()), whole_number(index.strip())
        if layer is None or neuron is None:
            raise BadInput(f"“{text[:40]}” is not a neuron. Write layer:neuron, both from zero, such as 2:17.")
        return cls(layer, neuron)


@dataclass(frozen=True, eq=False)
class ActivationRecord:
    """One excerpt with one neuron's activations; the leading token is not part of it."""

    tokens: tuple[str, ...]
    activations: Floats  # (tokens,) activation after GELU
    token_ids: tuple[int, ...] | None = None
    excerpt_id: int | None = None
    group: str = ""
    rank: int = 0
    document_id: str | None = None
    source: str | None = None
    """Which part of the corpus the excerpt is from, such as `written` or `generated`."""
    template: str | None = None
    """What the document was made from, where it was; documents of one template are near-duplicates."""

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.activations):
            raise BadInput(
                f"{len(self.tokens)} tokens but {len(self.activations)} activations: a record needs one of each."
            )

    @property
    def maximum(self) -> float:
        """Largest activation; nan for a record without tokens."""
        return float(np.max(self.activations)) if len(self.tokens) else float("nan")


@dataclass(frozen=True)
class TokenMean:
    """A token's mean activation over the corpus, and how often it occurred."""

    token: str
    token_id: int | None
    mean: float
    count: int


class FeatureCorrelation(NamedTuple):
    """Pearson correlation of the activation with a dictionary feature, over the whole corpus."""

    feature: str
    correlation: float


@dataclass(frozen=True, eq=False)
class NeuronStatistics:
    """One neuron over the whole corpus; None or empty where the source does not say."""

    count: int | None = None
    n_excerpts: int | None = None
    mean: float | None = None
    variance: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    share_positive: float | None = None
    histogram: Floats | None = None  # (bins,) counts in equal bins from minimum to maximum
    quantile_boundaries: tuple[float, ...] = ()  # of the excerpt maximum, at QUANTILES
    tail_probabilities: Floats | None = None  # (grid,) decreasing probabilities
    tail_values: Floats | None = None  # (grid,) value exceeded with that probability, per token
    tail_max_values: Floats | None = None  # (grid,) likewise for an excerpt's maximum
    top_tokens: tuple[TokenMean, ...] = ()
    features: tuple[FeatureCorrelation, ...] = ()


@dataclass(frozen=True, eq=False)
class NeuronRecord:
    """Everything stored about one neuron but its explanations."""

    id: NeuronId
    top: list[ActivationRecord] = field(default_factory=list)
    random: list[ActivationRecord] = field(default_factory=list)
    quantiles: list[list[ActivationRecord]] = field(default_factory=list)
    first: list[ActivationRecord] = field(default_factory=list)
    statistics: NeuronStatistics = field(default_factory=NeuronStatistics)

    @property
    def groups(self) -> dict[str, list[ActivationRecord]]:
        """Non-empty groups by name, in the order of GROUPS; `quantile_4` and so on after them."""
        named = {f"quantile_{k}": records for k, records in enumerate(self.quantiles)}
        groups = {"first": self.first, "top": self.top, "random": self.random, **named}
        return {name: records for name, records in groups.items() if records}

    @property
    def max_activation(self) -> float:
        """Largest activation among all stored records; nan when there is none."""
        values = [record.maximum for records in self.groups.values() for record in records]
        return max(values) if values else float("nan")


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from; None where it does not apply."""

    dataset: str | None = None
    model: str | None = None
    model_fingerprint: str | None = None
    activation_function: str | None = None
    dtype: str | None = None
    explainer: str | None = None
    explainer_model: str | None = None
    """The language model that wrote the explanation, by its name as returned."""
    simulator: str | None = None
    """What simulated or judged, with its options."""
    simulator_model: str | None = None
    """The language model that simulated or judged, by its name as returned; None for a rule."""
    prompt_hash: str | None = None
    seed: int | None = None
    split: str | None = None
    fitted_on: str | None = None
    """What text a rule was fitted on, in words."""
    created: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Baseline:
    """What a score stands beside: the same scorer on the same excerpts with another explanation."""

    name: str
    value: float  # nan when undefined
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0
    """How many explanations were averaged."""


@dataclass(frozen=True)
class Score:
    """A score with what it takes to trust it. A value is only there in state `ok`; else it is nan."""

    ev_correlation: float
    rsquared: float = float("nan")
    absolute_dev_explained: float = float("nan")
    interval: tuple[float, float] = (float("nan"), float("nan"))
    n_sequences: int = 0
    n_tokens: int = 0
    n_missing: int = 0
    state: ScoreState = "ok"
    reason: str = ""
    scorer: str = "simulation"
    simulator: str = ""
    split: str = ""
    subset: Subset = "top_and_random"
    baselines: tuple[Baseline, ...] = ()
    note: str = ""
    """How far the interval can be trusted, where that is not far."""
    provenance: Provenance = field(default_factory=Provenance)
    measure: float = float("nan")
    """The number of a scorer other than `simulation`: an area under the ROC curve, or the share of an effect kept."""
    measures: Mapping[str, float] = field(default_factory=dict)
    """What such a scorer tells besides, by name: the number that chance alone gives, how many items of each class."""

    @property
    def value(self) -> float:
        """The number that is shown and sorted by: the correlation, or another scorer's measure.

        nan unless the state is `ok`. Values of different scorers are not on one scale.
        """
        if self.state != "ok":
            return float("nan")
        return self.ev_correlation if self.scorer == "simulation" else self.measure

    def without_value(self, state: ScoreState, reason: str) -> Score:
        """The same in a state in which there is no number, and so nothing to note about one."""
        nan = float("nan")
        return replace(
            self,
            ev_correlation=nan,
            rsquared=nan,
            absolute_dev_explained=nan,
            measure=nan,
            interval=(nan, nan),
            state=state,
            reason=reason,
            note="",
        )


@dataclass(frozen=True)
class Explanation:
    """A sentence (or rule) that says what a neuron looks for."""

    text: str
    explainer: str
    neuron: NeuronId | None = None
    rule: Mapping[str, Any] | None = None
    """What a rule simulator evaluates, as plain JSON; None when only the text says it."""
    id: str = ""
    parent: str | None = None
    scores: list[Score] = field(default_factory=list, compare=False)
    provenance: Provenance = field(default_factory=Provenance)

    def score(self, *, split: str | None = None, subset: str = "top_and_random") -> Score | None:
        """The first score of that split and subset, or None."""
        for score in self.scores:
            if score.subset == subset and split in (None, score.split):
                return score
        return None


@dataclass(frozen=True, eq=False)
class Simulation:
    """What a simulator expects on one excerpt. Expected is nan where it gave no answer: missing, never zero."""

    tokens: tuple[str, ...]
    expected: Floats  # (tokens,)
    values: tuple[tuple[float, ...], ...] = ()
    probabilities: tuple[tuple[float, ...], ...] = ()
    scale: Literal["0-10", "calibrated"] = "calibrated"
    answered_by: str = ""
    """The language model's name as returned."""

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.expected):
            raise BadInput(
                f"{len(self.tokens)} tokens but {len(self.expected)} simulated values: a simulation needs one of each."
            )
