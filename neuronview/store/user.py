"""What a person makes for a dataset: explanations, scores and simulations, in their own folder and its form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from neuronview.records import Explanation
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.simulations import StoredSimulation, simulation_table
from neuronview.store.write import commit_parts, write_part

__all__ = ["save_explanations"]


def save_explanations(
    folder: Path, explanations: Sequence[Explanation], *, label: str, simulations: Sequence[StoredSimulation] = ()
) -> str:
    """Store explanations, their scores and simulations in one commit of `folder` and return its id.

    All or nothing: a crash before the commit leaves the folder as it was. Raises DatasetError when it cannot
    be written.
    """
    parts = [write_part(folder, "explanations", explanation_table(explanations))]
    scores = score_table(explanations)
    if scores.num_rows:
        parts.append(write_part(folder, "scores", scores))
    if simulations:
        parts.append(write_part(folder, "simulations", simulation_table(simulations)))
    return commit_parts(folder, parts, label=label)
