"""The drawn neuron with the statistics that say what is high for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from neuronview.records import NeuronRecord, NeuronStatistics
from tests.support.drawn_records import drawn_neuron

EXCERPT_LOW, EXCERPT_HIGH = 2.0, 2.4
TOKEN_LOW, TOKEN_HIGH = 0.05, 2.0


def known_neuron(**options: Any) -> NeuronRecord:
    """Of 30 top and 40 random excerpts unless said otherwise; see `drawn_neuron`."""
    record = drawn_neuron(**{"top": 30, "random": 40, **options})
    values = np.concatenate([r.activations for records in record.groups.values() for r in records])
    statistics = NeuronStatistics(
        mean=float(values.mean()),
        quantile_boundaries=(EXCERPT_LOW, 2.2, EXCERPT_HIGH, 3.0),
        tail_probabilities=np.array([0.7, 0.5, 0.1, 0.01, 0.001]),
        tail_values=np.array([0.01, TOKEN_LOW, 1.0, TOKEN_HIGH, 3.0]),
    )
    return replace(record, statistics=statistics)
