"""A disk that is full is told wherever a collection writes: a file that is cut off in silence would be read as whole.

Files lie on a device of the system's that takes nothing, or may not be longer than a few bytes: an error raised in
Python would not meet what libraries write below it.
"""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.cli.main import UNWRITABLE
from neuronview.collect import states
from neuronview.collect.corpus import Document, cut_documents
from neuronview.collect.features import FeatureBits
from neuronview.collect.passes import Progress
from neuronview.collect.states import CORPUS_ARRAYS, save_corpus
from neuronview.jobs import collecting
from neuronview.jobs.engines import Here
from neuronview.model import load
from tests.collect.test_shares import make_corpus
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.sharded_collection import in_shards

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is full")


@contextmanager
def refused(code: int) -> Iterator[None]:
    with pytest.raises(OSError, match=os.strerror(code)) as told:
        yield
    assert told.value.errno == code
    assert code in UNWRITABLE  # for which the command line says what to do


class Letters:
    """Each letter is a token."""

    def encode_many(self, texts: list[str]) -> list[list[int]]:
        return [[ord(letter) - ord("a") for letter in text] for text in texts]


def test_tokens_of_many_short_documents(tmp_path: Path) -> None:
    (tmp_path / "tokens.bin").symlink_to(FULL)
    letters: Any = Letters()
    with refused(errno.ENOSPC):
        cut_documents(
            [Document(name, name * 200) for name in "abc"], letters, tmp_path, vocabulary_size=26, excerpt_tokens=16
        )


def test_features_of_each_token(tmp_path: Path) -> None:
    (tmp_path / "features.bin").symlink_to(FULL)
    with refused(errno.ENOSPC):
        FeatureBits.compute(
            make_corpus(20, seed=1, vocabulary=3),
            ["a", "b", "c"],
            lambda tokens: np.ones((1, len(tokens)), bool),
            names=["any"],
            work=tmp_path,
        )


@pytest.mark.parametrize("name", CORPUS_ARRAYS)
def test_what_workers_need_of_a_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(states, "CORPUS_ARRAYS", (name,))
    corpus = make_corpus(20, seed=1)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (140, before[1]))  # bytes: there is room for the first ones alone
    try:
        with refused(errno.EFBIG):
            save_corpus(corpus, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_features_that_workers_found_put_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "EXCERPTS", 16)
    model = load(save_tiny_gpt2(tmp_path / "model", width=4), device="cpu")

    def fill(now: Progress) -> None:
        for stage in (tmp_path / "work").glob("shards-*/features-*") if now.stage == "features" else ():
            if not (stage / "features.tmp").is_symlink():
                (stage / "features.tmp").symlink_to(FULL)

    with refused(errno.ENOSPC):
        in_shards(model, tmp_path, Here(), progress=fill)
