"""A model in a shorter number format: what is kept is as of 32-bit floats, and how near is said in the manifest."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neuronview.collect import CollectResult, Sizes, against_float32
from neuronview.errors import ModelError
from neuronview.jobs.engines import Here
from neuronview.model import SubjectModel, load
from neuronview.store.manifest import read_manifest
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.same_rows import differences, rows_of
from tests.support.sharded_collection import collected, in_shards

FEW = Sizes(top=2, random=1, quantile=1, first=0, layers=(1,), pairs=0)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return save_tiny_gpt2(tmp_path_factory.mktemp("model"), width=4)


@pytest.fixture(scope="module")
def short(place: Path) -> SubjectModel:
    return load(place, device="cpu", dtype="bfloat16")


@pytest.fixture(scope="module")
def result(short: SubjectModel, tmp_path_factory: pytest.TempPathFactory) -> CollectResult:
    return collected(short, tmp_path_factory.mktemp("short"), sizes=FEW)


def told(result: CollectResult) -> dict[str, Any]:
    return dict(read_manifest(result.folder).raw["against_float32"])


def test_statistics_are_those_of_float32_within_the_precision_of_bfloat16(
    place: Path, result: CollectResult, tmp_path: Path
) -> None:
    plain = collected(load(place, device="cpu"), tmp_path, sizes=FEW)
    assert read_manifest(result.folder).model.dtype == "bfloat16"
    one, other = (rows_of(each.folder, "neurons") for each in (result, plain))
    assert len(one) == len(other) == 16
    means, exact, variances = (
        np.array([row[name] for row in rows]) for rows, name in ((one, "mean"), (other, "mean"), (other, "variance"))
    )
    assert (np.abs(means - exact) <= 0.02 * variances**0.5).all()
    assert (means != exact).any()


def test_sums_are_not_rounded_to_bfloat16(short: SubjectModel, result: CollectResult) -> None:
    values = [short.all_activations(result.corpus.token_ids(e).tolist())[1] for e in range(result.corpus.n_excerpts)]
    flat = np.concatenate(values).astype(np.float64)
    found = [row["mean"] for row in rows_of(result.folder, "neurons")]
    # Batches and single excerpts differ by how bfloat16 rounds, tokens among 1,600 not by more than that on average.
    assert np.abs(np.array(found) - flat.mean(0)).max() < 2e-4 * np.abs(flat).max()


def test_the_difference_said_is_that_of_the_stored_records_computed_again(place: Path, result: CollectResult) -> None:
    exact, shares, kept, again = load(place, device="cpu"), [], [], []
    maxima = {row["neuron"]: row["maximum"] for row in rows_of(result.folder, "neurons")}
    records = [row for row in rows_of(result.folder, "records") if maxima[row["neuron"]] > 0]
    assert 20 < len(records) <= 200  # so all of them are in the sample
    for row in records:
        ids = result.corpus.token_ids(row["excerpt_id"]).tolist()
        true = exact.all_activations(ids)[1][:, row["neuron"]].astype(float)
        stored = np.array(row["activations"], dtype=float)
        shares += (np.abs(stored - true) / maxima[row["neuron"]]).tolist()
        kept += stored.tolist()
        again += true.tolist()
    said = told(result)
    assert said["records"] == len(records)
    assert said["tokens"] == len(shares)
    assert said["median"] == pytest.approx(np.median(shares), rel=1e-3)
    assert said["p99"] == pytest.approx(np.percentile(shares, 99), rel=1e-3)
    assert said["maximum"] == pytest.approx(max(shares), rel=1e-3)
    assert said["correlation"] == pytest.approx(np.corrcoef(kept, again)[0, 1], abs=1e-9)
    assert 1e-4 < said["median"] < 0.02
    assert 0.999 < said["correlation"] < 1


def test_more_records_than_that_are_sampled_by_the_seed(
    short: SubjectModel, result: CollectResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(against_float32, "RECORDS", 10)
    found = [told(collected(short, tmp_path / str(n), sizes=FEW, seed=seed)) for n, seed in enumerate((3, 3, 4))]
    assert [each["records"] for each in found] == [10, 10, 10]
    assert found[0] == found[1]
    assert found[0]["median"] not in (found[2]["median"], told(result)["median"])


def test_float32_has_no_such_field(place: Path, tmp_path: Path) -> None:
    plain = collected(load(place, device="cpu"), tmp_path, sizes=FEW)
    assert "against_float32" not in read_manifest(plain.folder).raw


def test_workers_compute_in_the_same_numbers_and_the_same_is_said(
    short: SubjectModel, result: CollectResult, tmp_path: Path
) -> None:
    shards = in_shards(short, tmp_path, Here(), sizes=FEW)
    assert read_manifest(shards.folder).model.dtype == "bfloat16"
    for kind in ("neurons", "records"):
        assert list(differences(rows_of(result.folder, kind), rows_of(shards.folder, kind), kind)) == []
    assert told(shards) == told(result)


def test_files_that_are_another_model_by_now_are_refused(tmp_path: Path) -> None:
    model = load(save_tiny_gpt2(tmp_path / "model", width=4), device="cpu", dtype="bfloat16")
    save_tiny_gpt2(tmp_path / "model", width=4, seed=1)
    with pytest.raises(ModelError, match="another model than when collecting began"):
        collected(model, tmp_path, sizes=FEW)
    assert not (tmp_path / "data" / "dataset.json").exists()
