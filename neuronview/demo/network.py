"""The demo's GPT-2: made, computed fast enough to train on two cores, saved in Hugging Face layout.

Promises that `hidden_states` and `language_loss` compute the function of transformers' GPT2LMHeadModel with
`gelu_new` (the parameters are that model's own), and that plain `from_pretrained` loads what `save_model` wrote.
Knows nothing of data, optimisers or steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - its name everywhere
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel

from neuronview.demo.tokenizer import END_OF_TEXT_ID, save_tokenizer

# Rows of logits made at a time: 512 x 8,000 half-precision values stay in a core's cache.
LOSS_ROWS = 512


@dataclass(frozen=True)
class Shape:
    """The size of a GPT-2."""

    vocabulary: int = 8000
    layers: int = 4
    width: int = 256
    heads: int = 4
    context: int = 256


def new_model(shape: Shape, *, seed: int) -> Any:
    """Return an untrained GPT2LMHeadModel of that shape (float32, CPU), the same for the same seed."""
    config = GPT2Config(
        vocab_size=shape.vocabulary,
        n_positions=shape.context,
        n_embd=shape.width,
        n_layer=shape.layers,
        n_head=shape.heads,
        activation_function="gelu_new",
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=END_OF_TEXT_ID,
        eos_token_id=END_OF_TEXT_ID,
        pad_token_id=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return GPT2LMHeadModel(config)


def hidden_states(model: Any, ids: Tensor, *, dtype: torch.dtype = torch.float32, dropout: float = 0.0) -> Tensor:
    """Return the states after the last layer norm, shape (batch, tokens, width), float32.

    Matrices are multiplied in `dtype`; the residual stream and the layer norms stay in float32.
    """
    stack = model.transformer
    stream = stack.wte(ids) + stack.wpe.weight[: ids.shape[1]]
    stream = F.dropout(stream, dropout, training=dropout > 0)
    for block in stack.h:
        stream = stream + F.dropout(_attention(block, stream, dtype), dropout, training=dropout > 0)
        stream = stream + F.dropout(_mlp(block, stream, dtype), dropout, training=dropout > 0)
    return _norm(stack.ln_f, stream)


def _norm(norm: Any, stream: Tensor) -> Tensor:
    return F.layer_norm(stream, norm.normalized_shape, norm.weight, norm.bias, norm.eps)


def _affine(layer: Any, values: Tensor, dtype: torch.dtype) -> Tensor:
    flat = values.reshape(-1, values.shape[-1]).to(dtype)
    result = torch.addmm(layer.bias.to(dtype), flat, layer.weight.to(dtype))
    return result.view(*values.shape[:-1], -1)


def _attention(block: Any, stream: Tensor, dtype: torch.dtype) -> Tensor:
    batch, tokens, width = stream.shape
    mixed = _affine(block.attn.c_attn, _norm(block.ln_1, stream), dtype)
    query, key, value = mixed.view(batch, tokens, 3, block.attn.num_heads, -1).permute(2, 0, 3, 1, 4)
    seen = F.scaled_dot_product_attention(query, key, value, is_causal=True)
    return _affine(block.attn.c_proj, seen.transpose(1, 2).reshape(batch, tokens, width), dtype)


def _mlp(block: Any, stream: Tensor, dtype: torch.dtype) -> Tensor:
    # gelu_new and PyTorch's tanh approximation are one function; this one is a single kernel.
    inner = F.gelu(_affine(block.mlp.c_fc, _norm(block.ln_2, stream), dtype), approximate="tanh")
    return _affine(block.mlp.c_proj, inner, dtype)


def language_loss(states: Tensor, embedding: Tensor, targets: Tensor, *, dtype: torch.dtype) -> Tensor:
    """Return the mean cross entropy in nats of `targets` under tied output weights; a scalar.

    states (rows, width), embedding (vocabulary, width), targets (rows). In bfloat16 the value is good to about
    0.005 nats a token: enough to follow training, not to report.
    """
    loss: Tensor = _TiedCrossEntropy.apply(states, embedding, targets, dtype)  # type: ignore[no-untyped-call]
    return loss


class _TiedCrossEntropy(torch.autograd.Function):
    """Loss and both gradients in one pass over slices of rows, so that the logits never exist as a whole."""

    @staticmethod
    def forward(ctx: Any, states: Tensor, embedding: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        inputs, weights = states.to(dtype), embedding.to(dtype)
        d_states = torch.empty_like(inputs)
        d_weights = torch.zeros_like(embedding)
        total = torch.zeros((), device=states.device)
        for start in range(0, len(inputs), LOSS_ROWS):
            rows = slice(start, start + LOSS_ROWS)
            chosen = targets[rows, None]
            slope = torch.softmax(inputs[rows] @ weights.t(), -1)
            total -= slope.gather(1, chosen).float().clamp_min(1e-30).log().sum()
            slope.scatter_add_(1, chosen, slope.new_full(chosen.shape, -1.0))
            torch.mm(slope, weights, out=d_states[rows])
            d_weights += slope.t() @ inputs[rows]
        ctx.save_for_backward(d_states, d_weights)
        return total / len(inputs)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None]:
        d_states, d_weights = ctx.saved_tensors
        scale = grads[0] / len(d_states)
        return d_states * scale, d_weights * scale, None, None


def save_model(model: Any, tokenizer: Tokenizer, folder: str | Path) -> None:
    """Write model and tokenizer in Hugging Face layout, weights rounded to float16, the tied matrix once."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_weights(model), str(folder / "model.safetensors"), metadata={"format": "pt"})
    config = GPT2Config(**{**model.config.to_dict(), "architectures": ["GPT2LMHeadModel"], "dtype": "float16"})
    config.save_pretrained(str(folder))
    GenerationConfig(bos_token_id=END_OF_TEXT_ID, eos_token_id=END_OF_TEXT_ID).save_pretrained(str(folder))
    save_tokenizer(tokenizer, folder)


def _weights(model: Any) -> dict[str, Tensor]:
    """Return the parameters alone: the causal masks are buffers that the architecture makes itself."""
    return {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in model.named_parameters()}


def load_model(folder: str | Path) -> Any:
    """Return a saved model with its (rounded) weights widened to float32, ready to evaluate."""
    return GPT2LMHeadModel.from_pretrained(str(folder), dtype=torch.float32).eval()
