"""The model of a dataset computes as what the dataset stores was computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronview.cli.subject import subject_model
from neuronview.config import Settings
from neuronview.jobs.verify import verify
from tests.support import stored_activations as stored


def test_a_verified_dataset_has_its_model_loaded_in_the_way_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    dataset = stored.build(tmp_path, function="quick_gelu", leading=False, simulated=False)
    before = subject_model(dataset)
    assert (before.activation_function, before.leading_token) == ("gelu_new", "<|endoftext|>")
    verify(dataset, sample=12, settings=Settings.from_env())
    after = subject_model(dataset)
    assert (after.activation_function, after.leading_token) == ("quick_gelu", None)
