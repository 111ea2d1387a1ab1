"""The published implementation's figures, reproduced to 1e-6 on drawn inputs."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview import scoring
from neuronview.errors import ScoringError

VECTORS = Path(__file__).parents[1] / "fixtures" / "reference"


def cases(name: str) -> list[Any]:
    return json.loads((VECTORS / f"{name}.json").read_text())


def close(value: float, expected: float | None) -> bool:
    return math.isnan(value) if expected is None else abs(value - expected) <= 1e-6


@pytest.mark.parametrize("case", cases("scores"), ids=lambda case: case["name"])
def test_scores_equal_the_published_ones(case: dict[str, Any]) -> None:
    pairs = [(sequence["true"], sequence["simulated"]) for sequence in case["sequences"]]
    functions = {
        "ev": scoring.ev_correlation_score,
        "r2": scoring.rsquared_score,
        "abs": scoring.absolute_dev_explained_score,
    }
    for pair, expected in zip(pairs, case["per_sequence"], strict=True):
        for name, function in functions.items():
            assert close(function(*pair), expected[name]), (name, function(*pair), expected[name])
    score = scoring.score_sequences(pairs)
    found = {"ev": score.ev_correlation, "r2": score.rsquared, "abs": score.absolute_dev_explained}
    assert all(close(found[name], case["aggregate"][name]) for name in functions), (found, case["aggregate"])


@pytest.mark.parametrize("case", cases("calibration"))
def test_calibrations_equal_the_published_ones(case: dict[str, Any]) -> None:
    for name, calibration in (
        ("linear", scoring.LinearCalibration),
        ("percentile", scoring.PercentileCalibration),
    ):
        found = calibration.fit(case["uncalibrated"], case["true"]).apply(case["values"])
        np.testing.assert_allclose(found, case[name], atol=1e-6)


@pytest.mark.parametrize("case", cases("normalize"))
def test_normalised_activations_equal_the_published_ones(case: dict[str, Any]) -> None:
    assert scoring.normalize_activations(case["activations"], case["max"]) == case["normalized"]


@pytest.mark.parametrize("case", cases("splits"))
def test_splits_equal_the_published_ones(case: dict[str, Any]) -> None:
    top = [f"t{index}" for index in range(case["n_top"])]
    random = [f"r{index}" for index in range(case["n_random"])]
    if case["valid"] is None:
        with pytest.raises(ScoringError, match=rf"{3 * case['n_per_split']} random"):
            scoring.split_records(top, random, case["n_per_split"])
        return
    found = scoring.split_records(top, random, case["n_per_split"])
    assert found == {name: case[name] for name in ("train", "calibration", "valid", "test")}


@pytest.mark.parametrize("case", cases("top_logprobs"))
def test_expected_values_equal_the_published_ones(case: dict[str, Any]) -> None:
    distribution, expected = scoring.expected_value(case["top_logprobs"])
    if not case["distribution"]:
        assert distribution == {}
        assert math.isnan(expected)
        return
    assert expected == pytest.approx(case["expected"], abs=1e-6)
    assert distribution == pytest.approx({int(k): v for k, v in case["distribution"].items()}, abs=1e-6)
