"""Real against simulated in words: where the values come from, in what units they are, how far they go together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neuronview.records import ActivationRecord, Floats, NeuronRecord
from neuronview.view.evaluation import SimulatedSet, neuron_maximum
from neuronview.view.heatmap import Group, Strip
from neuronview.view.published_set import PUBLISHED
from neuronview.view.scores import SPLITS, number

__all__ = [
    "SIDES",
    "calibration_words",
    "correlations_by_side",
    "empty_words",
    "origin_words",
    "simulated_groups",
    "units_words",
]

FIRST_SHOWN = 4

SIDES = {"top": "Top excerpts", "random": "Random excerpts"}


def origin_words(found: SimulatedSet) -> str:
    """Where the values come from, and which excerpts and tokens have none."""
    if found.chosen.split == PUBLISHED:
        return (
            "From the dataset: the excerpts that the score was published with, their real values and the simulated "
            "ones, all as published. Correlations of the top or the random excerpts alone are computed from these."
        )
    made = f"Simulated values as stored, by {found.simulator}" if found.is_stored else "Computed now"
    lines = [f"{made}. Scorer: correlation of the simulation as given; simulator: {found.simulator}."]
    if found.n_absent:
        n = found.n_absent + len(found.chosen.records)
        lines.append(f"{found.n_absent} of the split's {n} excerpts were never simulated and are left out.")
    if found.n_missing:
        n = sum(len(simulation.tokens) for simulation in found.simulations)
        lines.append(
            f"{found.n_missing:,} of {n:,} tokens have no simulated value: they are hatched, and in no score, scatter "
            "or difference."
        )
    return " ".join(lines)


def units_words(found: SimulatedSet) -> str:
    """In what units strips and scatter show the values, and how points are drawn."""
    spread = "Points are spread a little sideways."
    if found.calibration is None:
        return spread
    way = "percentiles matched" if found.run_calibration == "percentile" else "a straight line fitted"
    whose = {
        "percentile": " The run that stored the values calibrated in this way.",
        "none": " The run that stored the values did not calibrate them.",
        None: " How the run that stored the values calibrated them is not known.",
    }.get(found.run_calibration, "")
    return (
        f"Strips and scatter show the simulation in the units of the activation: {way} on the calibration excerpts, "
        f"which are in no score.{whose} {spread}"
    )


def calibration_words(found: SimulatedSet) -> str:
    """What is wrong with the line that brings simulated values into units of the activation; empty when nothing is."""
    if found.scale == "0-10":
        is_published = found.chosen.split == PUBLISHED
        why = "As published, the" if is_published else "The calibration excerpts were not simulated, so the"
        return (
            f"{why} values stand on the simulator's scale of 0 to 10, which is not that of the activation: there is "
            "no difference row."
        )
    if found.slope == 0:
        return (
            "On the calibration excerpts the simulation is the same on every token. So there is no line to fit, and "
            "all simulated values are shown as one."
        )
    if found.slope < 0:
        return (
            "The line falls: on the calibration excerpts the simulation is high where the neuron is low, so the "
            "simulated rows are turned round."
        )
    return ""


def correlations_by_side(found: SimulatedSet) -> dict[str, str]:
    """By side that there is: its correlation by itself and its number of tokens, in words."""
    return {
        side: f"{title}: {_side_words(found, side)}, n = {len(found.values(side)[1]):,} tokens"
        for side, title in SIDES.items()
        if found.side(side)
    }


def _without_r(simulated: Floats, real: Floats) -> str:
    """What is said where a correlation is undefined: which of the two does not vary, if that is why."""
    sides = {"the simulation": simulated, "the neuron": real}
    still = [name for name, values in sides.items() if len(values) > 1 and np.ptp(values) == 0]
    return f"no r: {' and '.join(still)} {'do' if still[1:] else 'does'} not vary here" if still else "r n/a"


def _r_words(found: SimulatedSet, place: int, correlation: float) -> str:
    if not np.isnan(correlation):
        return f"r {number(correlation)}"
    present = ~np.isnan(found.given[place])
    return _without_r(found.given[place][present], found.chosen.records[place].activations[present])


def _side_words(found: SimulatedSet, side: str) -> str:
    correlation = found.correlation(side)
    return _without_r(*found.values(side)) if np.isnan(correlation) else f"r = {number(correlation)}"


def empty_words(found: SimulatedSet) -> str:
    """Why a split has no excerpt to show; empty when it has."""
    if found.chosen.records:
        return ""
    split = SPLITS[found.chosen.split]
    if found.n_absent:
        return f"None of the {split} was simulated by {found.simulator}. Choose the other split."
    return "No excerpt of this split is left that is apart from the calibration excerpts. Choose the other split."


def simulated_groups(
    record: NeuronRecord, found: SimulatedSet, heading: Callable[[ActivationRecord, int], str]
) -> list[Group]:
    """Strips of a set, real above simulated values, a group a side; `heading` names an excerpt by its place there."""
    maximum, correlations, expected = neuron_maximum(record), found.correlations(), found.expected
    groups = []
    for side, title in SIDES.items():
        entries = [
            Strip(
                found.chosen.records[place],
                record.id,
                maximum,
                simulated=expected[place],
                simulation=found.simulations[place],
                statistics=record.statistics,
                heading=f"{heading(found.chosen.records[place], rank)} · {_r_words(found, place, correlations[place])}",
            )
            for rank, place in enumerate(found.side(side))
        ]
        if entries:
            groups.append(Group(entries, title=title, note="r: correlation within the excerpt", shown=FIRST_SHOWN))
    return groups
