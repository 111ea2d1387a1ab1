"""A dataset collected in the test itself: a tiny random GPT-2 over the written passages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from neuronview.collect import CollectResult, Document, Sizes, collect
from neuronview.demo.passages_written import written
from neuronview.explain.features import evaluate, features
from neuronview.model import SubjectModel, load
from tests.model.tiny_gpt2 import save_tiny_gpt2


@dataclass(frozen=True)
class Collected:
    """What was collected, and of which model and texts."""

    result: CollectResult
    model: SubjectModel
    documents: list[Document]


def collect_small(folder: Path, *, passages: int = 130, width: int = 8) -> Collected:
    """Collect 2 layers x 4 `width` neurons in excerpts of 24 tokens; every second passage is shown first."""
    torch.set_num_threads(1)
    model = load(save_tiny_gpt2(folder / "dataset" / "model", width=width))
    documents = [
        Document(passage.id, passage.text, "generated" if number % 2 else "written")
        for number, passage in enumerate(written()[:passages])
    ]
    result = collect(
        model,
        documents,
        folder / "dataset",
        work=folder / "work",
        name="tiny",
        features=evaluate,
        feature_names=[feature.name for feature in features()],
        first_source="written",
        sizes=Sizes(excerpt_tokens=24, shortest_random=16, min_token_count=5, sample_tokens=3000),
    )
    return Collected(result, model, documents)
