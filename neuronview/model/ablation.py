"""What a neuron does to the next token: its activation is replaced, and distributions are compared.

All replacements of an excerpt are computed in one pass with the unchanged one, and compared in double precision.
Noise is the same comparison with a pass of another shape in which the neuron moves by a few roundings: some processors
give equal numbers whatever the shape, but none rounds the same after such a move. Knows no explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.model.next_token import log_probabilities
from neuronview.model.subject import SubjectModel
from neuronview.records import NeuronId

__all__ = ["Ablation", "Effects", "divergence"]

Float64 = NDArray[np.float64]
NUDGE = 2.0**-20
"""Part of the largest activation that the neuron is moved by to see the noise: of its own effect a part of 1e-12."""


@dataclass(frozen=True, eq=False)
class Effects:
    """Replacements of a neuron's activation on one excerpt."""

    activations: NDArray[np.float32]  # (tokens,) true ones
    divergences: Float64  # (replacements, tokens) Jensen-Shannon divergence from the true distribution, in nats
    noise: Float64  # (tokens,) the same, when nothing differs but rounding


class Ablation:
    """A subject model whose neurons are replaced. As safe for several threads as the model is."""

    def __init__(self, model: SubjectModel) -> None:
        self._model = model

    @torch.inference_mode()
    def effects(self, neuron: NeuronId, token_ids: Sequence[int], replacements: Float64) -> Effects:
        """Effects of replacements (replacements, tokens), each at all tokens at once; nan keeps the value.

        Raises BadInput for ids that cannot be read at once or replacements of another length, NotFound for a neuron
        that the model does not have.
        """
        ids = self._model.checked_ids(token_ids)
        if replacements.ndim != 2 or replacements.shape[1] != ids.shape[1]:
            raise BadInput(
                f"Replacements of shape {replacements.shape} do not fit an excerpt of {ids.shape[1]} tokens."
            )
        unchanged = torch.full((1, ids.shape[1]), torch.nan, dtype=torch.float64)
        values = torch.cat([unchanged, torch.from_numpy(np.asarray(replacements, dtype=np.float64))])
        logits = self._model.replaced_logits(ids, neuron, values)
        true = log_probabilities(logits[0])
        found = [divergence(true, log_probabilities(row)).numpy() for row in logits[1:]]
        activations = self._model.activations(token_ids, [neuron])[:, 0]
        moved = activations.astype(np.float64) + NUDGE * float(np.abs(activations).max())
        again = self._model.replaced_logits(ids, neuron, torch.from_numpy(moved)[None])[0]
        noise = divergence(true, log_probabilities(again))
        return Effects(
            activations=activations,
            divergences=np.stack(found) if found else np.empty((0, ids.shape[1])),
            noise=noise.numpy(),
        )


def divergence(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Jensen-Shannon divergence (..., in nats) of distributions given as log-probabilities (..., vocabulary).

    Written in the difference of the two, so that nearly equal ones keep their digits.
    """
    apart = other - one
    # log of the mixture, less the log of each side: log((1 + e^d) / 2) and the same of -d.
    over_one = torch.logaddexp(torch.zeros_like(apart), apart) - np.log(2.0)
    sides = one.exp() * over_one + other.exp() * (over_one - apart)
    found: torch.Tensor = (-sides.sum(dim=-1) / 2).clamp(min=0.0)
    return found
