"""Shares that are added later are those that a collection stores; what was not drawn by chance is refused."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from neuronview.collect import Sizes, collect
from neuronview.collect.stored import add_shares
from neuronview.errors import DatasetError
from neuronview.model import SubjectModel, load
from neuronview.store import Dataset, open_dataset
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support import by_hand, small_dataset
from tests.support.drawn_corpus import drawn_documents

COLUMNS = ("token_share", "bigram_share", "position_share", "n_tokens")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SubjectModel:
    return load(save_tiny_gpt2(tmp_path_factory.mktemp("model")), device="cpu")


@pytest.fixture(scope="module")
def folder(model: SubjectModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("collected")
    sizes = Sizes(top=4, random=4, quantile=6, first=2)
    collect(model, drawn_documents(), root / "data", work=root / "work", sizes=sizes, seed=3)
    return root / "data"


@pytest.fixture
def collected(folder: Path, tmp_path: Path) -> Dataset:
    return open_dataset(shutil.copytree(folder, tmp_path / "data"))


def shares(dataset: Dataset) -> np.ndarray:
    table = dataset.neurons(sort="layer", descending=False, limit=10_000)
    return table.drop_duplicates(["layer", "neuron"])[list(COLUMNS[:3])].to_numpy(dtype=float)


def test_added_shares_are_those_of_the_collection(collected: Dataset, model: SubjectModel, tmp_path: Path) -> None:
    before = shares(collected)
    assert np.isfinite(before).mean() > 0.9
    stored = pq.read_table(next(collected.folder.glob("excerpts-*.parquet"))).num_rows
    assert stored == collected.manifest.corpus["n_excerpts"]
    added = tmp_path / "added"
    add_shares(collected, model, added)
    table = pq.read_table(next(added.glob("shares-*.parquet"))).to_pandas()
    np.testing.assert_allclose(table[list(COLUMNS[:3])].to_numpy(dtype=float), before, atol=2e-3, equal_nan=True)


def test_shares_of_both_folders_are_one_row_a_neuron(collected: Dataset, model: SubjectModel) -> None:
    n = collected.count()
    add_shares(collected, model, collected.overlay)
    again = open_dataset(collected.folder)
    assert again.stamp != collected.stamp
    assert again.count() == n


def test_a_dataset_without_a_drawn_sample_is_refused_and_nothing_is_written(
    model: SubjectModel, tmp_path: Path
) -> None:
    folder = small_dataset.build(tmp_path / "small")
    with pytest.raises(DatasetError, match="drawn by chance"):
        add_shares(open_dataset(folder), model, tmp_path / "added")
    assert not (tmp_path / "added").exists()


def test_a_dataset_that_lost_most_of_its_sample_is_refused(
    collected: Dataset, model: SubjectModel, tmp_path: Path
) -> None:
    n_excerpts = collected.manifest.corpus["n_excerpts"]
    by_hand.edit(collected.folder / "dataset.json", lambda raw: raw["corpus"].update(n_excerpts=3 * n_excerpts))
    with pytest.raises(DatasetError, match="drawn by chance"):
        add_shares(open_dataset(collected.folder), model, tmp_path / "added")
