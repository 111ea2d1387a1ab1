"""Load a GPT-2 from a folder, a safetensors file or the Hugging Face hub.

Only the GPT-2 architecture, only safetensors, never code that comes with a model. A model that was downloaded
once is found again without a network. Every refusal says what would be right.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from pathlib import Path
from typing import Any, Literal

import torch

from neuronview.errors import BadInput, ModelError
from neuronview.model.plain_file import is_weights_file, read_plain_file, refuse_pickle
from neuronview.model.reading import (
    DTYPES,
    UNREADABLE,
    fetch,
    first_line,
    named_device,
    narrow_errors,
    no_progress_bars,
    require_complete,
)
from neuronview.model.room import require_room
from neuronview.model.subject import SubjectModel
from neuronview.model.tokenize import Tokenizer

__all__ = ["best_device", "load"]

log = logging.getLogger(__name__)

LEADING_TOKEN = "<|endoftext|>"
NEEDS = "config.json, model.safetensors and tokenizer.json (or vocab.json and merges.txt)"
# What decides the numbers that a model computes, besides its tensors.
ESSENTIALS = (
    *("n_layer", "n_head", "n_embd", "n_inner", "n_positions", "vocab_size", "activation_function"),
    *("layer_norm_epsilon", "scale_attn_weights", "scale_attn_by_inverse_layer_idx"),
)


def load(
    name_or_path: str | Path,
    *,
    device: str = "auto",
    dtype: str = "float32",
    activation: str | None = None,
    leading: str | Literal["default"] | None = "default",
) -> SubjectModel:
    """Load a GPT-2 with its tokenizer.

    `name_or_path`: a folder in Hugging Face layout, a safetensors file with GPT-2's names, or a hub name such as
    `gpt2`. `device`: `auto`, `cpu`, `cuda`, ... `dtype`: `float32`, `bfloat16` or `float16`. `activation`: another
    activation function than the model's config names: `gelu_new` (by tanh, GPT-2's own), `gelu` (exact) or
    `quick_gelu` (x · sigmoid(1.702 x)). `leading`: the token that is put before every text; `default` is the
    tokenizer's own beginning of text, None puts none.

    Raises ModelError when the model is missing, is no GPT-2, or holds values that are not numbers; BadInput for
    a device, dtype or token that does not exist.
    """
    if dtype not in DTYPES:
        raise BadInput(f"“{dtype}” is not a number format for a model. Use one of {', '.join(DTYPES)}.")
    place = named_device(best_device() if device == "auto" else device)
    source = _source(name_or_path)
    config, network, backend, assumed = _read(source)
    tokenizer = Tokenizer(backend.backend_tokenizer, size=config.vocab_size)
    # Of the tensors as stored: the cast below changes the network in place.
    fingerprint = _fingerprint(config, _checked(network, source))
    return SubjectModel(
        network.eval().requires_grad_(False).to(device=place, dtype=DTYPES[dtype]),
        tokenizer,
        name=str(name_or_path),
        fingerprint=fingerprint,
        activation=activation,
        leading=_leading(leading, backend, tokenizer),
        assumed=assumed,
    )


def _read(source: str) -> tuple[Any, Any, Any, tuple[str, ...]]:
    """Config, network and tokenizer of transformers, and what had to be assumed."""
    if not is_weights_file(Path(source)):
        config = fetch(source, _read_config, needs=NEEDS)
        require_room(config, source)
        return config, *(fetch(source, read, needs=NEEDS) for read in (_read_network, _read_tokenizer)), ()
    try:
        with narrow_errors((*UNREADABLE, ModelError)):
            read = read_plain_file(Path(source))
    except UNREADABLE as error:
        raise ModelError(
            f"The model in {source} cannot be read: {first_line(error)} It has to be a whole safetensors file."
        ) from error
    for sentence in read.assumed:
        log.info("%s does not say, so it is assumed: %s", source, sentence)
    return read


def _source(name_or_path: str | Path) -> str:
    text = str(name_or_path)
    looks_like_a_path = (
        isinstance(name_or_path, Path)
        or text.startswith((".", "/", "~"))
        or text.endswith(".safetensors")
        or text.count("/") > 1
    )
    folder = Path(text).expanduser()
    refuse_pickle(folder)
    if is_weights_file(folder):
        return str(folder)
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise ModelError(f"{text} holds no config.json. Give the folder of a GPT-2 in Hugging Face layout.")
        return str(folder)
    if looks_like_a_path:
        raise ModelError(
            f"There is no folder {text}. Give the folder of a GPT-2, a safetensors file, or a hub name such as gpt2."
        )
    return text


def _read_config(source: str, **options: Any) -> Any:
    from transformers import GPT2Config

    # The raw file first: another architecture's config may not even pass that architecture's own checks.
    raw = GPT2Config.get_config_dict(source, **options)[0]
    if raw.get("auto_map"):
        raise ModelError(
            f"{source} comes with code of its own (auto_map in config.json), which is never run here. Give a plain "
            "GPT-2: its config.json without auto_map, and its weights as safetensors."
        )
    kind = raw.get("model_type", "unknown")
    if kind != "gpt2":
        raise ModelError(f"{source} is a model of type “{kind}”. NeuronView looks into GPT-2 only.")
    config = GPT2Config.from_pretrained(source, **options)
    if config.add_cross_attention:
        raise ModelError(f"{source} reads a second input (cross-attention). Give a plain GPT-2.")
    return config


def _read_network(source: str, **options: Any) -> Any:
    from transformers import GPT2LMHeadModel

    with no_progress_bars():
        network, report = GPT2LMHeadModel.from_pretrained(
            source, use_safetensors=True, dtype="auto", output_loading_info=True, **options
        )
    require_complete(report, source)
    return network


def _read_tokenizer(source: str, **options: Any) -> Any:
    from transformers import AutoTokenizer

    with narrow_errors(UNREADABLE):
        tokenizer = AutoTokenizer.from_pretrained(source, use_fast=True, **options)
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(f"{source} has no fast tokenizer. Save it with tokenizer.json.")
    return tokenizer


def _checked(network: Any, source: str) -> list[tuple[str, torch.Tensor]]:
    """Named tensors in name order, tied ones once; raises ModelError for values that are not numbers."""
    tensors = sorted(network.named_parameters())
    for name, tensor in tensors:
        if not bool(torch.isfinite(tensor).all()):
            layer = re.match(r"transformer\.h\.(\d+)\.", name)
            where = f"{name} of {source}" + (f" (layer {layer[1]})" if layer else "")
            n_bad = int((~torch.isfinite(tensor)).sum())
            raise ModelError(
                f"{where} holds values that are not numbers ({n_bad:,} of {tensor.numel():,}). "
                "Fetch or save the model again."
            )
    return tensors


def _fingerprint(config: Any, tensors: list[tuple[str, torch.Tensor]]) -> str:
    """Short SHA-256 over what decides the model's numbers, as stored: its size, activation function and tensors."""
    essentials = {name: getattr(config, name, None) for name in ESSENTIALS}
    digest = hashlib.sha256(json.dumps(essentials, sort_keys=True).encode())
    for name, tensor in tensors:
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]


def best_device() -> str:
    """Where `auto` puts a model: `cuda` when there is one, else `cpu`."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def _leading(leading: str | None, backend: Any, tokenizer: Tokenizer) -> tuple[str, int] | None:
    if leading is None:
        return None
    token = (backend.bos_token or LEADING_TOKEN) if leading == "default" else leading
    number = tokenizer.token_id(token)
    if number is None:
        raise BadInput(
            f"The model's vocabulary has no token “{token}” to put before a text. "
            "Name one that it has (leading=...), or none (leading=None)."
        )
    return token, number
