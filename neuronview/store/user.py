"""What a person makes for a dataset: explanations, scores and simulations, in their own folder and its form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from neuronview.records import Explanation
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.simulations import StoredSimulation, simulation_table
from neuronview.store.write import commit_parts, unsealed, write_json, write_part

__all__ = ["model_place", "save_explanations", "save_model_place"]

MODEL = "model-place.json"


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


def save_model_place(folder: Path, place: str) -> None:
    """Note where on this computer a dataset's model is; `folder` is the user's for that dataset."""
    write_json(folder / MODEL, {"place": place})


def model_place(folder: Path) -> str | None:
    """Where the user said that the model is; None where they did not, or the note cannot be read."""
    try:
        return str(unsealed((folder / MODEL).read_bytes())["place"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
