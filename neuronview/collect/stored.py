"""Shares of variance for a dataset that was collected without them, from its model and its own stored excerpts.

A collection stores almost every excerpt of the sample that it draws by chance, since quantile groups are drawn from
it; which ones those are follows from the seed. Runs the model over them and adds one part to a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from neuronview.collect.corpus import Batch, Corpus
from neuronview.collect.kernels import Block
from neuronview.collect.layers import ChosenLayers
from neuronview.collect.passes import Progress, Reporter, run_over
from neuronview.collect.shares import SAMPLE, ShareSums, draw_sample, shares_tables
from neuronview.errors import DatasetError
from neuronview.model import SubjectModel
from neuronview.store import Dataset
from neuronview.store.manifest import committed_parts
from neuronview.store.whole import read_part
from neuronview.store.write import commit_parts, write_part

__all__ = ["add_shares"]

ENOUGH = 0.9
"""Part of the sample that has to be stored: else what is there was not drawn by chance alone."""


def add_shares(
    dataset: Dataset,
    model: SubjectModel,
    folder: Path,
    *,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> int:
    """Compute the shares of all neurons of a dataset and commit them to `folder`; returns over how many tokens.

    `folder` is the dataset's own or the user's for it. Raises DatasetError where too few of the excerpts that were
    drawn by chance are stored, as in published data, or they have too little in common; Cancelled when stopped.
    """
    corpus = _stored_sample(dataset)
    layers = ChosenLayers(model, dataset.manifest.raw["sizes"].get("layers"))
    visitor = _Visitor(
        ShareSums(
            corpus,
            np.ones(corpus.n_excerpts, dtype=bool),
            n_layers=layers.n_layers,
            n_neurons=layers.n_neurons,
            seed=int(dataset.manifest.raw["seed"]),
        )
    )
    tables = None
    if visitor.sums.n_tokens:
        run_over(layers, corpus, visitor, stage="shares", report=Reporter(progress, should_stop))
        tables = list(shares_tables(visitor.sums, layers.numbers))
    if not tables:
        raise DatasetError(
            f"The stored excerpts of “{dataset.manifest.name}” are of too few documents to tell what explains their "
            "neurons. Collect a dataset from more texts."
        )
    commit_parts(folder, [write_part(folder, "shares", table) for table in tables], label="shares")
    return visitor.sums.n_tokens


class _Visitor:
    """Feeds every layer of a batch to the sums."""

    def __init__(self, sums: ShareSums) -> None:
        self.sums = sums

    def begin(self, batch: Batch) -> Any:
        """Which tokens count."""
        return self.sums.begin(batch)

    def layer(self, prepared: Any, batch: Batch, layer: int, values: torch.Tensor) -> None:
        """Add one layer."""
        self.sums.layer(prepared, layer, Block.of(values))


def _stored_sample(dataset: Dataset) -> Corpus:
    """The stored excerpts that the collection drew by chance, as a corpus of their own."""
    raw = dataset.manifest.raw
    drawn = int(raw.get("sizes", {}).get("quantile_pool", 0))
    total = int(dataset.manifest.corpus.get("n_excerpts", 0))
    stored: set[int] = set()
    if drawn and total:
        sample = np.flatnonzero(draw_sample(total, seed=int(raw["seed"]), size=min(drawn, SAMPLE)))
        stored = _stored_ids(dataset) & set(sample.tolist())
    if not stored or len(stored) < ENOUGH * len(sample):
        raise DatasetError(
            f"“{dataset.manifest.name}” stores no excerpts that were drawn by chance from all of its corpus, as "
            "published data does not, so shares of variance cannot be computed from it. Collect a dataset of its model."
        )
    return _corpus(dataset.excerpts(sorted(stored)), dataset.manifest.corpus)


def _stored_ids(dataset: Dataset) -> set[int]:
    parts = committed_parts(dataset.folder)["excerpts"]
    tables = [read_part(dataset.folder, part, columns=["excerpt_id"]) for part in parts]
    return {identity for table in tables for identity in table.column("excerpt_id").to_pylist()}


def _corpus(rows: Sequence[dict[str, Any]], described: Any) -> Corpus:
    lengths = np.array([len(row["token_ids"]) for row in rows], dtype=np.int64)
    tokens = np.concatenate([row["token_ids"] for row in rows]).astype(np.int32)
    # As `cut_documents` numbers near-duplicate classes: by template, or by document where there is none.
    names = [
        ("template", row["template"]) if row["template"] is not None else ("document", row["document_id"])
        for row in rows
    ]
    numbers = {name: place for place, name in enumerate(dict.fromkeys(names))}
    none = np.zeros(len(rows), dtype=np.int64)
    return Corpus(
        tokens=tokens,
        starts=np.cumsum(lengths) - lengths,
        lengths=lengths,
        documents=np.arange(len(rows)),
        templates=np.array([numbers[name] for name in names], dtype=np.int64),
        parts=none,
        is_apart=none.astype(bool),
        document_names=[row["document_id"] for row in rows],
        document_sources=[row["source"] for row in rows],
        document_templates=[row["template"] for row in rows],
        token_counts=np.bincount(tokens),
        hash=str(described.get("hash", "")),
    )
