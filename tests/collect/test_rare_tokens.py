"""Means of tokens whose sums lie in a file are those of a collection with all sums in memory, as far as it has room."""

from pathlib import Path

import numpy as np
import pytest

from neuronview.collect import CollectResult, Sizes, build, collect
from neuronview.collect.corpus import Document
from neuronview.demo.passages_written import written
from neuronview.model import SubjectModel, load
from neuronview.store.manifest import read_manifest
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.same_rows import rows_of

EACH = 2 * 64 * 4
"""Bytes of a token's sums: two layers of 32 neurons, in two parts of the corpus."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SubjectModel:
    return load(save_tiny_gpt2(tmp_path_factory.mktemp("model"), width=8))


def collected(model: SubjectModel, folder: Path, memory: int) -> CollectResult:
    documents = [Document(passage.id, passage.text, "w") for passage in written()[:40]]
    sizes = Sizes(excerpt_tokens=24, shortest_random=16, min_token_count=5, shares=False, token_memory=memory)
    return collect(model, documents, folder / "out", work=folder / "work", sizes=sizes)


def test_most_tokens_in_a_file_make_the_same_dataset(model: SubjectModel, tmp_path: Path) -> None:
    plain, mixed = (collected(model, tmp_path / str(memory), memory) for memory in (1 << 20, 9 * EACH))
    assert repr(rows_of(plain.folder, "neurons")) == repr(rows_of(mixed.folder, "neurons"))
    assert plain.token_ids.tolist() == mixed.token_ids.tolist()
    for mine, theirs in ((mixed.token_means, plain.token_means), (mixed.token_means_rest, plain.token_means_rest)):
        assert mine.read_bytes() == theirs.read_bytes()
    assert read_manifest(mixed.folder).raw["token_means_complete"]


def test_on_a_drive_with_little_room_fewer_tokens_have_means_and_the_manifest_says_how_many(
    model: SubjectModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "room_outside", lambda folder: 6 * 11 * EACH)
    found = collected(model, tmp_path, 9 * EACH)
    said = read_manifest(found.folder).raw
    counts = found.corpus.token_counts
    assert len(found.token_ids) == said["token_means"]["tokens"] == 20
    assert said["token_means"]["of"] == np.count_nonzero(counts)
    assert not said["token_means_complete"]
    assert counts[found.token_ids].min() >= np.sort(counts)[-20]
    assert np.load(found.token_means).shape == (20, 64)
