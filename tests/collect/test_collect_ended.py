"""Collections that are refused, stopped or fail: no dataset is left behind, and none that is there is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from neuronview.collect import Document, Progress, collect
from neuronview.errors import BadInput, Cancelled, DatasetError, ModelError
from neuronview.model import SubjectModel, load
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.drawn_corpus import collected_in

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SubjectModel:
    return load(save_tiny_gpt2(tmp_path_factory.mktemp("model")), device="cpu")


@pytest.mark.parametrize("stage", ["cut", "features", "statistics", "pairs", "records", "write"])
def test_stopping_at_any_stage_leaves_no_dataset(model: SubjectModel, tmp_path: Path, stage: str) -> None:
    seen: list[str] = []
    done: list[bool] = []

    def note(progress: Progress) -> None:
        seen.append(progress.stage)
        done.append(progress.total > 0 and progress.done >= progress.total)

    def stop() -> bool:
        if stage == "cut":
            return not seen
        if stage == "write":
            return seen[-1:] == ["records"] and done[-1]
        return seen[-1:] == [stage]

    with pytest.raises(Cancelled):
        collected_in(model, tmp_path, progress=note, should_stop=stop)
    assert not (tmp_path / "data").exists()


def test_a_failing_write_removes_what_it_wrote(
    model: SubjectModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatasetError("disk full")

    monkeypatch.setattr("neuronview.collect.build.write_manifest", fail)
    with pytest.raises(DatasetError, match="disk full"):
        collected_in(model, tmp_path, features=None)
    assert not list((tmp_path / "data").rglob("*.*"))


def test_an_existing_dataset_is_not_touched(model: SubjectModel, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dataset.json").write_text("{}")
    with pytest.raises(DatasetError, match="already holds"):
        collected_in(model, tmp_path)


def test_wrong_features_and_corpora_are_refused(model: SubjectModel, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Features came as"):
        collected_in(model, tmp_path, feature_names=("one",))
    with pytest.raises(BadInput, match="no passage"):
        collect(model, [Document("a", "short")], tmp_path / "x", work=tmp_path)
    with pytest.raises(BadInput, match="Two documents"):
        collect(model, [Document("a", "b")] * 2, tmp_path / "x", work=tmp_path)
    with pytest.raises(BadInput, match="Sources of this corpus: generated, written"):
        collected_in(model, tmp_path, first_source="nowhere")


def test_activations_that_are_no_numbers_stop_the_collection(tmp_path: Path) -> None:
    model = load(save_tiny_gpt2(tmp_path / "model"), device="cpu")
    model.network.transformer.h[1].mlp.c_fc.bias[3] = float("inf")
    with pytest.raises(ModelError, match="Layer 1"):
        collected_in(model, tmp_path)
