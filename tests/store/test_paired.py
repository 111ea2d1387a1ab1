"""Two readings over many neurons against plain loops over the same scores; who is left out, and why."""

import math
from pathlib import Path

import numpy as np
import pytest

from neuronview.errors import BadInput
from neuronview.records import Explanation
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.figures import Reading, readings
from neuronview.store.paired import binned, compare_readings, paired_neurons, require_comparable
from tests.support.scored_dataset import build, said

DRAWN = np.random.default_rng(5).uniform(-0.2, 0.9, (30, 2))
EVERYONE = NeuronFilter()


def made() -> list[Explanation]:
    """Layer 0: 30 neurons that both have. Layer 1: neurons that lack their pair, a reason each."""
    both = [
        said(0, n, name, float(DRAWN[n, side])) for n in range(30) for side, name in enumerate(("lookup", "dictionary"))
    ]
    lacking = [
        said(1, 0, "lookup", 0.5),
        said(1, 1, "dictionary", 0.5),
        said(1, 2, "lookup", 0.5),
        said(1, 2, "dictionary", math.nan),
        said(1, 3, "lookup", math.nan, state="provider_error"),
        said(1, 3, "dictionary", 0.1),
        said(1, 4, "lookup", 0.5),
        said(1, 4, "dictionary", 0.1, n_sequences=10),
        said(1, 5, "lookup", 0.5),
        said(1, 5, "dictionary", 0.1, split="valid"),
        Explanation("never scored", "person", said(1, 6, "person", 0.0).neuron),
    ]  # fmt: skip
    return [*both, *lacking]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Dataset(build(tmp_path_factory.mktemp("paired") / "drawn", made(), layers=2, neurons=30))


def sides(dataset: Dataset) -> tuple[Reading, Reading]:
    found = {reading.explainer: reading for reading in readings(dataset)}
    return found["lookup"], found["dictionary"]


@pytest.mark.parametrize("tie", [0.0, 0.05, 0.4])
def test_wins_ties_and_losses_are_those_of_a_loop(dataset: Dataset, tie: float) -> None:
    found = compare_readings(dataset, *sides(dataset), EVERYONE, tie=tie)
    differences = DRAWN[:, 0] - DRAWN[:, 1]
    assert found.wins == sum(value > tie for value in differences)
    assert found.losses == sum(value < -tie for value in differences)
    assert found.n == 30


def test_the_mean_difference_and_its_interval_are_those_of_a_plain_bootstrap(dataset: Dataset) -> None:
    found = compare_readings(dataset, *sides(dataset), EVERYONE)
    differences = DRAWN[:, 0] - DRAWN[:, 1]
    generator = np.random.default_rng(8)
    means = [generator.choice(differences, 30).mean() for _ in range(3000)]
    assert found.mean == pytest.approx(differences.mean())
    assert found.interval == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.02)


def test_turning_the_sides_round_turns_the_result_round(dataset: Dataset) -> None:
    a, b = sides(dataset)
    one, other = compare_readings(dataset, a, b, EVERYONE), compare_readings(dataset, b, a, EVERYONE)
    assert (one.wins, one.ties, one.losses) == (other.losses, other.ties, other.wins)
    assert one.mean == pytest.approx(-other.mean)


def test_a_neuron_without_its_pair_is_counted_with_the_reason(dataset: Dataset) -> None:
    assert compare_readings(dataset, *sides(dataset), EVERYONE).left_out == {
        "only A has a score": 1,
        "only B has a score": 1,
        "B is undefined": 1,
        "A is provider error": 1,
        "the two are scored on other excerpts": 2,
        "neither has a score": 1,
    }


def test_a_filter_keeps_neurons_not_sides(dataset: Dataset) -> None:
    chosen = NeuronFilter(explainer="lookup", score=(0.3, 0.6))
    kept = (DRAWN[:, 0] >= 0.3) & (DRAWN[:, 0] < 0.6)
    found = compare_readings(dataset, *sides(dataset), chosen)
    assert found.n == kept.sum()
    rows = paired_neurons(dataset, *sides(dataset), chosen, limit=100)
    np.testing.assert_allclose(rows[["a", "b"]], DRAWN[kept])


def test_a_search_in_the_filter_keeps_the_neurons_that_it_finds(dataset: Dataset) -> None:
    chosen = NeuronFilter(text="lookup of 0:7")
    assert compare_readings(dataset, *sides(dataset), chosen).n == dataset.count(chosen) == 1


def test_the_widest_differences_come_first_on_each_side(dataset: Dataset) -> None:
    differences = DRAWN[:, 0] - DRAWN[:, 1]
    for by, best in (("a", differences.argmax()), ("b", differences.argmin())):
        assert paired_neurons(dataset, *sides(dataset), EVERYONE, limit=3, by=by)["neuron"][0] == best


def test_bins_count_every_pair_where_it_lies(dataset: Dataset) -> None:
    counts, edges = binned(dataset, *sides(dataset), EVERYONE, bins=10)
    expected, _, _ = np.histogram2d(DRAWN[:, 1], DRAWN[:, 0], bins=[edges, edges])
    np.testing.assert_array_equal(counts, expected)


def test_two_simulators_are_paired_on_the_same_explanation(tmp_path: Path) -> None:
    explanations = [
        said(0, 0, "pairs", 0.2, simulator="digits", text="cats"),
        said(0, 0, "pairs", 0.9, simulator="words", text="dogs"),
        said(0, 1, "pairs", 0.2, simulator="digits", text="cats and dogs"),
    ]
    both = said(0, 1, "pairs", 0.5, simulator="words", text="cats and dogs").scores
    explanations[2].scores.extend(both)
    dataset = Dataset(build(tmp_path / "simulators", explanations, layers=1, neurons=2))
    digits, words = sorted(readings(dataset), key=lambda reading: reading.reader)
    found = compare_readings(dataset, digits, words, EVERYONE)
    assert (found.n, found.mean) == (1, pytest.approx(-0.3))


def test_readings_that_differ_in_two_things_or_none_are_refused() -> None:
    a = Reading("pairs", "simulation", "digits", ("held_out",), 1)
    with pytest.raises(BadInput, match="two things at once"):
        require_comparable(a, Reading("summary", "simulation", "words", (), 1))
    with pytest.raises(BadInput, match="the same scores"):
        require_comparable(a, a)
    with pytest.raises(BadInput, match="different scales"):
        require_comparable(a, Reading("pairs", "detection", "digits", (), 1))


def test_without_a_pair_there_is_no_mean(dataset: Dataset) -> None:
    found = compare_readings(dataset, *sides(dataset), NeuronFilter(layers=(1,)))
    assert found.n == 0
    assert math.isnan(found.mean)
    assert math.isnan(found.interval[0])
