"""Figures by layer against plain loops over the same scores; cells that share no score and leave none out."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from neuronview.records import Explanation
from neuronview.store import Dataset, NeuronFilter
from neuronview.store.figures import CELLS, Reading, density, layer_figures, readings, score_quantile, surprising
from tests.support.scored_dataset import build, said

LAYERS, NEURONS = 3, 40
EDGES = [k / CELLS for k in range(-CELLS, CELLS + 1)]


def drawn() -> list[Explanation]:
    """Layer 0 has every edge of a cell and the numbers next to it, layer 1 drawn scores, layer 2 undefined ones."""
    close = [value for edge in EDGES[1:-1:4] for value in (np.nextafter(edge, -2), edge, np.nextafter(edge, 2))]
    values = np.random.default_rng(3).normal(0.3, 0.2, NEURONS)
    return [
        *(said(0, n, "lookup", float(value)) for n, value in enumerate([*close, -1.0, 1.0])),
        *(said(1, n, "lookup", float(value), random=float(value) - 0.1) for n, value in enumerate(values)),
        *(said(2, n, "lookup", math.nan, random=0.5) for n in range(4)),
        said(2, 9, "lookup", 0.31, random=math.nan),
        said(1, 0, "lookup", 0.9, text="another of the same neuron"),
        said(1, 1, "lookup", 0.7, scorer="detection", subset="all", simulator="judge", text="judged"),
        said(1, 2, "pairs", 0.2, simulator="digits"),
    ]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Dataset(build(tmp_path_factory.mktemp("figures") / "drawn", drawn(), layers=LAYERS, neurons=NEURONS))


@pytest.fixture(scope="module")
def by_rule(dataset: Dataset) -> Reading:
    return next(reading for reading in readings(dataset) if reading.reader == "rule")


def scores_of(layer: int) -> list[float]:
    return [e.scores[0].value for e in drawn() if e.neuron.layer == layer and e.scores[0].simulator == "lookup"]


def test_readings_keep_explainers_scorers_and_simulators_apart(dataset: Dataset) -> None:
    found = {(r.explainer, r.scorer, r.reader): (r.n, r.in_browse) for r in readings(dataset)}
    assert found[("lookup", "detection", "judge")] == (1, False)
    assert found[("pairs", "simulation", "digits")] == (1, True)
    assert found[("lookup", "simulation", "rule")] == (sum(len(scores_of(layer)) for layer in range(LAYERS)), True)


@pytest.mark.parametrize("layer", range(LAYERS))
def test_a_cell_counts_the_scores_from_its_lower_edge_to_below_the_next(
    dataset: Dataset, by_rule: Reading, layer: int
) -> None:
    cells = [0] * (len(EDGES) - 1)
    for value in scores_of(layer):
        for place, (low, high) in enumerate(pairwise(EDGES)):
            cells[place] += low <= value < high or (value == 1.0 == high)
    assert density(dataset, by_rule).counts[layer].tolist() == cells


def test_a_cells_count_is_what_browse_lists_for_its_range(dataset: Dataset, by_rule: Reading) -> None:
    found = density(dataset, by_rule)
    for layer in range(LAYERS):
        for place, count in enumerate(found.counts[layer]):
            limits = (float(found.edges[place]), float(found.edges[place + 1]))
            chosen = NeuronFilter(layers=(layer,), score=limits, explainer="lookup", reader="rule")
            assert dataset.count(chosen) == count, limits


def test_scores_that_are_no_numbers_are_counted_by_state(dataset: Dataset, by_rule: Reading) -> None:
    assert density(dataset, by_rule).without == {"undefined": 4}


def test_figures_of_a_layer_are_those_of_a_plain_loop_over_neurons(dataset: Dataset, by_rule: Reading) -> None:
    figures = {entry.layer: entry for entry in layer_figures(dataset, by_rule)}
    values = scores_of(1)[:NEURONS]
    values[0] = (values[0] + 0.9) / 2  # the neuron with two explanations counts once
    assert figures[1].together.n == NEURONS
    assert figures[1].together.value == pytest.approx(np.mean(values))
    assert figures[1].n_well == sum(value > 0.3 for value in values)
    assert figures[1].random.value == pytest.approx(np.mean([value - 0.1 for value in scores_of(1)[:NEURONS]]))


def test_the_interval_agrees_with_a_plain_bootstrap_over_neurons(dataset: Dataset, by_rule: Reading) -> None:
    figures = {entry.layer: entry for entry in layer_figures(dataset, by_rule)}
    values = np.array(scores_of(1)[:NEURONS]) - 0.1
    generator = np.random.default_rng(11)
    means = [generator.choice(values, len(values)).mean() for _ in range(3000)]
    assert figures[1].random.interval == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.01)


def test_undefined_scores_are_in_no_mean_and_counted_beside_it(dataset: Dataset, by_rule: Reading) -> None:
    figures = {entry.layer: entry for entry in layer_figures(dataset, by_rule)}
    assert (figures[2].together.n, figures[2].together.without) == (1, {"undefined": 4})
    assert (figures[2].random.n, figures[2].random.without) == (4, {"undefined": 1})
    assert figures[2].share_well == 1.0
    assert all(math.isnan(end) for end in figures[2].together.interval)


def test_a_neuron_with_a_number_of_one_explanation_is_not_counted_among_those_without_for_another(
    tmp_path: Path,
) -> None:
    made = [
        said(0, 0, "gpt", 0.5, random=0.4, text="first"),
        said(0, 0, "gpt", 0.7, random=math.nan, text="second"),
        said(0, 1, "gpt", math.nan, random=math.nan, text="third"),
    ]
    dataset = Dataset(build(tmp_path / "two", made, layers=1, neurons=5))
    (reading,) = readings(dataset)
    figures = layer_figures(dataset, reading)[0]
    assert (figures.together.n, figures.together.without) == (1, {"undefined": 1})
    assert (figures.random.n, figures.random.value, figures.random.without) == (1, 0.4, {"undefined": 1})


def test_all_layers_together_are_the_last_row(dataset: Dataset, by_rule: Reading) -> None:
    *layers, whole = layer_figures(dataset, by_rule)
    assert whole.layer is None
    assert whole.together.n == sum(entry.together.n for entry in layers)
    assert whole.n_well == sum(entry.n_well for entry in layers)


def test_another_scorers_figures_are_its_own(dataset: Dataset) -> None:
    detection = next(reading for reading in readings(dataset) if reading.scorer == "detection")
    figures = layer_figures(dataset, detection)
    assert [(entry.layer, entry.together.value, entry.random.n) for entry in figures] == [(1, 0.7, 0), (None, 0.7, 0)]
    assert density(dataset, detection).counts.sum() == 1


def test_a_quantile_of_the_scores_is_numpys(dataset: Dataset) -> None:
    chosen = NeuronFilter(layers=(1,), reader="rule", explainer="lookup")
    assert score_quantile(dataset, chosen, 0.75) == pytest.approx(np.quantile(scores_of(1), 0.75))
    assert math.isnan(score_quantile(dataset, NeuronFilter(explainer="nobody"), 0.5))


def test_surprising_neurons_are_those_whose_dictionarys_bound_exceeds_the_lookup(tmp_path: Path) -> None:
    rows = [
        (0, "dictionary", 0.9, 0.8), (0, "lookup", 0.1, 0.0),
        (1, "dictionary", 0.9, 0.1), (1, "lookup", 0.2, 0.1),
        (2, "dictionary", 0.5, 0.4), (2, "lookup", 0.3, 0.2),
        (3, "dictionary", 0.9, 0.8),
    ]  # fmt: skip
    made = [said(0, n, explainer, value, interval=(low, 1.0)) for n, explainer, value, low in rows]
    found = surprising(Dataset(build(tmp_path / "rules", made, layers=1, neurons=5)), limit=5)
    assert list(found["neuron"]) == [0, 2]
    assert list(found["lookup"]) == [0.1, 0.3]


def test_a_dataset_without_scores_has_no_readings(tmp_path: Path) -> None:
    bare = Explanation("cats", "lookup", drawn()[0].neuron)
    assert readings(Dataset(build(tmp_path / "bare", [bare], layers=1, neurons=5))) == []
