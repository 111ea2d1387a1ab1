"""Stored simulations: what a simulator that cannot be run again for free expected on an excerpt, a row each.

A row that is not there was never asked for; a token whose value is null was asked for and not answered. Neither is 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from neuronview.errors import DatasetError
from neuronview.records import Floats, NeuronId, Simulation
from neuronview.store.manifest import committed_parts
from neuronview.store.neuron_rows import read_neuron
from neuronview.store.schema import SIMULATIONS

__all__ = ["PublishedSequence", "StoredSimulation", "read_simulations", "simulation_table"]

_PUBLISHED_SCORES = ("ev_correlation", "rsquared", "absolute_dev_explained")


@dataclass(frozen=True, eq=False)
class PublishedSequence:
    """What a published simulation of one excerpt says besides; scores are nan where they are undefined."""

    place: int
    """Among the excerpts that the explanation was scored on, from 0."""
    true: Floats  # (tokens,) activations that it was scored against
    ev_correlation: float
    rsquared: float
    absolute_dev_explained: float
    uncalibrated: Floats | None = None  # (tokens,) 0 to 10, where `expected` is calibrated
    uncalibrated_values: tuple[tuple[float, ...], ...] = ()
    uncalibrated_probabilities: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class StoredSimulation:
    """One excerpt as one simulator sees it by one explanation."""

    explanation_id: str
    neuron: NeuronId
    simulator: str
    excerpt_id: int
    expected: Floats  # (tokens,) nan where the simulator gave no value
    scale: Literal["0-10", "calibrated"]
    values: tuple[tuple[float, ...], ...] = ()
    probabilities: tuple[tuple[float, ...], ...] = ()
    created: str = ""
    """When, ISO 8601."""
    published: PublishedSequence | None = None
    """What it has besides where it was published."""

    def of(self, tokens: Sequence[str]) -> Simulation:
        """The simulation of these tokens; DatasetError when it has another number of values."""
        if len(tokens) != len(self.expected):
            raise DatasetError(
                f"The stored simulation of excerpt {self.excerpt_id} by {self.simulator} has {len(self.expected)} "
                f"values for {len(tokens)} tokens: it was made for another cut of the text. Simulate it again."
            )
        return Simulation(tuple(tokens), self.expected, self.values, self.probabilities, self.scale)


def simulation_table(simulations: Sequence[StoredSimulation]) -> pa.Table:
    """Rows for a part of kind `simulations`; values that are nan become null."""
    rows = [
        {
            "explanation_id": entry.explanation_id,
            "layer": entry.neuron.layer,
            "neuron": entry.neuron.neuron,
            "simulator": entry.simulator,
            "excerpt_id": entry.excerpt_id,
            "scale": entry.scale,
            "expected": [None if math.isnan(value) else value for value in entry.expected.tolist()],
            "values": [list(values) for values in entry.values] or None,
            "probabilities": [list(values) for values in entry.probabilities] or None,
            "created": entry.created,
            **(_published_row(entry.published) if entry.published is not None else {}),
        }
        for entry in simulations
    ]
    return pa.Table.from_pylist(rows, schema=SIMULATIONS)


def _published_row(found: PublishedSequence) -> dict[str, Any]:
    numbers = {name: getattr(found, name) for name in _PUBLISHED_SCORES}
    return {
        "place": found.place,
        "true_activations": found.true.tolist(),
        "uncalibrated": None if found.uncalibrated is None else found.uncalibrated.tolist(),
        "uncalibrated_values": [list(values) for values in found.uncalibrated_values] or None,
        "uncalibrated_probabilities": [list(values) for values in found.uncalibrated_probabilities] or None,
        **{name: None if np.isnan(value) else value for name, value in numbers.items()},
    }


def read_simulations(folders: Sequence[Path], neuron: NeuronId) -> list[StoredSimulation]:
    """Every stored simulation of a neuron's explanations in these folders, by explanation, simulator and excerpt.

    Of one that a folder holds twice the newest counts, and where a folder has one that an earlier folder has too, the
    later folder: a person's own comes last. Raises DatasetError when a part cannot be read.
    """
    found: dict[tuple[str, str, int, int], StoredSimulation] = {}
    for folder in folders:
        here: dict[tuple[str, str, int, int], StoredSimulation] = {}
        for part in committed_parts(folder)["simulations"]:
            if part.low <= neuron.layer <= part.high:
                for entry in map(_from_row, read_neuron(folder, part, neuron).to_pylist()):
                    place = -1 if entry.published is None else entry.published.place
                    key = (entry.explanation_id, entry.simulator, entry.excerpt_id, place)
                    if key not in here or entry.created >= here[key].created:
                        here[key] = entry
        found |= here
    return [found[key] for key in sorted(found)]


def _from_row(row: dict[str, Any]) -> StoredSimulation:
    if row["scale"] not in ("0-10", "calibrated"):
        raise DatasetError(
            f"The stored simulation of excerpt {row['excerpt_id']} by {row['simulator']} is on the scale "
            f"“{row['scale']}”; known are 0-10 and calibrated (units of the activation)."
        )
    return StoredSimulation(
        explanation_id=row["explanation_id"],
        neuron=NeuronId(row["layer"], row["neuron"]),
        simulator=row["simulator"],
        excerpt_id=row["excerpt_id"],
        # A null becomes nan; a list of nothing but nulls is read as objects otherwise.
        expected=np.array([np.nan if value is None else value for value in row["expected"]], dtype=np.float64),
        scale=row["scale"],
        values=tuple(map(tuple, row["values"] or ())),
        probabilities=tuple(map(tuple, row["probabilities"] or ())),
        created=row.get("created") or "",
        published=_published(row) if row.get("true_activations") is not None else None,
    )


def _published(row: dict[str, Any]) -> PublishedSequence:
    before, probabilities = row["uncalibrated"], row["uncalibrated_probabilities"]
    if row["uncalibrated_values"] is not None and probabilities is None:
        probabilities = row["probabilities"]  # calibration changes values, not how probable they are
    return PublishedSequence(
        place=row["place"],
        true=np.asarray(row["true_activations"], dtype=np.float64),
        **{name: np.nan if row[name] is None else row[name] for name in _PUBLISHED_SCORES},
        uncalibrated=None if before is None else np.asarray(before, dtype=np.float64),
        uncalibrated_values=tuple(map(tuple, row["uncalibrated_values"] or ())),
        uncalibrated_probabilities=tuple(map(tuple, probabilities or ())) if before is not None else (),
    )
