"""Token lookup: the table is the corpus in short, and its corpus-wide score is the one of every token."""

import math

import numpy as np
import pytest

from neuronview.explain.fit import fit_lookup
from neuronview.explain.lookup import TABLE_SIZE, Vocabulary, explain_by_lookup, lookup_rule, table_correlation
from neuronview.explain.rules import simulator_for
from neuronview.records import Explanation, NeuronId

NEURON = NeuronId(0, 0)


def drawn_corpus(n_kinds: int = 300, n_tokens: int = 20_000) -> tuple[np.ndarray, dict[int, str], np.ndarray]:
    """Token ids by Zipf's law, their strings (several of one word) and an activation that depends on them."""
    drawn = np.random.default_rng(3)
    ids = drawn.zipf(1.3, size=n_tokens) % n_kinds
    strings = {i: f" {'W' if i % 2 else 'w'}ord{i // 2}" for i in range(n_kinds)}
    effect = drawn.gamma(0.3, 2.0, size=n_kinds)
    return ids, strings, effect[ids] + drawn.gamma(0.3, 0.5, size=n_tokens)


def test_table_and_rest_add_up_to_the_mean_of_the_corpus() -> None:
    ids, strings, activations = drawn_corpus()
    rule = fit_lookup(ids, strings, activations)
    kept = [i for i in strings if strings[i] in rule["tokens"]]
    counts = np.bincount(ids, minlength=len(strings))
    table = sum(counts[i] * rule["tokens"][strings[i]] for i in kept)
    left = len(ids) - counts[kept].sum()
    assert len(rule["tokens"]) == TABLE_SIZE
    assert (table + left * rule["rest"]) / len(ids) == pytest.approx(activations.mean(), abs=1e-4)


def test_kept_tokens_are_those_that_explain_most_of_the_variance_with_their_plain_means() -> None:
    ids, strings, activations = drawn_corpus()
    rule = fit_lookup(ids, strings, activations)
    mean, explained = activations.mean(), {}
    for token, text in strings.items():
        here = activations[ids == token]
        if len(here) >= 5:
            explained[text] = len(here) * (here.mean() - mean) ** 2
            if text in rule["tokens"]:
                assert rule["tokens"][text] == pytest.approx(here.mean(), abs=1e-5)
    best = sorted(explained, key=lambda text: -explained[text])[:TABLE_SIZE]
    assert set(rule["tokens"]) == set(best)


def test_tokens_that_look_the_same_share_their_common_mean() -> None:
    rule = lookup_rule(["�", "�", "a"], np.array([4.0, 1.0, 0.0]), np.array([1, 3, 6]), mean=0.7, n_tokens=10)
    assert rule["tokens"] == {"�": 1.75, "a": 0.0}


def test_a_table_of_everything_leaves_the_mean_as_rest() -> None:
    rule = lookup_rule(["a", "b"], np.array([1.0, 3.0]), np.array([5, 5]), mean=2.0, n_tokens=10)
    assert rule["rest"] == 2.0


@pytest.mark.parametrize("missing", [0, 40])
def test_correlation_from_sums_by_token_equals_the_one_over_every_token(missing: int) -> None:
    ids, strings, activations = drawn_corpus()
    simulator = simulator_for(Explanation("", "lookup", NEURON, fit_lookup(ids, strings, activations)))
    if missing:  # tokens without a mean of their own: exact as long as their activations do have one mean
        rare = ids >= len(strings) - missing
        activations[rare] = activations[rare].mean()
    table = simulator.simulate(list(strings.values())).expected
    counts = np.bincount(ids, minlength=len(strings))
    means = np.bincount(ids, activations, minlength=len(strings)) / np.maximum(counts, 1)
    means[len(strings) - missing :] = np.nan
    squares = float(activations @ activations)
    found = table_correlation(table, counts, means, total=float(activations.sum()), squares=squares)
    plain = np.corrcoef(simulator.simulate([strings[i] for i in ids]).expected, activations)[0, 1]
    assert found == pytest.approx(plain, abs=1e-9)


def test_constant_table_or_activation_has_no_correlation() -> None:
    counts, means = np.array([4, 6]), np.array([1.0, 1.0])
    assert math.isnan(table_correlation(np.array([1.0, 2.0]), counts, means, total=10.0, squares=10.0))
    assert math.isnan(table_correlation(np.array([2.0, 2.0]), counts, np.array([1.0, 2.0]), total=16.0, squares=28.0))


def test_sentence_names_tokens_above_the_rest_in_order_and_says_so_when_there_is_none() -> None:
    rule = {"kind": "lookup", "tokens": {" cat": 3.0, " dog": 2.0, " of": -0.1}, "rest": 0.0}
    text = explain_by_lookup(NEURON, rule).text
    assert text.index("cat") < text.index("dog")
    assert "of”" not in text
    assert "No token" in explain_by_lookup(NEURON, rule | {"rest": 9.0}).text


def test_a_tables_values_on_a_whole_vocabulary_are_those_of_its_simulator() -> None:
    drawn = np.random.default_rng(4)
    words = [before + word for before in ("", " ", "\n") for word in ("cat", "Cat", "CAT", "dog", "Dog", "x", "É", "é")]
    vocabulary = [*words, *words[:3], "never"]
    known = Vocabulary(vocabulary)
    for _ in range(50):
        chosen = drawn.choice(words, 6, replace=False).tolist()
        rule = {"kind": "lookup", "tokens": dict(zip(chosen, drawn.normal(size=6).tolist(), strict=True)), "rest": 0.25}
        plain = simulator_for(Explanation("", "lookup", NeuronId(0, 0), rule)).simulate(vocabulary).expected
        assert known.values(rule).tolist() == list(plain)
