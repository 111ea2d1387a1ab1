"""A GPT-2 whose MLP activations are read: values after the activation function, site `mlp_post_act`.

The forward pass is written out here because reading activations needs neither logits nor layers behind the last
one asked for; it equals that of transformers (tested to 1e-4). The leading token is put before the ids inside and
left out of everything that comes back. Knows no corpus and no statistics.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from neuronview.errors import BadInput, ModelError, NotFound
from neuronview.model.activation import activation_function, in_place
from neuronview.model.fair import step
from neuronview.model.layer_memory import LayerMemory
from neuronview.model.tokenize import Token, Tokenizer
from neuronview.records import NeuronId

__all__ = ["AtLayer", "Past", "SubjectModel"]

Float32 = NDArray[np.float32]
AtLayer = Callable[[int, torch.Tensor, torch.Tensor], torch.Tensor]
"""Told of a layer what its attention adds to the stream (B, T, width) and its activations (B, T, neurons)."""
Past = list[tuple[torch.Tensor, torch.Tensor]]
"""Keys and values (B, heads, T, width of a head) of what was read, layer by layer; empty before anything is."""


class SubjectModel:
    """A GPT-2 and its tokenizer. Made by `load`; safe to read from several threads."""

    def __init__(
        self,
        network: Any,
        tokenizer: Tokenizer,
        *,
        name: str,
        fingerprint: str,
        activation: str | None = None,
        leading: tuple[str, int] | None = None,
        assumed: Sequence[str] = (),
    ) -> None:
        """`network`: a transformers GPT2LMHeadModel in evaluation mode; `leading`: token and id, or None.

        `assumed`: what the model's files do not say and was taken for granted, a sentence each.
        Raises BadInput when there is no activation function of that name.
        """
        config = network.config
        self.network = network
        self.tokenizer = tokenizer
        self.name = name
        self.fingerprint = fingerprint
        self.assumed = tuple(assumed)
        self.activation_function: str = activation or config.activation_function
        self.leading_token: str | None = leading[0] if leading else None
        self.leading_id: int | None = leading[1] if leading else None
        self.n_layers = int(config.n_layer)
        self.n_neurons = int(config.n_inner or 4 * config.n_embd)
        self.n_context = int(config.n_positions)
        self.vocabulary_size = int(config.vocab_size)
        self._activate = activation_function(self.activation_function)
        self._heads = int(config.n_head)
        self._scales = [_attention_scale(config, layer) for layer in range(self.n_layers)]

    def variant(self, *, activation: str, leading: bool) -> Self:
        """The same weights, shared, under another activation function and with or without the leading token.

        Raises BadInput when there is no such function, or this model was loaded without a leading token.
        """
        token = (self.leading_token, self.leading_id) if self.leading_token and self.leading_id is not None else None
        if leading and token is None:
            raise BadInput('This model was loaded without a leading token. Load it with one (leading="default").')
        return type(self)(
            self.network,
            self.tokenizer,
            name=self.name,
            fingerprint=self.fingerprint,
            activation=activation,
            leading=token if leading else None,
            assumed=self.assumed,
        )

    @property
    def dtype(self) -> str:
        """Number format of the weights, such as `float32`."""
        return str(self.network.dtype).removeprefix("torch.")

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return torch.device(self.network.device)

    @property
    def max_tokens(self) -> int:
        """Longest text in tokens: the context less the leading token."""
        return self.n_context - (self.leading_id is not None)

    def vocabulary(self) -> list[str]:
        """Token strings by id, each decoded by itself (a part of a character gives U+FFFD)."""
        return self.tokenizer.vocabulary()

    def tokenize(self, text: str) -> list[Token]:
        """Tokens of a text, without the leading one; their spans tile it. Raises BadInput when it is empty."""
        return self.tokenizer.tokenize(text)

    def activations(self, token_ids: Sequence[int], neurons: Sequence[NeuronId]) -> Float32:
        """Activations (tokens, neurons) of chosen neurons; stops after the last layer that is needed.

        Raises BadInput for no ids, ids that the model does not know or more than the context holds; NotFound for
        a neuron that the model does not have.
        """
        values: Float32 = self.activations_together([token_ids], neurons)[0]
        return values

    def activations_together(self, excerpts: Sequence[Sequence[int]], neurons: Sequence[NeuronId]) -> Float32:
        """The same of excerpts of one length, which are read together: (excerpts, tokens, neurons).

        Raises BadInput also where their lengths differ.
        """
        for neuron in neurons:
            self.require_neuron(neuron)
        if len(set(map(len, excerpts))) != 1:
            raise BadInput("Excerpts that are read together need one length: give those of each length by themselves.")
        ids = torch.cat([self.checked_ids(excerpt) for excerpt in excerpts])
        values = np.empty((*ids.shape, len(neurons)), dtype=np.float32)
        columns: dict[int, list[int]] = {}
        for column, (layer, _) in enumerate(neurons):
            columns.setdefault(layer, []).append(column)
        last = max(columns, default=-1)
        for layer, activation in enumerate(self.batch_activations(ids, n_layers=last + 1)):
            if layer in columns:
                wanted = [neurons[column][1] for column in columns[layer]]
                values[..., columns[layer]] = self._finite(activation, layer)[..., wanted].float().cpu().numpy()
        return values

    def all_activations(self, token_ids: Sequence[int]) -> Float32:
        """Activations (layers, tokens, neurons) of every neuron; raises as `activations` does."""
        ids = self.checked_ids(token_ids)
        values = np.empty((self.n_layers, ids.shape[1], self.n_neurons), dtype=np.float32)
        for layer, activation in enumerate(self.batch_activations(ids)):
            values[layer] = self._finite(activation[0], layer).float().cpu().numpy()
        return values

    def batch_activations(
        self, ids: torch.Tensor, *, n_layers: int | None = None, into: LayerMemory | None = None
    ) -> Iterator[torch.Tensor]:
        """Activations (B, T, neurons) of one layer after the other, for ids (B, T) without the leading token.

        Rows may be padded at their end with any id: what follows a token never changes its activations. A tensor
        is the caller's to keep or change; with `into`, which then has its memory, until the next layer is asked for.
        `n_layers` stops after that many layers. In the model's dtype.
        """
        ids = ids.to(self.device)
        if self.leading_id is not None:
            ids = functional.pad(ids, (1, 0), value=self.leading_id)
        skip = int(self.leading_id is not None)
        stream = self._embed(ids)
        n_layers = self.n_layers if n_layers is None else n_layers
        for layer in range(n_layers):
            block = self.network.transformer.h[layer]
            stream, _, values = self._up(block, layer, stream, skip, into=into)
            # Before the caller has the values, who may change them.
            if layer + 1 < n_layers:
                stream = stream + _conv(block.mlp.c_proj, values)
            yield values[:, skip:]
            del values  # the next layer has its memory, unless the caller keeps it

    def run(
        self,
        ids: torch.Tensor,
        *,
        at_layer: AtLayer | None = None,
        past: Past | None = None,
        n_layers: int | None = None,
    ) -> torch.Tensor:
        """Residual stream (B, T, width) behind the last layer, for ids (B, T) without the leading token.

        The leading token's place is the first, also in what `at_layer` is told: count places from the end. What that
        gives back are the activations to go on with; for one row they may be several. `past`, where it is given, is
        filled with what was read; where it holds something, ids go on from there, without a leading token, and a past
        of one row serves for all. `n_layers` stops after that many layers.
        """
        start = past[0][0].shape[2] if past else 0
        skip = 0 if past else int(self.leading_id is not None)
        stream = self._embed(functional.pad(ids.to(self.device), (skip, 0), value=self.leading_id or 0), start)
        for layer, block in enumerate(self.network.transformer.h[:n_layers]):
            stream, attended, activation = self._up(block, layer, stream, skip, past)
            if at_layer is not None:
                activation = at_layer(layer, attended, activation)
            stream = stream + _conv(block.mlp.c_proj, activation)
        return stream

    def logits(self, stream: torch.Tensor) -> torch.Tensor:
        """Next-token logits (..., vocabulary) from the residual stream (..., width) behind the last layer."""
        final = _norm(self.network.transformer.ln_f, stream)
        logits: torch.Tensor = functional.linear(final, self.network.lm_head.weight)
        return logits

    def replaced_logits(self, ids: torch.Tensor, neuron: NeuronId, values: torch.Tensor) -> torch.Tensor:
        """Next-token logits (R, T, vocabulary) of ids (1, T) with one neuron's activation replaced at every token.

        A row of `values` (R, T) is one replacement; where it is nan, and at the leading token, the neuron keeps its
        value. All that follows, the same neuron at later tokens too, is as the replacement makes it.
        """
        self.require_neuron(neuron)
        skip = int(self.leading_id is not None)
        wanted = functional.pad(values.to(self.device, self.network.dtype), (skip, 0), value=math.nan)

        def replace(layer: int, _attended: torch.Tensor, activation: torch.Tensor) -> torch.Tensor:
            if layer == neuron.layer:
                activation = activation.repeat(len(wanted), 1, 1)
                kept = activation[..., neuron.neuron]
                activation[..., neuron.neuron] = torch.where(wanted.isnan(), kept, wanted)
            return activation

        return self.logits(self.run(ids, at_layer=replace)[:, skip:])

    def _finite(self, activation: torch.Tensor, layer: int) -> torch.Tensor:
        """The activations (..., T, neurons) of a layer; ModelError names the layer where one of them is no number."""
        bad = ~torch.isfinite(activation)
        if bool(bad.any()):
            token, neuron = map(int, bad.nonzero()[0][-2:])
            raise ModelError(
                f"Layer {layer} of {self.name} gives activations that are not numbers ({int(bad.sum())} of "
                f"{bad.numel()}, the first at token {token}, neuron {layer}:{neuron}), computed in {self.dtype}. "
                "Load it in float32; if they stay, the weights are damaged: fetch or save the model again."
            )
        return activation

    def _embed(self, ids: torch.Tensor, start: int = 0) -> torch.Tensor:
        body = self.network.transformer
        places = body.wpe.weight[start : start + ids.shape[1]]
        stream: torch.Tensor = functional.embedding(ids, body.wte.weight) + places
        return stream

    def _up(
        self,
        block: Any,
        layer: int,
        stream: torch.Tensor,
        skip: int,
        past: Past | None = None,
        into: LayerMemory | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Residual stream after attention, what attention added to it, and the MLP's activations (B, T, neurons)."""
        step()  # of a live call: others may go first
        attended = self._attend(block.attn, layer, _norm(block.ln_1, stream), past)
        stream = stream + attended
        normed = _norm(block.ln_2, stream)
        if into is None:
            values = self._activate(_conv(block.mlp.c_fc, normed))
        else:
            values = in_place(self._activate)(_conv(block.mlp.c_fc, normed, into))
        return stream, attended, self._changed(layer, values, skip)

    def _changed(self, layer: int, values: torch.Tensor, skip: int) -> torch.Tensor:
        """Activations as this model goes on with them; the first `skip` places are the leading token's."""
        return values

    def _attend(self, attention: Any, layer: int, x: torch.Tensor, past: Past | None) -> torch.Tensor:
        B, T, width = x.shape
        query, key, value = (
            part.view(B, T, self._heads, -1).transpose(1, 2)
            for part in torch.split(_conv(attention.c_attn, x), width, dim=2)
        )
        if past is not None:
            if layer < len(past):
                before = (part.expand(B, -1, -1, -1) for part in past[layer])
                key, value = (torch.cat(pair, dim=2) for pair in zip(before, (key, value), strict=True))
                past[layer] = (key, value)
            else:
                past.append((key, value))
        # Going on with several tokens, each sees all that was read before and those up to itself.
        seen = key.shape[2]
        mask = None if T in (1, seen) else torch.ones(T, seen, dtype=torch.bool, device=x.device).tril(seen - T)
        mixed = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, is_causal=seen == T and T > 1, scale=self._scales[layer]
        )
        return _conv(attention.c_proj, mixed.transpose(1, 2).reshape(B, T, width))

    def checked_ids(self, token_ids: Sequence[int]) -> torch.Tensor:
        """Ids as a tensor (1, T); raises BadInput, saying what is wrong, for ids that cannot be read at once."""
        ids = np.asarray(token_ids, dtype=np.int64).reshape(-1)
        if not ids.size:
            raise BadInput("There are no tokens. Give at least one.")
        if ids.size > self.max_tokens:
            raise BadInput(
                f"{ids.size} tokens are too many: this model reads {self.max_tokens} at a time. Shorten the text."
            )
        if ids.min() < 0 or ids.max() >= self.vocabulary_size:
            raise BadInput(f"Token ids of this model lie between 0 and {self.vocabulary_size - 1}.")
        return torch.from_numpy(ids)[None]

    def require_neuron(self, neuron: NeuronId) -> None:
        """Raise NotFound, with the range that exists, for a neuron that the model does not have."""
        layer, number = neuron
        if not (0 <= layer < self.n_layers and 0 <= number < self.n_neurons):
            raise NotFound(
                f"There is no neuron {layer}:{number}. Layers go from 0 to {self.n_layers - 1}, "
                f"neurons from 0 to {self.n_neurons - 1}."
            )


def _norm(norm: Any, x: torch.Tensor) -> torch.Tensor:
    return functional.layer_norm(x, norm.normalized_shape, norm.weight, norm.bias, norm.eps)


def _conv(layer: Any, x: torch.Tensor, into: LayerMemory | None = None) -> torch.Tensor:
    """GPT-2's Conv1D: a linear map whose weight is stored (in, out)."""
    rows = x.reshape(-1, x.shape[-1])
    out = None if into is None else into.shaped(len(rows), layer.weight.shape[1], like=x)
    return torch.addmm(layer.bias, rows, layer.weight, out=out).view(*x.shape[:-1], -1)


def _attention_scale(config: Any, layer: int) -> float:
    scale = 1.0 / math.sqrt(config.n_embd // config.n_head) if config.scale_attn_weights else 1.0
    return scale / (layer + 1) if config.scale_attn_by_inverse_layer_idx else scale
