"""What an explanation's rule expects of a text of one's own, in the units of the activation. Knows no dataset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuronview.errors import ScoringError
from neuronview.explain.calibrating import fit_where_read
from neuronview.explain.evaluation import evaluation_sets, simulate_set
from neuronview.explain.rules import KINDS, simulator_for
from neuronview.records import ActivationRecord, Explanation, Floats, NeuronRecord, Simulation
from neuronview.scoring import LinearCalibration, ev_correlation_score

__all__ = ["TypedSimulation", "by_rule", "simulate_typed"]


@dataclass(frozen=True, eq=False)
class TypedSimulation:
    """A rule's values on a typed text, beside the neuron's."""

    explanation: Explanation
    simulation: Simulation
    """As the rule gives it."""
    expected: Floats
    """(tokens,) brought into units of the activation where there is a calibration; nan where there is no value."""
    correlation: float
    """With the real values over the tokens that have both; nan when undefined."""
    slope: float
    """Of the calibration line; nan where there is none."""
    uncalibrated: str
    """Why there is no calibration; empty when there is one."""

    @property
    def n_missing(self) -> int:
        """Tokens without a simulated value."""
        return int(np.isnan(self.expected).sum())


def by_rule(explanations: list[Explanation], kind: str = "") -> Explanation | None:
    """The first of these explanations whose rule can be evaluated, of that kind where one is asked for."""
    kinds = (kind,) if kind else tuple(KINDS)
    return next((entry for entry in explanations if str((entry.rule or {}).get("kind", "")) in kinds), None)


def simulate_typed(record: NeuronRecord, explanation: Explanation, typed: ActivationRecord) -> TypedSimulation:
    """The rule of an explanation on a typed text, calibrated on the neuron's calibration excerpts.

    A line of least squares from simulated to real activations, as everywhere; its excerpts are in no score. With too
    few records for a calibration the values are as the rule gives them. Raises NotFound for an explanation without a
    rule, BadPattern when a pattern cannot be run in time.
    """
    simulator = simulator_for(explanation)
    simulation = simulator.simulate(typed.tokens)
    line: LinearCalibration | None = None
    try:
        chosen = evaluation_sets(record)["calibration"]
        line, why = fit_where_read(chosen, simulate_set(simulator, chosen), LinearCalibration.fit)
    except ScoringError as error:
        why = str(error)
    given = np.asarray(simulation.expected)
    return TypedSimulation(
        explanation,
        simulation,
        given if line is None else line.apply(given),
        ev_correlation_score(typed.activations, given),
        float("nan") if line is None else line.slope,
        "" if line is not None else why,
    )
