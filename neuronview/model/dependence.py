"""What a neuron's activation at one token depends on: each earlier token is deleted or swapped, one at a time.

Deleting a token moves those behind it one place nearer to the beginning, which GPT-2 notices by itself; swapping keeps
every place but says something else there. Where both agree, the token matters. The leading token is never touched.
Counterfactual readings of the model, no gradient and no attention weight; knows no explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.errors import BadInput
from neuronview.model.next_token import require_token
from neuronview.model.subject import Past, SubjectModel
from neuronview.model.windows import window_start
from neuronview.records import NeuronId

__all__ = ["MOST_EARLIER", "NEUTRAL", "Dependence", "dependence"]

BATCH_TOKENS = 512
"""Changed texts are read so many tokens at a time, behind the beginning that they share: in larger batches they share
less, in smaller ones a step costs more."""
MOST_EARLIER = 64
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
    on_batch: Callable[[int], Any] = lambda done: None,
) -> Dependence:
    """Delete, or swap, each of the up to `most` nearest tokens before a position, and read the neuron there again.

    `swap_for` is the id of the token to put there (default: a neutral one, NEUTRAL); where it stands already nothing
    is tried. `length` reads the text in windows, as `window_activations` does: only tokens of the position's window are
    tried; None reads it at once. `on_batch` hears how many changed texts were read since it heard last.

    Raises BadInput for a position or ids that the text or the model does not have, a text too long to be read at once,
    another way, and a vocabulary without any neutral token; NotFound for a neuron that the model does not have.
    """
    model.require_neuron(neuron)
    if way not in ("delete", "swap"):
        raise BadInput(f"“{way}” is no way to take a token out. Use delete or swap.")
    if most < 1:
        raise BadInput(f"{most} earlier tokens are none. Ask for at least 1.")
    start = window_start(len(token_ids), position, length)
    seen = model.checked_ids(token_ids[start : position + 1])[0]
    tried = range(max(0, position - start - most), position - start)
    swapped: list[int | None] = [None] * position
    # Changed texts by the place of the change, counted from the first token that is read; all of one length.
    rows: dict[int, torch.Tensor] = {}
    if way == "delete":
        rows = {place: torch.cat([seen[:place], seen[place + 1 :]]) for place in tried}
    else:
        swaps = _neutral(model) if swap_for is None else [require_token(model, swap_for)]
        for place in tried:
            other = next((swap for swap in swaps if swap != int(seen[place])), None)
            if other is not None:
                rows[place] = seen.clone()
                rows[place][place] = other
                swapped[start + place] = other
    values = np.full(position, np.nan, dtype=np.float32)
    values[[start + place for place in rows]] = _at_the_end(model, rows, neuron, on_batch)
    return Dependence(
        neuron,
        position,
        start=start,
        activation=float(model.activations(seen.tolist(), [neuron])[-1, 0]),
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


def _at_the_end(
    model: SubjectModel, rows: dict[int, torch.Tensor], neuron: NeuronId, on_batch: Callable[[int], Any]
) -> NDArray[np.float32]:
    """The neuron's activation (rows,) at the last token of texts that are one text up to their places, which rise."""
    found: list[NDArray[np.float32]] = []
    past: Past = []
    read = 0
    places = list(rows)
    while places:
        first = places[0]
        if first > read:
            model.run(rows[first][None, read:first], past=past, n_layers=neuron.layer + 1)
            read = first
        size = max(1, BATCH_TOKENS // len(rows[first][read:]))
        ids = torch.stack([rows[place][read:] for place in places[:size]])
        found.append(_last(model, ids, neuron, list(past) if past else None))
        on_batch(len(ids))
        places = places[size:]
    return np.concatenate(found) if found else np.empty(0, dtype=np.float32)


def _last(model: SubjectModel, ids: torch.Tensor, neuron: NeuronId, past: Past | None) -> NDArray[np.float32]:
    """The neuron's activation (B,) at the last of ids (B, T) that go on from a past, which reading adds to."""
    seen: list[torch.Tensor] = []

    def note(layer: int, _attended: torch.Tensor, activations: torch.Tensor) -> torch.Tensor:
        if layer == neuron.layer:
            seen.append(activations[:, -1, neuron.neuron])
        return activations

    model.run(ids, at_layer=note, past=past, n_layers=neuron.layer + 1)
    return np.asarray(seen[0].float().cpu().numpy(), dtype=np.float32)
