"""The published layout's classes and loader, written from its description: what reads our exported files in tests.

Rules: an object with `dataclass_name` becomes that class, with the rest as arguments, and an unknown or missing field
is a TypeError; an unregistered name, or none, stays a plain dict.
"""

import json
import math
from dataclasses import dataclass, field
from typing import Any

Numbers = list[float]


@dataclass
class NeuronId:
    layer_index: int
    neuron_index: int


@dataclass
class ActivationRecord:
    tokens: list[str]
    activations: Numbers


@dataclass
class NeuronRecord:
    neuron_id: NeuronId
    random_sample: list[ActivationRecord] = field(default_factory=list)
    random_sample_by_quantile: list[list[ActivationRecord]] | None = None
    quantile_boundaries: Numbers | None = None
    mean: float | None = math.nan
    variance: float | None = math.nan
    skewness: float | None = math.nan
    kurtosis: float | None = math.nan
    most_positive_activation_records: list[ActivationRecord] = field(default_factory=list)

    @property
    def max_activation(self) -> float:
        return max(max(record.activations) for record in self.most_positive_activation_records)


@dataclass
class SequenceSimulation:
    tokens: list[str]
    expected_activations: Numbers
    activation_scale: str
    distribution_values: list[Numbers]
    distribution_probabilities: list[Numbers]
    uncalibrated_simulation: "SequenceSimulation | None" = None


@dataclass
class ScoredSequenceSimulation:
    simulation: SequenceSimulation
    true_activations: Numbers
    ev_correlation_score: float | None
    rsquared_score: float | None = None
    absolute_dev_explained_score: float | None = None


@dataclass
class ScoredSimulation:
    scored_sequence_simulations: list[ScoredSequenceSimulation]
    ev_correlation_score: float | None = None
    rsquared_score: float | None = None
    absolute_dev_explained_score: float | None = None

    def get_preferred_score(self) -> float | None:
        return self.ev_correlation_score


@dataclass
class ScoredExplanation:
    explanation: str
    scored_simulation: ScoredSimulation


@dataclass
class NeuronSimulationResults:
    neuron_id: NeuronId
    scored_explanations: list[ScoredExplanation]


@dataclass
class TokensAndWeights:
    tokens: list[str]
    strengths: list[float | None]


@dataclass
class WeightBasedSummaryOfNeuron:
    input_positive: TokensAndWeights
    input_negative: TokensAndWeights
    output_positive: TokensAndWeights
    output_negative: TokensAndWeights


@dataclass
class TokenLookupTableSummaryOfNeuron:
    tokens: list[str]
    average_activations: list[float | None]


CLASSES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(NeuronId, ActivationRecord, NeuronRecord, SequenceSimulation, ScoredSequenceSimulation, ScoredSimulation),
        *(ScoredExplanation, NeuronSimulationResults, TokensAndWeights, WeightBasedSummaryOfNeuron),
        TokenLookupTableSummaryOfNeuron,
    )
}


def load(text: str | bytes) -> Any:
    """One file's content as objects."""
    return json.loads(text, object_hook=_object)


def load_results(text: str) -> Any:
    """A file of explanations, which has exactly one line that is not empty."""
    (line,) = [line for line in text.split("\n") if line]
    return load(line)


def _object(found: dict[str, Any]) -> Any:
    kind = CLASSES.get(found.pop("dataclass_name", ""))
    return found if kind is None else kind(**found)
