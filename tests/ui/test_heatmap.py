"""What the token heat map is told: compared with loops over the records."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from neuronview.errors import BadInput
from neuronview.records import ActivationRecord, NeuronId, NeuronStatistics, Simulation
from neuronview.ui.glyphs import typed_text, vocabulary_file
from neuronview.ui.heatmap import Group, Strip, heatmap_payload, heatmap_text

NEURON = NeuronId(2, 17)
FIXED = {"normalization": "fixed", "fixed": 2.5}


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


def rows_of(found: dict, kind: str) -> list[dict]:
    return [row for row in found["legend"] if row["kind"] == kind]


def test_a_fixed_value_is_the_scale_of_every_excerpt_and_named() -> None:
    found = payload(Strip(record(0.5, 2.0), NEURON, 4.0), Strip(record(3.0, 0), NEURON, 9.0), **FIXED)
    assert [strip["scale"] for strip in strips_of(found)] == [2.5, 2.5]
    assert found["legend"][0]["highText"] == "2.5 = a fixed value"


@pytest.mark.parametrize("fixed", [None, 0.0, -1.0, float("nan"), float("inf")])
def test_a_fixed_value_that_is_no_scale_is_refused(fixed: float | None) -> None:
    with pytest.raises(BadInput, match="above zero"):
        payload(Strip(record(1.0), NEURON, 4.0), normalization="fixed", fixed=fixed)


def test_values_beyond_the_scale_are_counted_in_the_legend() -> None:
    found = payload(Strip(record(2.5, 2.6, -3.0, 1.0), NEURON, 4.0), **FIXED)
    assert [row["name"] for row in rows_of(found, "clipped")] == ["beyond the scale: 2 tokens"]
    assert not rows_of(payload(Strip(record(4.0, 1.0), NEURON, 4.0)), "clipped")


def test_the_legend_says_whether_simulated_rows_share_the_scale() -> None:
    strip = Strip(record(1.0, 2.0), NEURON, 4.0, simulated=np.array([0.0, 0.5]))
    assert [row["name"] for row in rows_of(payload(strip), "scale")] == ["Real and simulated, on one scale"]
    own = rows_of(payload(strip, own_scale=True), "scale")
    assert [(row["name"], row["highText"]) for row in own] == [
        ("Real", "4 = the neuron's maximum"),
        ("Simulated", "0.5 = its own scale"),
    ]


def test_the_distribution_of_a_neuron_is_told_once_and_only_where_it_is_known() -> None:
    statistics = NeuronStatistics(
        minimum=-0.1,
        maximum=4.0,
        histogram=np.array([7.0, 2.0]),
        tail_values=np.array([0.5, 2.0, np.nan]),
        tail_probabilities=np.array([0.5, 0.01, 0.001]),
    )
    strips = [Strip(record(1.0), NEURON, 4.0, statistics=statistics), Strip(record(1.0), NeuronId(0, 1), 4.0)]
    assert payload(*strips)["neurons"] == {
        "2:17": {
            "low": -0.1,
            "high": 4.0,
            "top": 3.9980469,
            "tokens": None,
            "counts": [7, 2],
            "tail": [[0.5, 2.0], [0.5, 0.01]],
        }
    }
    assert payload(Strip(record(1.0), NEURON, 4.0, statistics=NeuronStatistics()))["neurons"] == {
        "2:17": {"low": None, "high": None, "top": None, "tokens": None, "counts": None, "tail": None}
    }


def test_a_character_in_two_tokens_is_whole_in_the_first_and_no_token_is_lost() -> None:
    entry = record(1.0, 2.0, 3.0, tokens=(" \ufffd", "\ufffd", "b"))
    strip = strips_of(payload(Strip(entry, NEURON, 4.0), cut={100: b" \xc3", 101: b"\xb1"}))[0]
    assert strip["tokens"] == ["·ñ", "", "b"]
    assert strip["parts"] == {"0": ["ñ", 1, 2, "c3"], "1": ["ñ", 2, 2, "b1"]}
    assert len(strip["real"]) == 3


def test_bytes_that_are_not_known_leave_tokens_as_they_are_stored() -> None:
    strip = strips_of(payload(Strip(record(1.0, 2.0, tokens=("\ufffd", "\ufffd")), NEURON, 4.0)))[0]
    assert (strip["tokens"], strip["parts"]) == (["\ufffd", "\ufffd"], {})


def test_answers_of_a_simulator_are_told_where_it_gave_several() -> None:
    simulation = Simulation(("a", "b"), np.array([3.0, np.nan]), ((0.0, 9.0), ()), ((0.66666, 0.33333), ()))
    strip = Strip(record(1.0, 2.0), NEURON, 4.0, simulated=np.array([3.0, np.nan]), simulation=simulation)
    assert strips_of(payload(strip))[0]["answers"] == [[[0.0, 9.0], [0.667, 0.333]], None]


def test_an_excerpt_becomes_a_text_to_type_with_the_place_of_its_token() -> None:
    entry = record(1, 2, 3, 4, tokens=("cari", "\ufffd", "\ufffd", "o"))
    assert typed_text(entry, 3, {101: b"\xc3", 102: b"\xb1"}) == ("cariño", 5)
    assert typed_text(entry, 2, {101: b"\xc3", 102: b"\xb1"}) == ("cariño", 4)


@pytest.mark.parametrize(("position", "expected"), [(1, (" a", 0)), (3, (" b c", 0)), (4, (" b c", 2))])
def test_only_the_document_of_the_token_is_typed(position: int, expected: tuple[str, int]) -> None:
    entry = record(1, 2, 3, 4, 5, tokens=("<|endoftext|>", " a", "<|endoftext|>", " b", " c"))
    assert typed_text(entry, position, {}) == expected


def test_a_vocabulary_is_found_in_a_models_folder_or_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    assert vocabulary_file(str(tmp_path)) is None
    (tmp_path / "vocab.json").touch()
    assert vocabulary_file(str(tmp_path / "model.safetensors")) == tmp_path / "vocab.json"
    (tmp_path / "tokenizer.json").touch()
    assert vocabulary_file(str(tmp_path)) == tmp_path / "tokenizer.json"
    assert vocabulary_file("openai-community/gpt2") is None


def test_every_value_is_its_decimal_of_eight_digits_whatever_its_size() -> None:
    drawn = np.random.default_rng(5)
    values = np.concatenate(
        [
            drawn.normal(size=2000).astype(np.float16),
            10.0 ** drawn.uniform(-12, 12, 2000) * drawn.choice([-1, 1], 2000),
            [0.0, 1e-4, 1e8, 99999999.5, 0.001, 12345678.5, 5e-324, 1e300, np.nan, np.inf, -np.inf],
        ]
    )
    strip = strips_of(payload(Strip(record(*values), NEURON, 4.0, simulated=values[::-1])))[0]
    plain = [float(f"{value:.8g}") if math.isfinite(value) else None for value in values]
    assert strip["real"] == plain
    assert strip["simulated"] == plain[::-1]


def test_strips_of_different_lengths_keep_their_own_values() -> None:
    found = payload(
        Strip(record(1.0, 2.0, 3.0), NEURON, 4.0), Strip(record(), NEURON, 4.0), Strip(record(5.0), NEURON, 4.0)
    )
    assert [strip["real"] for strip in strips_of(found)] == [[1.0, 2.0, 3.0], [], [5.0]]


def test_the_legend_counts_values_beyond_the_scale_of_their_own_strip() -> None:
    strips = [Strip(record(1.0, 5.0, math.nan), NEURON, 4.0), Strip(record(5.0, -9.0), NEURON, 8.0)]
    rows = {row["kind"]: row for row in payload(*strips)["legend"]}
    assert rows["clipped"]["name"] == "beyond the scale: 2 tokens"
    assert rows["scale"]["low"] == -8.0, "no lower than the scale is high"


@pytest.mark.parametrize("token", [" plain", "é\u2028\u0007", "\ud83d"])
def test_the_text_that_the_browser_gets_says_what_the_payload_says(token: str) -> None:
    groups = [Group([Strip(record(0.25, tokens=(token,)), NEURON, 4.0)], title=token)]
    told = heatmap_text(groups, dataset="demo")
    assert json.loads(told) == heatmap_payload(groups, dataset="demo")
