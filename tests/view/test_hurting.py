"""The excerpts that hurt a score most: exact effects, and marks where the simulation errs."""

from dataclasses import replace

import numpy as np
import pytest

from neuronview.records import NeuronRecord
from neuronview.view.evaluation import SimulatedSet, neuron_maximum, pattern_explanation, simulated_set
from neuronview.view.heatmap import Group, Strip, heatmap_payload
from neuronview.view.hurting import hurting, marks_of, marks_words, whole_score
from neuronview.view.simulated import correlations_by_side, simulated_groups
from neuronview.view.strips import heatmap_html
from tests.support.drawn_records import drawn_neuron

RECORD: NeuronRecord = drawn_neuron()


@pytest.fixture(scope="module")
def found() -> SimulatedSet:
    """A pattern that has half of what the neuron fires on, and something else."""
    top = [
        replace(entry, tokens=tuple(token.replace(" 17", " 17" if place % 2 else " 18") for token in entry.tokens))
        for place, entry in enumerate(RECORD.top)
    ]
    record = replace(RECORD, top=top)
    return simulated_set(record, pattern_explanation(record, "17, ran", is_regex=False))


def test_the_whole_score_is_the_one_that_is_shown(found: SimulatedSet) -> None:
    assert whole_score(found) == pytest.approx(found.scores[0].value, abs=1e-12)


def test_each_effect_is_the_score_of_all_others_less_the_whole(found: SimulatedSet) -> None:
    hurts = hurting(found, most=99)
    assert hurts, "no excerpt hurts"
    for hurt in hurts:
        others = found.only([k for k in range(len(found.simulations)) if k != hurt.place])
        assert hurt.without == pytest.approx(others.scores[0].value, abs=1e-12)
        assert hurt.gain == pytest.approx(hurt.without - found.scores[0].value, abs=1e-12)


def test_only_what_hurts_is_listed_the_most_harmful_first(found: SimulatedSet) -> None:
    gains = [hurt.gain for hurt in hurting(found, most=99)]
    assert min(gains) > 0
    assert gains == sorted(gains, reverse=True)
    assert len(gains) < len(found.simulations)
    assert [hurt.gain for hurt in hurting(found, most=2)] == gains[:2]


def test_an_undefined_score_is_hurt_by_nothing() -> None:
    flat = simulated_set(RECORD, pattern_explanation(RECORD, "nowhere", is_regex=False))
    assert hurting(flat, most=5) == []


def test_an_excerpt_without_a_correlation_says_what_does_not_vary() -> None:
    flat = simulated_set(RECORD, pattern_explanation(RECORD, "nowhere", is_regex=False))
    headings = [strip.heading for group in simulated_groups(RECORD, flat, lambda *_: "one") for strip in group.strips]
    assert headings
    assert all(heading.startswith("one · no r: the simulation") for heading in headings)
    assert all(heading.endswith("not vary here") for heading in headings)
    assert all("no r: the simulation" in line for line in correlations_by_side(flat).values())


def test_marks_are_where_real_and_simulated_are_on_opposite_ends(found: SimulatedSet) -> None:
    maximum = neuron_maximum(RECORD)
    kinds = set()
    for place, (entry, expected) in enumerate(zip(found.chosen.records, found.expected, strict=True)):
        for position, kind in marks_of(found, place, maximum).items():
            real, simulated = entry.activations[position] / maximum, expected[position] / maximum
            low, high = (simulated, real) if kind == "miss" else (real, simulated)
            assert low <= 0.125
            assert high >= 0.25
            kinds.add(kind)
    assert "miss" in kinds


def test_no_record_is_above_the_neurons_maximum_whatever_the_dataset_says() -> None:
    largest = max(float(entry.activations.max()) for group in RECORD.groups.values() for entry in group)
    for said, expected in ((largest - 0.5, largest), (largest + 0.5, largest + 0.5), (None, largest)):
        assert neuron_maximum(replace(RECORD, statistics=replace(RECORD.statistics, maximum=said))) == expected


def test_the_maximum_that_is_said_holds_where_no_record_is_here() -> None:
    bare = replace(
        RECORD, first=[], top=[], random=[], quantiles=[], statistics=replace(RECORD.statistics, maximum=2.5)
    )
    assert neuron_maximum(bare) == 2.5


def test_a_simulation_in_other_units_is_not_marked_and_it_is_said(found: SimulatedSet) -> None:
    other = replace(found, calibration=None, simulations=tuple(replace(s, scale="0-10") for s in found.simulations))
    assert marks_of(other, 0, 1.0) == {}
    assert "not in the units" in marks_words(other, 1.0)


def test_the_words_count_the_marks_of_all_excerpts(found: SimulatedSet) -> None:
    maximum = neuron_maximum(RECORD)
    marks = [kind for place in range(len(found.simulations)) for kind in marks_of(found, place, maximum).values()]
    assert f"{marks.count('miss'):,} misses" in marks_words(found, maximum)
    assert f"{marks.count('false-positive'):,} false positives" in marks_words(found, maximum)


def test_a_marked_token_says_so_by_its_class_in_its_title_and_in_the_legend() -> None:
    entry = RECORD.top[0]
    strip = Strip(entry, RECORD.id, 4.0, simulated=np.zeros(len(entry.tokens)), marks={1: "miss", 2: "false-positive"})
    payload = heatmap_payload([Group([strip])], dataset="small")
    html = heatmap_html(payload, style=False)
    assert html.count("nv-miss") == 2, "a token and a row of the legend"
    assert html.count("nv-false-positive") == 2
    assert "&#10;false positive" in html
    assert [row["kind"] for row in payload["legend"]][-2:] == ["false-positive", "miss"]
