"""A GPT-2 from one safetensors file: what a folder's config would say is inferred from the tensors' shapes.

Names are GPT-2's own, with or without the prefix `transformer.`. Where a config.json lies beside the file it decides;
otherwise heads are taken to be 64 wide, as in every published GPT-2, and the rest as there too. Only safetensors are
read: other files of weights are pickles, which run code when they are opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch

from neuronview.errors import ModelError
from neuronview.model.reading import no_progress_bars, require_complete
from neuronview.model.room import require_room

__all__ = ["PlainFile", "is_weights_file", "read_plain_file", "refuse_pickle"]

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
PREFIX = "transformer."
# Buffers of older files: the causal mask, which is no weight.
MASKS = re.compile(r"h\.\d+\.attn\.(masked_)?bias$")
HEAD_WIDTH = 64
PUBLISHED_TOKENIZER = ("gpt2", 50257)
"""Name on the hub and number of tokens."""
Shape = tuple[int, ...]


class PlainFile(NamedTuple):
    """What was read: a transformers config, network and tokenizer, and what the file left to be assumed."""

    config: Any
    network: Any
    tokenizer: Any
    assumed: tuple[str, ...]


def is_weights_file(path: Path) -> bool:
    """Whether this is the file that `read_plain_file` reads; False for a name on the hub or a folder."""
    return path.suffix == ".safetensors" and path.is_file()


def refuse_pickle(path: Path) -> None:
    """Raise ModelError for a file of weights, or a folder with no others, that would run code when it is opened."""
    here = [path] if path.is_file() else sorted(path.glob("*")) if path.is_dir() else []
    pickles = [entry.name for entry in here if entry.suffix.lower() in PICKLES]
    if pickles and not any(entry.suffix == ".safetensors" for entry in here):
        raise ModelError(
            f"{pickles[0]} may run any code when it is opened, so it is not. Save the model as safetensors "
            "(in transformers: save_pretrained), or take another copy of it."
        )


def read_plain_file(path: Path) -> PlainFile:
    """Read model and tokenizer; ModelError says which tensors or files are missing or do not fit together."""
    from safetensors.torch import load_file, safe_open

    with safe_open(path, framework="pt") as opened:
        said, names = dict(opened.metadata() or {}), list(opened.keys())
        shapes = {_bare(name): tuple(opened.get_slice(name).get_shape()) for name in names if not MASKS.search(name)}
    config, assumed = _config(path, shapes, said)
    require_room(config, path.name)
    tensors = {_bare(name): tensor for name, tensor in load_file(path).items() if not MASKS.search(name)}
    config.tie_word_embeddings = _is_tied(tensors)
    if config.tie_word_embeddings:
        tensors.pop("lm_head.weight", None)
    network = _network(path, config, tensors)
    return PlainFile(config, network, _tokenizer(path, config.vocab_size), assumed)


def _bare(name: str) -> str:
    return name.removeprefix(PREFIX)


def _is_tied(tensors: Mapping[str, torch.Tensor]) -> bool:
    head = tensors.get("lm_head.weight")
    return head is None or torch.equal(head, tensors["wte.weight"])


def _config(path: Path, shapes: Mapping[str, Shape], said: Mapping[str, str]) -> tuple[Any, tuple[str, ...]]:
    from transformers import GPT2Config

    inferred = _size(path, shapes)
    beside = path.parent / "config.json"
    if beside.is_file():
        config = GPT2Config.from_pretrained(path.parent)
        wrong = [name for name, value in inferred.items() if _configured(config, name) != value]
        if wrong:
            raise ModelError(
                f"{beside} says {wrong[0]} {_configured(config, wrong[0])}, but the tensors of {path.name} are of "
                f"{inferred[wrong[0]]}: it belongs to another model. Move the file to a folder of its own."
            )
        return config, ()
    heads, assumed = _heads(path, inferred["n_embd"], said)
    if inferred["n_inner"] == 4 * inferred["n_embd"]:
        # As configs of GPT-2 leave it, so that the same model has the same fingerprint.
        inferred["n_inner"] = None
    return GPT2Config(**inferred, n_head=heads), (*assumed, "Activation function gelu_new, as in GPT-2.")


def _configured(config: Any, name: str) -> int:
    value = getattr(config, name)
    return int(4 * config.n_embd if name == "n_inner" and value is None else value)


def _size(path: Path, shapes: Mapping[str, Shape]) -> dict[str, Any]:
    """Size by the config's names, from the shapes; ModelError where they are not a GPT-2's."""
    layers = [int(found[1]) for name in shapes if (found := re.match(r"h\.(\d+)\.", name))]
    first = "h.0.mlp.c_fc.weight"
    missing = [name for name in ("wte.weight", "wpe.weight", first) if len(shapes.get(name, ())) != 2]
    if missing:
        raise ModelError(
            f"{path.name} has no matrix {missing[0]}, so it is no GPT-2 by Hugging Face's names, with or without "
            "“transformer.” before them. Give such a file, or a model's folder."
        )
    (vocabulary, width), inner = shapes["wte.weight"], shapes[first]
    if inner[0] != width or shapes["wpe.weight"][1] != width:
        raise ModelError(
            f"{path.name} does not fit together: wte.weight is {width} wide, wpe.weight {shapes['wpe.weight'][1]}, and "
            f"{first} takes {inner[0]}. Weights of GPT-2 are stored (in, out)."
        )
    return {
        "vocab_size": vocabulary,
        "n_positions": shapes["wpe.weight"][0],
        "n_embd": width,
        "n_layer": max(layers) + 1,
        "n_inner": inner[1],
    }


def _heads(path: Path, width: int, said: Mapping[str, str]) -> tuple[int, tuple[str, ...]]:
    stated = said.get("n_head", said.get("num_attention_heads", ""))
    heads = int(stated) if stated.isdecimal() and len(stated) < 10 else width // HEAD_WIDTH
    if not heads or width % heads or (not stated and width % HEAD_WIDTH):
        raise ModelError(
            f"{path.name} does not say how many attention heads the model has, and its width {width} is no multiple "
            f"of {HEAD_WIDTH}. Put the model's config.json beside it."
        )
    return heads, () if stated else (f"{heads} attention heads of {HEAD_WIDTH}, as in every published GPT-2.",)


def _network(path: Path, config: Any, tensors: dict[str, torch.Tensor]) -> Any:
    from transformers import GPT2LMHeadModel

    prefixed = {name if name == "lm_head.weight" else PREFIX + name: tensor for name, tensor in tensors.items()}
    with no_progress_bars():
        network, report = GPT2LMHeadModel.from_pretrained(
            None,
            config=config,
            state_dict=prefixed,
            dtype="auto",
            output_loading_info=True,
            # Such tensors are then named in the report, which is refused below.
            ignore_mismatched_sizes=True,
        )
    require_complete(report, path.name)
    return network


def _tokenizer(path: Path, size: int) -> Any:
    """The tokenizer beside the file, or GPT-2's where it was downloaded and has as many tokens."""
    from transformers import GPT2Tokenizer, PreTrainedTokenizerFast

    folder = path.parent
    if (folder / "tokenizer.json").is_file():
        return PreTrainedTokenizerFast.from_pretrained(folder)
    if (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
        return GPT2Tokenizer.from_pretrained(folder)
    name, published_size = PUBLISHED_TOKENIZER
    if size == published_size:
        try:
            return GPT2Tokenizer.from_pretrained(name, local_files_only=True)
        except (OSError, ValueError, TypeError):
            # Not downloaded: said below, with both ways out.
            size_note = f", and the one of {name} was not downloaded"
    else:
        size_note = f", and the one of {name} has {published_size} tokens where this model has {size}"
    raise ModelError(
        f"There is no tokenizer for {path.name}: no tokenizer.json lies beside it{size_note}. "
        f"Put the model's tokenizer.json into {folder}."
    )
