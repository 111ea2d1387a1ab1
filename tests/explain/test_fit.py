"""Candidates fitted on a sample are those of a plain double loop with numpy's correlation."""

import numpy as np
import pytest

from neuronview.explain.fit import BEST_FEATURES, CANDIDATES, fit_candidates, fit_lookup

N_TOKENS, N_FEATURES = 3000, 12


def drawn(seed: int = 0) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Marks of which some are equal, contained in one another, everywhere or nowhere, and an activation."""
    generator = np.random.default_rng(seed)
    marks = generator.random((N_FEATURES, N_TOKENS)) < generator.uniform(0.02, 0.4, size=(N_FEATURES, 1))
    marks[1] &= marks[0]
    marks[2] = marks[3]
    marks[4], marks[5] = True, False
    activation = 2.0 * (marks[0] | marks[6]) + marks[7] * marks[8] + generator.gamma(0.3, 1.0, size=N_TOKENS)
    return [f"feature_{i}" for i in range(N_FEATURES)], marks, activation.astype(np.float32)


def plain(names: list[str], marks: np.ndarray, activation: np.ndarray) -> list[tuple[float, dict]]:
    """Every positive correlation of a feature, or of two whose union or intersection is neither of the two."""
    rows = {name: marks[i] for i, name in enumerate(names)}
    entries = [({"feature": name}, row) for name, row in rows.items()]
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            both, either = rows[first] & rows[second], rows[first] | rows[second]
            if (both != rows[first]).any() and (both != rows[second]).any():
                entries += [({"all": [first, second]}, both), ({"any": [first, second]}, either)]
    varying = [(expression, row) for expression, row in entries if 0 < row.sum() < len(row)]
    found = [(float(np.corrcoef(row, activation)[0, 1]), expression) for expression, row in varying]
    return sorted((entry for entry in found if entry[0] > 0), key=lambda entry: -entry[0])


def same(expression: dict) -> tuple[str, tuple[str, ...]]:
    ((join, names),) = expression.items()
    return join, (names,) if isinstance(names, str) else tuple(sorted(names))


@pytest.mark.parametrize("seed", range(4))
def test_candidates_equal_a_plain_double_loop(seed: int) -> None:
    names, marks, activation = drawn(seed)
    assert len(names) <= BEST_FEATURES
    found = fit_candidates(names, marks, activation)
    expected = plain(names, marks, activation)
    assert [c.correlation for c in found] == pytest.approx([value for value, _ in expected[:CANDIDATES]], abs=1e-9)
    values = {same(expression): value for value, expression in expected}
    for candidate in found:
        assert candidate.correlation == pytest.approx(values[same(dict(candidate.expression))], abs=1e-9)


def test_on_and_off_are_the_mean_activations_where_it_holds_and_where_not() -> None:
    names, marks, activation = drawn()
    rows = dict(zip(names, marks, strict=True))
    for candidate in fit_candidates(names, marks, activation):
        join, parts = same(dict(candidate.expression))
        held = np.logical_and.reduce([rows[p] for p in parts]) if join == "all" else np.any([rows[p] for p in parts], 0)
        assert candidate.on == pytest.approx(float(activation[held].mean()), abs=1e-6)
        assert candidate.off == pytest.approx(float(activation[~held].mean()), abs=1e-6)


def test_an_activation_that_never_changes_has_no_candidate() -> None:
    names, marks, _ = drawn()
    assert fit_candidates(names, marks, np.full(N_TOKENS, 0.7, dtype=np.float32)) == []


def test_only_features_that_the_neuron_fires_on_are_candidates() -> None:
    names, marks, _ = drawn()
    found = fit_candidates(names, marks, -marks[0].astype(np.float32))
    assert found
    assert all(candidate.correlation > 0 for candidate in found)
    assert all(candidate.expression != {"feature": "feature_0"} for candidate in found)


def test_lookup_is_fitted_on_tokens_that_occur_often_enough() -> None:
    ids = np.array([0] * 5 + [1] * 4 + [2] * 11)
    values = np.array([3.0] * 5 + [9.0] * 4 + [1.0] * 11)
    rule = fit_lookup(ids, {0: "a", 1: "b", 2: "c"}, values)
    assert rule["tokens"] == {"a": 3.0, "c": 1.0}
    assert rule["rest"] == pytest.approx(9.0)
