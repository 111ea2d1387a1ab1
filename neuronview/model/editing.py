"""A model some of whose neurons are scaled or fixed, and what it then says next, beside the model as it is.

An edited model is a second way to read the same weights: they are shared and never changed, no hook is set, so there
is nothing to undo and others may read the model meanwhile. Whatever reads a `SubjectModel` reads an edited one too.
The leading token's place is left as it is, as everywhere. Knows no dataset: a neuron's mean is the caller's to give.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import torch

from neuronview.errors import BadInput
from neuronview.model.ablation import divergence
from neuronview.model.next_token import log_probabilities, require_token
from neuronview.model.subject import Past, SubjectModel
from neuronview.records import NeuronId

__all__ = [
    "Comparison",
    "Continuation",
    "Edit",
    "EditedModel",
    "TokenChange",
    "compare_next",
    "continuation",
    "fix",
    "scale",
]


@dataclass(frozen=True)
class Edit:
    """One neuron's activation at every token: `scale` multiplies it by the amount, `fix` replaces it by the amount."""

    neuron: NeuronId
    way: Literal["scale", "fix"]
    amount: float


def scale(neurons: Sequence[NeuronId], factor: float) -> tuple[Edit, ...]:
    """Each neuron's activation times a factor: 0 switches it off, 1 leaves it, -1 turns it round."""
    return tuple(Edit(neuron, "scale", factor) for neuron in neurons)


def fix(neurons: Sequence[NeuronId], value: float) -> tuple[Edit, ...]:
    """Each neuron's activation replaced by a value, in units of the activation."""
    return tuple(Edit(neuron, "fix", value) for neuron in neurons)


class EditedModel(SubjectModel):
    """A subject model with edits; the weights are shared with the one it is made from, which stays as it is."""

    def __init__(self, model: SubjectModel, edits: Sequence[Edit]) -> None:
        """`model` may itself be edited: these edits come after its own.

        Raises NotFound for a neuron that the model does not have; BadInput for a neuron that is named twice, another
        way than scale and fix, and an amount that is no finite number.
        """
        leading = None
        if model.leading_token is not None and model.leading_id is not None:
            leading = (model.leading_token, model.leading_id)
        super().__init__(
            model.network,
            model.tokenizer,
            name=model.name,
            fingerprint=f"{model.fingerprint}+{hashlib.sha256(repr(tuple(edits)).encode()).hexdigest()[:8]}",
            activation=model.activation_function,
            leading=leading,
            assumed=model.assumed,
        )
        self.edits = tuple(edits)
        self._model = model
        seen: set[NeuronId] = set()
        for edit in self.edits:
            self.require_neuron(edit.neuron)
            _require_sense(edit, seen)
            seen.add(edit.neuron)
        self._by_layer = {
            layer: _columns([edit for edit in self.edits if edit.neuron.layer == layer])
            for layer in {edit.neuron.layer for edit in self.edits}
        }

    def variant(self, *, activation: str, leading: bool) -> Self:
        """As `SubjectModel.variant`, with the same edits."""
        return type(self)(self._model.variant(activation=activation, leading=leading), self.edits)

    def _changed(self, layer: int, values: torch.Tensor, skip: int) -> torch.Tensor:
        values = self._model._changed(layer, values, skip)
        if layer in self._by_layer:
            columns, factors, addends = self._by_layer[layer]
            text = values[:, skip:]
            text[..., columns] = text[..., columns] * factors.to(values) + addends.to(values)
        return values


def _require_sense(edit: Edit, seen: set[NeuronId]) -> None:
    if edit.neuron in seen:
        raise BadInput(f"Neuron {edit.neuron} is named twice. Name each neuron once.")
    if edit.way not in ("scale", "fix"):
        raise BadInput(f"“{edit.way}” is no way to edit a neuron. Use scale (times a factor) or fix (at a value).")
    if not math.isfinite(edit.amount):
        what = "factor" if edit.way == "scale" else "value"
        raise BadInput(f"{edit.amount} is no {what} for neuron {edit.neuron}. Give a finite number, such as 0 or 2.5.")


def _columns(edits: Sequence[Edit]) -> tuple[list[int], torch.Tensor, torch.Tensor]:
    """Neurons of one layer, what their activations are multiplied by, and what is added then."""
    columns = [edit.neuron.neuron for edit in edits]
    factors = torch.tensor([edit.amount if edit.way == "scale" else 0.0 for edit in edits], dtype=torch.float64)
    addends = torch.tensor([edit.amount if edit.way == "fix" else 0.0 for edit in edits], dtype=torch.float64)
    return columns, factors, addends


@dataclass(frozen=True)
class TokenChange:
    """A possible next token, with its probability and its rank (1 is the likeliest) in both models."""

    token_id: int
    before: float
    after: float
    rank_before: int
    rank_after: int


@dataclass(frozen=True)
class Comparison:
    """The next token according to two models."""

    tokens: tuple[TokenChange, ...]
    """The likeliest before, then those only among the likeliest after, then the chosen ones; each once."""
    divergence: float
    """Jensen-Shannon divergence of the two distributions in nats: 0 for equal ones, at most log 2 = 0.693."""


@torch.inference_mode()
def compare_next(
    before: SubjectModel,
    after: SubjectModel,
    token_ids: Sequence[int],
    *,
    top: int = 10,
    chosen: Sequence[int] = (),
) -> Comparison:
    """What two models of one vocabulary, such as one and its edited self, expect after a text.

    The `top` likeliest tokens of each and the `chosen` ones. Raises BadInput for ids that cannot be read at once and
    chosen ids that the model does not know; ModelError when an edit drives the model's numbers out of range.
    """
    for token in chosen:
        require_token(before, token)
    ids = before.checked_ids(token_ids)
    one, other = (log_probabilities(model.logits(model.run(ids)[0, -1])) for model in (before, after))
    top = min(max(top, 0), before.vocabulary_size)
    listed = dict.fromkeys([*one.topk(top).indices.tolist(), *other.topk(top).indices.tolist(), *map(int, chosen)])
    changes = [
        TokenChange(
            token,
            before=float(one[token].exp()),
            after=float(other[token].exp()),
            rank_before=int((one > one[token]).sum()) + 1,
            rank_after=int((other > other[token]).sum()) + 1,
        )
        for token in listed
    ]
    return Comparison(tuple(changes), float(divergence(one, other)))


@dataclass(frozen=True)
class Continuation:
    """How a model goes on with a text."""

    token_ids: tuple[int, ...]
    text: str
    probabilities: tuple[float, ...]
    """Of each token, given all before it, at temperature 1."""
    finish: Literal["length", "end", "context"]
    """`length`: as many tokens as were asked for; `end`: the model ended the text; `context`: no room for more."""


@torch.inference_mode()
def continuation(
    model: SubjectModel,
    token_ids: Sequence[int],
    *,
    n_tokens: int = 40,
    temperature: float = 0.0,
    seed: int = 0,
) -> Continuation:
    """Up to `n_tokens` tokens after a text: the likeliest each time, or drawn with a seed at a temperature above 0.

    Draws of one seed use the same luck at each place, whatever the model: an edit that changes no probability changes
    no token, so two continuations part where the edit parts them (Gumbel-max: the largest of log p plus temperature
    times Gumbel noise). Raises BadInput for ids that cannot be read at once, less than one token, and a temperature
    below 0; ModelError when the model's numbers are not finite.
    """
    if n_tokens < 1:
        raise BadInput(f"A continuation of {n_tokens} tokens is none. Ask for at least 1.")
    if not (math.isfinite(temperature) and temperature >= 0):
        raise BadInput(f"{temperature} is no temperature. Give 0 for the likeliest tokens, or a number such as 0.8.")
    ids = model.checked_ids(token_ids)
    luck = torch.Generator().manual_seed(seed)
    end = model.network.config.eos_token_id
    past: Past = []
    found: list[int] = []
    probabilities: list[float] = []
    finish: Literal["length", "end", "context"] = "length"
    while len(found) < n_tokens:
        if len(token_ids) + len(found) >= model.max_tokens:
            finish = "context"
            break
        expected = log_probabilities(model.logits(model.run(ids, past=past)[0, -1]))
        scores = expected
        if temperature > 0:
            drawn = torch.rand(len(expected), generator=luck, dtype=torch.float64)
            scores = expected - temperature * torch.log(-torch.log(drawn.clamp(min=1e-300)))
        token = int(scores.argmax())
        if token == end:
            finish = "end"
            break
        found.append(token)
        probabilities.append(float(expected[token].exp()))
        ids = torch.tensor([[token]])
    return Continuation(tuple(found), model.tokenizer.decode(found), tuple(probabilities), finish)
