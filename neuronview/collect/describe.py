"""What a dataset's manifest says of the model and the corpus that it was collected from."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from neuronview.collect.candidates import NEAR_DUPLICATE_RULE
from neuronview.collect.corpus import Corpus
from neuronview.collect.holding_out import HELD_OUT_RULE
from neuronview.model import SubjectModel
from neuronview.records import QUANTILES
from neuronview.store.schema import TAIL_PROBABILITIES

__all__ = ["describe"]


def describe(model: SubjectModel, corpus: Corpus, out: Path, *, first_source: str | None, seed: int) -> dict[str, Any]:
    """What the manifest of a dataset in folder `out` says of its model and corpus, and what it was made with."""
    folder = Path(model.name).expanduser()
    return {
        "model": {
            "path": Path(os.path.relpath(folder, out)).as_posix() if folder.is_dir() else model.name,
            "fingerprint": model.fingerprint,
            "tokenizer": model.tokenizer.fingerprint,
            "activation_function": model.activation_function,
            "n_layers": model.n_layers,
            "n_neurons": model.n_neurons,
            "dtype": model.dtype,
        },
        "site": "mlp_post_act",
        "leading_token": None
        if model.leading_token is None
        else {"token": model.leading_token, "in_statistics": False},
        "excerpt_tokens": int(corpus.lengths.max()),
        "corpus": {
            "hash": corpus.hash,
            "n_documents": len(corpus.document_names),
            "n_excerpts": corpus.n_excerpts,
            "n_tokens": corpus.n_tokens,
            "sources": corpus.sources(),
        },
        "first_source": first_source,
        "held_out": _held_out(corpus, first_source, seed),
        "random_records": _random_records(corpus, first_source),
        "seed": seed,
        "tail_probabilities": TAIL_PROBABILITIES,
        "quantiles": QUANTILES,
        "near_duplicates": NEAR_DUPLICATE_RULE,
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": version("transformers"),
            "numpy": np.__version__,
        },
    }


def _held_out(corpus: Corpus, first_source: str | None, seed: int) -> dict[str, Any] | None:
    """What nothing is fitted on, in numbers; None when everything is fitted on."""
    held = corpus.parts == 1
    if not held.any():
        return None
    rule = HELD_OUT_RULE if first_source is None else f"source {first_source}"
    return {
        "rule": rule,
        "seed": seed if first_source is None else None,
        "n_documents": len(np.unique(corpus.documents[held])),
        "n_excerpts": int(held.sum()),
        "n_tokens": int(corpus.lengths[held].sum()),
        "n_excerpts_like_the_rest": int((held & ~corpus.is_apart).sum()),
    }


def _random_records(corpus: Corpus, first_source: str | None) -> str:
    if first_source is not None:
        return f"of source {first_source}"
    return "of the whole corpus" if not corpus.parts.any() else "of the part that is held out"
