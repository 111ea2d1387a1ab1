"""Why this token: what each neuron adds, directly, to the logit of a next token, or to one logit less another.

Direct logit attribution (Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"; logit differences
as in Wang et al. 2022, "Interpretability in the Wild"): the residual stream is a sum of parts, and the final layer
norm, held at the scale that it has there, is linear, so each part has its own share of the logit. What a neuron does
by way of later layers is not in its share: `check` replaces it and measures all that it does. Knows no dataset: means
are given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from neuronview.errors import BadInput, ModelError
from neuronview.model.next_token import require_token
from neuronview.model.subject import Past, SubjectModel
from neuronview.model.windows import window_start
from neuronview.records import NeuronId

__all__ = ["Against", "Attribution", "Checked", "attribute", "check"]

BATCH_TOKENS = 1024
"""Tokens read in one go, those before them included: keys and values of 12 layers of width 768 then take 75 MB."""
Against = int | Literal["mean"] | None
"""What a logit is compared with: another token's, by its id; the mean of all tokens' logits; nothing."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """Parts of a logit, or of a difference of logits, after one token. All parts sum to `difference`."""

    token_ids: tuple[int, ...]
    """What was read: from the window's first token up to the one that the next is expected after."""
    target: int
    against: Against
    difference: float
    """Logit of the target less what it is compared with, as the model computes it."""
    activations: NDArray[np.float32]
    """(layers, neurons) at that token."""
    weights: NDArray[np.float32]
    """(layers, neurons) logit per unit of activation: W_out · centred (gain * unembedding difference) / deviation."""
    attention: NDArray[np.float64]
    """(layers,) share of each layer's attention."""
    biases: NDArray[np.float64]
    """(layers,) share of each MLP's output bias."""
    token: float
    """Share of the token's embedding."""
    place: float
    """Share of the position's embedding."""
    final_bias: float
    """Share of the final layer norm's bias."""

    @property
    def contributions(self) -> NDArray[np.float64]:
        """(layers, neurons) logit that each neuron adds: activation times weight."""
        return self.activations.astype(np.float64) * self.weights

    @property
    def rest(self) -> float:
        """Share of all that is no neuron."""
        return float(self.attention.sum() + self.biases.sum()) + self.token + self.place + self.final_bias

    def ranked(self, n: int = 50, *, by: Literal["size", "for", "against"] = "size") -> list[tuple[NeuronId, float]]:
        """The `n` neurons that add most: in size whatever the sign, `for` the target, or `against` it."""
        values = self.contributions.ravel()
        key = {"size": -np.abs(values), "for": -values, "against": values}[by]
        order = np.argsort(key, kind="stable")[: max(n, 0)]
        return [(NeuronId(*map(int, divmod(place, self.weights.shape[1]))), float(values[place])) for place in order]


@dataclass(frozen=True)
class Checked:
    """A neuron's direct share beside all that its replacement does, both in logits of the same difference."""

    neuron: NeuronId
    activation: float
    replacement: float
    direct: float
    """(activation - replacement) x weight: what its direct share loses."""
    measured: float
    """What the difference loses when the model is run with the replacement, later layers and scale included."""


@torch.inference_mode()
def attribute(
    model: SubjectModel,
    token_ids: Sequence[int],
    target: int,
    *,
    against: Against = None,
    position: int | None = None,
    length: int | None = None,
) -> Attribution:
    """Shares of every neuron, and of all the rest, in the logit of `target` after the token at `position`.

    `against`: the id of another token, for the difference of the two; `mean` for the difference from the mean logit,
    since a shift of all logits changes no probability; None for the logit itself. `position`: default the last token.
    `length` reads the text in windows; None at once. Raises BadInput for ids or a position that the model or text
    does not have, a text too long to be read at once, and a target compared with itself; ModelError when the model's
    numbers are not finite.
    """
    require_token(model, target)
    if isinstance(against, int) and require_token(model, against) == target:
        raise BadInput("A token compared with itself differs by nothing. Choose two tokens.")
    if against not in (None, "mean") and not isinstance(against, int):
        raise BadInput(f"“{against}” is nothing to compare with. Use the id of a token, mean, or None.")
    position = len(token_ids) - 1 if position is None else position
    start = window_start(len(token_ids), position, length) if token_ids else 0
    ids = model.checked_ids(token_ids[start : position + 1])
    attended: list[torch.Tensor] = []
    activations: list[torch.Tensor] = []

    def collect(_layer: int, attention: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        attended.append(attention[0, -1])
        activations.append(values[0, -1])
        return values

    stream = model.run(ids, at_layer=collect)
    place, final = stream.shape[1] - 1, stream[0, -1]
    difference = float(_differences(model, final[None], target, against)[0])
    if not math.isfinite(difference):
        raise ModelError("The model's numbers are not finite here. Use smaller edits, or load the model in float32.")
    body = model.network.transformer
    unembedding = _unembedding(model, target, against)
    deviation = torch.sqrt(final.cpu().double().var(correction=0) + body.ln_f.eps)
    gained = body.ln_f.weight.cpu().double() * unembedding
    direction = (gained - gained.mean()) / deviation
    narrow = direction.float().to(model.device)

    def share(part: torch.Tensor) -> float:
        return float(part.cpu().double() @ direction)

    return Attribution(
        tuple(int(i) for i in ids[0]),
        target,
        against,
        difference,
        activations=torch.stack(activations).float().cpu().numpy(),
        weights=torch.stack([block.mlp.c_proj.weight.float() @ narrow for block in body.h]).cpu().numpy(),
        attention=np.array([share(part) for part in attended]),
        biases=np.array([share(block.mlp.c_proj.bias) for block in body.h]),
        token=share(body.wte.weight[int(ids[0, -1])]),
        place=share(body.wpe.weight[place]),
        final_bias=float(body.ln_f.bias.cpu().double() @ unembedding),
    )


@torch.inference_mode()
def check(
    model: SubjectModel,
    attribution: Attribution,
    neurons: Sequence[NeuronId],
    replacements: float | Sequence[float] = 0.0,
    *,
    everywhere: bool = False,
) -> list[Checked]:
    """Run the attributed model with each neuron replaced, alone, by a value such as 0 or its mean.

    At the attributed token only, which is what its direct share speaks of; or `everywhere`, at every token that was
    read, the leading one left as it is. Raises NotFound for a neuron that the model does not have, BadInput for
    replacements that are not finite or not one for each neuron.
    """
    values = [float(replacements)] * len(neurons) if isinstance(replacements, int | float) else list(replacements)
    if len(values) != len(neurons) or not all(map(math.isfinite, values)):
        raise BadInput(f"Give one finite value to replace each of the {len(neurons)} neurons by, or one for all.")
    for neuron in neurons:
        model.require_neuron(neuron)
    ids = torch.tensor([attribution.token_ids])
    n_tokens = ids.shape[1]
    past: Past | None = None
    if not everywhere and n_tokens > 1:
        past = []
        model.run(ids[:, :-1], past=past)
        ids = ids[:, -1:]
    found: list[Checked] = []
    size = max(1, BATCH_TOKENS // n_tokens)
    for begin in range(0, len(neurons), size):
        some = list(zip(neurons[begin : begin + size], values[begin : begin + size], strict=True))
        ends = _replaced_ends(model, ids, some, past)
        remaining = _differences(model, ends, attribution.target, attribution.against).tolist()
        for (neuron, value), difference in zip(some, remaining, strict=True):
            activation, weight = float(attribution.activations[neuron]), float(attribution.weights[neuron])
            direct = (activation - value) * weight
            found.append(Checked(neuron, activation, value, direct, measured=attribution.difference - difference))
    return found


def _replaced_ends(
    model: SubjectModel, ids: torch.Tensor, some: Sequence[tuple[NeuronId, float]], past: Past | None
) -> torch.Tensor:
    """Stream (rows, width) at the last of ids (1, T): in each row one neuron has a value at all T of them."""

    def replace(layer: int, _attended: torch.Tensor, activations: torch.Tensor) -> torch.Tensor:
        for row, (neuron, value) in enumerate(some):
            if neuron.layer == layer:
                activations[row, -ids.shape[1] :, neuron.neuron] = value
        return activations

    # A copy of the list: reading on would add these rows to it.
    rows = model.run(ids.expand(len(some), -1), at_layer=replace, past=None if past is None else list(past))
    return rows[:, -1]


def _unembedding(model: SubjectModel, target: int, against: Against) -> torch.Tensor:
    """The row of the output embedding (width,) that gives the difference, in double precision."""
    rows: torch.Tensor = model.network.lm_head.weight
    chosen = rows[target].cpu().double()
    if against == "mean":
        return chosen - rows.float().mean(dim=0).cpu().double()
    return chosen if against is None else chosen - rows[against].cpu().double()


def _differences(model: SubjectModel, stream: torch.Tensor, target: int, against: Against) -> torch.Tensor:
    """Logit of the target less what it is compared with (rows,) from streams (rows, width)."""
    logits = model.logits(stream).float().cpu().double()
    found: torch.Tensor = logits[:, target]
    if against == "mean":
        return found - logits.mean(dim=-1)
    return found if against is None else found - logits[:, against]
