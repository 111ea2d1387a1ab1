"""A corpus of so many excerpts at the most."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from neuronview.collect.corpus import Corpus, Document, cut_documents


class Letters:
    """Each letter is a token."""

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        return [[ord(letter) - ord("a") for letter in text] for text in texts]


def cut(folder: Path, most: int) -> Corpus:
    documents = [Document(name, name * 200) for name in "abc"]  # 12 excerpts of 16 tokens each, 8 tokens left over
    letters: Any = Letters()
    return cut_documents(documents, letters, folder, vocabulary_size=26, excerpt_tokens=16, most_excerpts=most)


@pytest.mark.parametrize(("most", "expected"), [(1, 1), (12, 12), (20, 20), (100, 36)])
def test_there_are_no_more_excerpts_than_asked_for(tmp_path: Path, most: int, expected: int) -> None:
    corpus = cut(tmp_path, most)
    assert (corpus.n_excerpts, corpus.n_tokens) == (expected, 16 * expected)
    assert corpus.token_counts.tolist()[:2] == [16 * min(12, expected), 16 * min(12, max(0, expected - 12))]


def test_corpora_that_end_at_different_places_of_one_document_differ(tmp_path: Path) -> None:
    assert cut(tmp_path / "a", 20).hash != cut(tmp_path / "b", 21).hash
