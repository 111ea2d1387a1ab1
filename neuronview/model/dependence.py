"""What a neuron's activation at one token depends on: each earlier token is deleted or swapped, one at a time.

Deleting a token moves those behind it one place nearer to the beginning, which GPT-2 notices by itself; swapping keeps
every place but says something else there. Where both agree, the token matters. The leading token is never touched.
Counterfactual readings of the model, no gradient and no attention weight; knows no explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.model.next_token import require_token
from neuronview.model.subject import SubjectModel
from neuronview.model.windows import window_start
from neuronview.records import NeuronId

__all__ = ["MOST_EARLIER", "NEUTRAL", "Dependence", "dependence"]

BATCH_TOKENS = 2048
"""Tokens read in one go: a layer of 3,072 neurons then takes 25 MB."""
MOST_EARLIER = 128
"""Earlier tokens that are tried unless more are asked for, the nearest ones: the work grows with their square."""
NEUTRAL = (" the", ",", " of", ".")
"""What a token is swapped for: the first that the vocabulary has and that does not stand there already."""


@dataclass(frozen=True, eq=False)
class Dependence:
    """A neuron's activation at one token, and what becomes of it without each earlier one."""

    neuron: NeuronId
    position: int
    """The token whose activation is looked at, counted from 0."""
    start: int
    """First token that was read with it: 0, or where its window begins. What stands before has no effect at all."""
    activation: float
    """As the text stands."""
    activations: NDArray[np.float32]
    """(position,) at the same token when an earlier one is changed; nan where none was tried."""
    swapped_for: tuple[int | None, ...]
    """(position,) the id put in place of each earlier token; None where it was deleted, or nothing was tried."""

    @property
    def changes(self) -> NDArray[np.float32]:
        """(position,) activation with the change less that without: below 0 where the token excites the neuron."""
        return self.activations - np.float32(self.activation)


@torch.inference_mode()
def dependence(
    model: SubjectModel,
    token_ids: Sequence[int],
    position: int,
    neuron: NeuronId,
    *,
    way: Literal["delete", "swap"] = "delete",
    swap_for: int | None = None,
    length: int | None = None,
    most: int = MOST_EARLIER,
) -> Dependence:
    """Delete, or swap, each of the up to `most` nearest tokens before a position, and read the neuron there again.

    `swap_for` is the id of the token to put there (default: a neutral one, NEUTRAL); where it stands already nothing
    is tried. `length` reads the text in windows, as `window_activations` does: only tokens of the position's window are
    tried; None reads it at once. Raises BadInput for a position or ids that the text or the model does not have, a
    text too long to be read at once, another way, and a vocabulary without any neutral token; NotFound for a neuron
    that the model does not have.
    """
    model.require_neuron(neuron)
    if way not in ("delete", "swap"):
        raise BadInput(f"“{way}” is no way to take a token out. Use delete or swap.")
    if most < 1:
        raise BadInput(f"{most} earlier tokens are none. Ask for at least 1.")
    start = window_start(len(token_ids), position, length)
    seen = model.checked_ids(token_ids[start : position + 1])[0]
    tried = range(max(start, position - most), position)
    swapped: list[int | None] = [None] * position
    if way == "delete":
        rows = [torch.cat([seen[: place - start], seen[place - start + 1 :]]) for place in tried]
        places = list(tried)
    else:
        swaps = _neutral(model) if swap_for is None else [require_token(model, swap_for)]
        rows, places = [], []
        for place in tried:
            other = next((swap for swap in swaps if swap != int(token_ids[place])), None)
            if other is not None:
                row = seen.clone()
                row[place - start] = other
                rows.append(row)
                places.append(place)
                swapped[place] = other
    values = np.full(position, np.nan, dtype=np.float32)
    values[places] = _at_the_end(model, rows, neuron)
    return Dependence(
        neuron,
        position,
        start=start,
        activation=float(_at_the_end(model, [seen], neuron)[0]),
        activations=values,
        swapped_for=tuple(swapped),
    )


def _neutral(model: SubjectModel) -> list[int]:
    """Ids of the neutral tokens that the vocabulary has as one token each."""
    found = [ids[0] for ids in model.tokenizer.encode_many(NEUTRAL) if len(ids) == 1]
    if not found:
        listed = ", ".join(f"“{text}”" for text in NEUTRAL)
        raise BadInput(f"The model's vocabulary has none of {listed}. Say which token to swap for.")
    return found


def _at_the_end(model: SubjectModel, rows: Sequence[torch.Tensor], neuron: NeuronId) -> NDArray[np.float32]:
    """The neuron's activation (rows,) at the last token of each row; rows are of one length."""
    found = [np.empty(0, dtype=np.float32)]
    size = max(1, BATCH_TOKENS // max(1, len(rows[0]))) if rows else 1
    for begin in range(0, len(rows), size):
        ids = torch.stack(list(rows[begin : begin + size]))
        for layer, activation in enumerate(model.batch_activations(ids, n_layers=neuron.layer + 1)):
            if layer == neuron.layer:
                found.append(activation[:, -1, neuron.neuron].float().cpu().numpy())
    return np.concatenate(found)
