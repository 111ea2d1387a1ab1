"""What the benchmarks measure on: a random GPT-2 with a tokenizer of its own, generated passages, and datasets of them.

Everything is made once a process, in a temporary folder that goes with it.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import GPT2Config, GPT2LMHeadModel

from neuronview.collect import CollectResult, Document, Progress, collect
from neuronview.demo.network import save_model
from neuronview.demo.passages import generate
from neuronview.demo.passages_written import written
from neuronview.demo.tokenizer import train_tokenizer
from neuronview.explain.features import evaluate, features
from neuronview.model import SubjectModel, load

__all__ = ["TEXTS", "Collected", "collected", "folder", "model", "passages"]

FIRST = "written"
TEXTS = 80
"""Passages of each kind: about 20,000 tokens in all."""


@cache
def folder() -> Path:
    """A folder for this process."""
    path = Path(tempfile.mkdtemp(prefix="neuronview-bench-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@cache
def passages(count: int) -> list[str]:
    """Generated passages."""
    return [composed.text for composed in generate(count, seed=9, which="all")]


@cache
def tokenizer() -> Tokenizer:
    """A byte-level tokenizer of 4,096 entries."""
    return train_tokenizer(passages(TEXTS), vocab_size=4096)


@cache
def model(layers: int = 4, width: int = 256, heads: int = 4) -> SubjectModel:
    """A random GPT-2; weights are larger than usual, so that activations differ as those of a trained one do."""
    torch.manual_seed(0)
    target = folder() / f"model-{layers}x{width}"
    sizes = {"n_layer": layers, "n_embd": width, "n_head": heads, "n_positions": 256, "vocab_size": 4096}
    network = GPT2LMHeadModel(GPT2Config(**sizes, bos_token_id=0, eos_token_id=0, initializer_range=0.15))
    save_model(network, tokenizer(), target)
    return load(target, device="cpu")


@dataclass(frozen=True)
class Collected:
    """A dataset that was collected, and seconds by stage."""

    result: CollectResult
    seconds: dict[str, float]


@cache
def collected(layers: int = 4, width: int = 256) -> Collected:
    """Collect a model over written passages and generated ones."""
    subject = model(layers, width)
    home = folder() / f"dataset-{layers}x{width}"
    begun: dict[str, float] = {}

    def note(progress: Progress) -> None:
        begun.setdefault(progress.stage, time.perf_counter())

    result = collect(
        subject,
        _documents(),
        home / "dataset",
        work=home / "work",
        features=evaluate,
        feature_names=[feature.name for feature in features()],
        first_source=FIRST,
        progress=note,
    )
    ends = [*list(begun.values())[1:], time.perf_counter()]
    return Collected(result, {stage: end - start for (stage, start), end in zip(begun.items(), ends, strict=True)})


def _documents() -> Iterator[Document]:
    for passage in written()[:TEXTS]:
        yield Document(passage.id, passage.text, FIRST)
    for number, text in enumerate(passages(TEXTS)):
        yield Document(f"generated-{number}", text, "generated")
