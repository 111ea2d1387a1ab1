"""A small corpus of drawn words, with near-duplicates; features of its tokens; its collection by a tiny model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from neuronview.collect import CollectResult, Document, Sizes, collect
from neuronview.model import SubjectModel

NAMES = ("long", "vowel", "early", "never", "odd")
SIZES = Sizes(top=6, random=5, quantile=3, first=4, pairs=4, pair_features=5, sample_tokens=10**9)
WORDS = [
    "the",
    "cat",
    "sat",
    "on",
    "mat",
    "and",
    "dog",
    "by",
    "door",
    "of",
    "old",
    "house",
    "she",
    "paid",
    "coins",
    "for",
    "loaves",
    "bread",
    "jar",
    "honey",
    "rain",
    "river",
    "mill",
]


def drawn_features(tokens: Sequence[str]) -> np.ndarray:
    """Which of NAMES hold at each token: (features, tokens)."""
    rows = [
        [len(token) > 3 for token in tokens],
        [token.strip()[:1] in "aeiou" for token in tokens],
        [k < 9 for k in range(len(tokens))],
        [False for _ in tokens],
        [k % 2 == 1 for k in range(len(tokens))],
    ]
    return np.array(rows, dtype=bool)


def drawn_documents() -> list[Document]:
    """90 documents of two sources and six copies, always the same."""
    rng = np.random.default_rng(5)
    documents = []
    for number in range(90):
        text = " ".join(rng.choice(WORDS, size=int(rng.integers(20, 120))))
        written = number % 5 == 0
        template = None if written else f"t{number % 12}"
        documents.append(Document(f"d{number}", text, "written" if written else "generated", template))
    # The same words again under another template: near-duplicates by their 8-grams alone.
    documents += [Document(f"copy{k}", documents[k].text, "generated", f"copy{k}") for k in (1, 2, 3, 6, 7, 8)]
    return documents


def collected_in(model: SubjectModel, folder: Path, **options: object) -> CollectResult:
    """What a collection of the corpus into `folder`/data comes to; options replace those given here."""
    given = {"features": drawn_features, "feature_names": NAMES, "first_source": "written", "sizes": SIZES, "seed": 3}
    return collect(model, drawn_documents(), folder / "data", work=folder / "work", **{**given, **options})
