"""What a shorter number format costs: kept activations beside those of the same model in 32-bit floats.

The model is loaded anew for it, since weights that were shortened do not come back by widening them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.collect.corpus import Corpus
from neuronview.collect.records import Group
from neuronview.errors import ModelError
from neuronview.model import SubjectModel, load
from neuronview.records import NeuronId

__all__ = ["FIELD", "FULL", "RECORDS", "against_float32", "in_float32"]

FIELD, FULL = "against_float32", "float32"
RECORDS = 200
"""Records that are recomputed at the most."""
Float64 = NDArray[np.float64]


def in_float32(model: SubjectModel) -> SubjectModel:
    """The same model, loaded again in 32-bit floats; ModelError when its files are others by now."""
    found = load(
        model.name,
        device=str(model.device),
        dtype=FULL,
        activation=model.activation_function,
        leading=model.leading_token,
    )
    if found.fingerprint != model.fingerprint:
        raise ModelError(
            f"{model.name} is another model than when collecting began. Leave its files as they are and start again."
        )
    return found


def against_float32(
    groups: Sequence[Group],
    maxima: NDArray[np.floating[Any]],
    corpus: Corpus,
    numbers: Sequence[int],
    exact: SubjectModel,
    *,
    seed: int,
) -> dict[str, Any]:
    """How far up to `RECORDS` drawn records are from `exact`, as the manifest's `FIELD` says it.

    `groups` hold neurons of the layers `numbers`, one layer after the other; `maxima` (layers, neurons) are their
    largest activations. Only neurons whose maximum is above 0 are drawn from. `median`, `p99` and `maximum` are of the
    absolute differences at all `tokens`, as shares of the neuron's maximum; `correlation` is of kept and recomputed
    values. Null where no record, or no variation, is there to say it.
    """
    kept, found, shares = [np.empty(0)], [np.empty(0)], [np.empty(0)]
    drawn = _drawn(groups, maxima.ravel() > 0, seed)
    for group, neuron, rank in drawn:
        _, _, excerpts, activations = groups[group].rows(neuron, neuron + 1)
        ids = corpus.token_ids(int(excerpts[rank]))
        place, column = divmod(neuron, maxima.shape[1])
        recomputed = exact.activations(ids.tolist(), [NeuronId(numbers[place], column)])[:, 0].astype(np.float64)
        kept.append(np.asarray(activations[rank][: len(ids)], dtype=np.float64))
        found.append(recomputed)
        shares.append(np.abs(kept[-1] - recomputed) / float(maxima[place, column]))
    differences = np.concatenate(shares)
    median, p99, maximum = np.quantile(differences, (0.5, 0.99, 1.0)) if len(differences) else (math.nan,) * 3
    said = {
        "median": float(median),
        "p99": float(p99),
        "maximum": float(maximum),
        "correlation": _correlation(np.concatenate(kept), np.concatenate(found)),
    }
    told = {name: value if math.isfinite(value) else None for name, value in said.items()}
    return {"records": len(drawn), "tokens": len(differences), "seed": seed} | told


def _drawn(groups: Sequence[Group], is_active: NDArray[np.bool_], seed: int) -> list[tuple[int, int, int]]:
    """Group, neuron and rank of records that were drawn by chance, all alike."""
    counts = np.array([[len(pick) for pick in group.picks] for group in groups]) * is_active
    ends = np.cumsum(counts.ravel())
    rng = np.random.default_rng([seed, 6])
    places = np.sort(rng.choice(ends[-1], min(RECORDS, int(ends[-1])), replace=False))
    cells = np.searchsorted(ends, places, side="right")
    ranks = places - (ends - counts.ravel())[cells]
    return [(*divmod(cell, counts.shape[1]), rank) for cell, rank in zip(cells.tolist(), ranks.tolist(), strict=True)]


def _correlation(one: Float64, other: Float64) -> float:
    if len(one) < 2 or one.std() == 0 or other.std() == 0:
        return math.nan
    return float(np.corrcoef(one, other)[0, 1])
