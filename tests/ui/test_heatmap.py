"""What the token heat map is told: compared with loops over the records."""

import json

import numpy as np
import pytest

from neuronview.errors import BadInput
from neuronview.records import ActivationRecord, NeuronId
from neuronview.ui.heatmap import Group, Strip, heatmap_payload

NEURON = NeuronId(2, 17)


def record(*values: float, tokens: tuple[str, ...] | None = None, excerpt: int = 5) -> ActivationRecord:
    names = tokens or tuple(f" t{place}" for place in range(len(values)))
    ids = tuple(range(100, 100 + len(values)))
    return ActivationRecord(names, np.array(values), ids, excerpt_id=excerpt)


def payload(*strips: Strip, **options: object) -> dict:
    return heatmap_payload([Group(strips)], dataset="demo", **options)


def strips_of(found: dict) -> list[dict]:
    return [strip for group in found["groups"] for strip in group["strips"]]


def test_tokens_values_and_ids_stand_in_the_order_of_the_record() -> None:
    strip = strips_of(payload(Strip(record(0.5, -0.1, 2.0), NEURON, 4.0)))[0]
    assert (strip["real"], strip["ids"]) == ([0.5, -0.1, 2.0], [100, 101, 102])
    assert (strip["layer"], strip["neuron"], strip["excerpt"]) == (2, 17, "5")


def test_values_keep_at_least_six_significant_digits() -> None:
    strip = strips_of(payload(Strip(record(1.23456789, -0.000123456789), NEURON, 4.0)))[0]
    assert strip["real"] == pytest.approx([1.23456789, -0.000123456789], rel=1e-6)


@pytest.mark.parametrize(
    ("normalization", "scales"), [("neuron", [4.0, 4.0]), ("excerpt", [2.0, 3.0]), ("list", [3.0, 3.0])]
)
def test_each_normalisation_takes_its_own_maximum(normalization: str, scales: list[float]) -> None:
    found = payload(
        Strip(record(0.5, 2.0), NEURON, 4.0), Strip(record(3.0, -1.0), NEURON, 4.0), normalization=normalization
    )
    assert [strip["scale"] for strip in strips_of(found)] == scales
    assert found["normalization"] == normalization


def test_an_unknown_normalisation_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="neuron, excerpt, list"):
        payload(Strip(record(1.0), NEURON, 4.0), normalization="global")


def test_an_excerpt_that_never_rises_above_zero_still_has_a_scale() -> None:
    strip = strips_of(payload(Strip(record(-0.1, -0.05), NEURON, -0.05)))[0]
    assert strip["scale"] == pytest.approx(0.1)


def test_a_missing_simulated_value_is_null_and_not_zero() -> None:
    found = payload(Strip(record(1.0, 2.0), NEURON, 4.0, simulated=np.array([0.0, np.nan])))
    assert strips_of(found)[0]["simulated"] == [0.0, None]
    assert {"kind": "missing", "name": "no simulated value"} in found["legend"]


def test_simulated_rows_share_the_real_scale_unless_asked_otherwise() -> None:
    strip = Strip(record(1.0, 2.0), NEURON, 4.0, simulated=np.array([0.0, 0.5]))
    assert strips_of(payload(strip))[0]["simulatedScale"] == 4.0
    assert strips_of(payload(strip, own_scale=True))[0]["simulatedScale"] == 0.5


def test_ratings_from_0_to_10_are_drawn_on_their_own_scale_and_named() -> None:
    strip = Strip(record(1.0, 2.0), NEURON, 4.0, simulated=np.array([0.0, 7.0]))
    found = payload(strip, simulated_scale="0-10")
    assert (strips_of(found)[0]["simulatedScale"], found["simulatedScale"]) == (10.0, "0-10")


def test_a_simulation_of_another_length_is_refused() -> None:
    with pytest.raises(BadInput, match="2 tokens but 1 simulated"):
        payload(Strip(record(1.0, 2.0), NEURON, 4.0, simulated=np.array([0.0])))


def test_the_legend_names_the_normalisation_and_its_numbers() -> None:
    row = payload(Strip(record(-0.15, 2.0), NEURON, 4.0))["legend"][0]
    assert (row["lowText"], row["highText"]) == ("−0.15", "4 = the neuron's maximum")


def test_hostile_tokens_pass_as_text_with_visible_marks() -> None:
    strip = strips_of(payload(Strip(record(1, 2, 3, tokens=("<script>", " $x$", "\n")), NEURON, 4.0)))[0]
    assert strip["tokens"] == ["<script>", "·$x$", "↵"]


def test_65_excerpts_of_64_tokens_stay_small() -> None:
    drawn = np.random.default_rng(0)
    strips = [Strip(record(*drawn.normal(size=64), excerpt=at), NEURON, 4.0) for at in range(65)]
    size = len(json.dumps(payload(*strips)))
    assert size < 200_000, size
