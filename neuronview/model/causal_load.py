"""Which causal language models may explain and simulate, and loading them from a folder or the hub.

Any architecture that transformers itself knows, only safetensors, never code that comes with a model. The subject
model of a dataset is refused: it is what is explained, not who explains.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import torch

from neuronview.errors import BadInput
from neuronview.model.reading import DTYPES, named_device, no_progress_bars, require_complete

__all__ = ["NEEDS", "choose_device", "choose_dtype", "identity_of", "read_model", "refuse_as_language_model"]

NEEDS = "config.json, safetensors files and tokenizer.json, of an architecture that transformers knows"
SLICES, SLICE = 64, 1 << 16  # of a file of weights, that its identity is taken from


def refuse_as_language_model(name_or_path: str | Path, *, subjects: Collection[str] = ()) -> str | None:
    """Why a model must not be offered as explainer or simulator, in words; None where nothing speaks against it.

    `subjects`: fingerprints of subject models, as datasets name them. Of a hub name only what is downloaded is looked
    at; nothing is fetched.
    """
    folder = Path(name_or_path).expanduser()
    if not folder.is_dir():
        return None
    why = "it is the model that is explained, and too small to explain anything. Choose a language model."
    if (folder.parent / "dataset.json").is_file():
        return f"{name_or_path} belongs to the dataset {folder.parent.name}: {why}"
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"{name_or_path} has no config.json that can be read ({error}). Give a folder in Hugging Face layout."
    if config.get("neuronview"):
        return f"{name_or_path} is NeuronView's demo model: {why}"
    if subjects and config.get("model_type") == "gpt2":
        from neuronview.model.load import load

        if load(folder, device="cpu").fingerprint in subjects:
            return f"{name_or_path} is the subject model of a dataset: {why}"
    return None


def read_model(source: str, **options: Any) -> Any:
    """A causal language model in evaluation mode, weights as stored. Raises ModelError where some are missing."""
    from transformers import AutoModelForCausalLM

    with no_progress_bars():
        network, report = AutoModelForCausalLM.from_pretrained(
            source, use_safetensors=True, dtype="auto", output_loading_info=True, **options
        )
    require_complete(report, source)
    return network.eval().requires_grad_(False)


def choose_device(name: str) -> torch.device:
    """`auto` is CUDA where there is one, else MPS, else the CPU. Raises BadInput for a device that is not there."""
    if name == "auto":
        mps = torch.backends.mps.is_available()
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if mps else "cpu")
    return named_device(name)


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """`auto` is 32 bits on a CPU, bfloat16 on CUDA where it is known, else float16. Raises BadInput for another."""
    if name == "auto":
        if device.type == "cpu":
            return torch.float32
        return torch.bfloat16 if device.type == "cuda" and torch.cuda.is_bf16_supported() else torch.float16
    if name not in DTYPES:
        raise BadInput(f"“{name}” is not a number format for a model. Use auto or one of {', '.join(DTYPES)}.")
    return DTYPES[name]


def identity_of(name_or_path: str | Path, config: Any, dtype: torch.dtype) -> str:
    """A name for a model that changes with its files and number format: `local:name@digest float32`."""
    folder = Path(name_or_path).expanduser()
    if folder.is_dir():
        name, digest = folder.resolve().name, _digest(folder)
    else:
        name, digest = str(name_or_path), str(getattr(config, "_commit_hash", None) or "unknown")[:16]
    return f"local:{name}@{digest} {str(dtype).removeprefix('torch.')}"


def _digest(folder: Path) -> str:
    """Short SHA-256 over small files whole, and over slices spread evenly over files of weights."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.suffix not in (".json", ".jinja", ".txt", ".model", ".safetensors") or not file.is_file():
            continue
        size = file.stat().st_size
        digest.update(f"{file.name} {size} ".encode())
        with file.open("rb") as content:
            if size <= SLICES * SLICE:
                digest.update(content.read())
                continue
            for number in range(SLICES):
                content.seek(number * (size - SLICE) // (SLICES - 1))
                digest.update(content.read(SLICE))
    return digest.hexdigest()[:16]
