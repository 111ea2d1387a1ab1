"""The trigram: probabilities against a plain loop over dictionaries, weights that are best, contexts that stop."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from neuronview.demo import trigram as module
from neuronview.demo.trigram import load_trigram, train_trigram
from neuronview.errors import BadInput

VOCABULARY = 12


@pytest.fixture(scope="module")
def stream():
    """Documents of a second-order chain, `<|endoftext|>` (0) before each."""
    rng = np.random.default_rng(3)
    table = rng.dirichlet(np.full(VOCABULARY - 1, 0.3), size=(VOCABULARY, VOCABULARY))
    ids = []
    for _ in range(400):
        document = [0, 0]
        for _ in range(rng.integers(5, 30)):
            document.append(1 + rng.choice(VOCABULARY - 1, p=table[document[-2], document[-1]]))
        ids += document[1:]
    return np.array(ids, dtype=np.uint16)


@pytest.fixture(scope="module")
def fitted(stream):
    return train_trigram(stream, vocabulary=VOCABULARY)


def grams(stream):
    """Every (before, last, next) with the context cut at a document's start, and its position."""
    for place in range(2, len(stream)):
        before, last, following = (int(v) for v in stream[place - 2 : place + 1])
        if following != 0:
            yield place - 2, (0 if last == 0 else before, last, following)


def test_every_distribution_sums_to_one(fitted):
    for before, last in itertools.product(range(VOCABULARY), repeat=2):
        assert fitted.distribution(before, last).sum() == pytest.approx(1)


def test_probabilities_are_those_of_a_plain_loop(stream, fitted):
    kept_out = module._kept_out(len(stream) - 2)
    counted = [gram for place, gram in grams(stream) if not kept_out[place]]
    assert 0.03 < kept_out.mean() < 0.07
    document = [3, 3, 7, 1, 9, 11, 2]
    context, expected = (0, 0), []
    for following in document:
        probability = 1 / VOCABULARY
        for order in (1, 2, 3):
            key = (*context, following)[3 - order :]
            followers = Counter(gram[2] for gram in counted if gram[3 - order : 2] == key[:-1])
            if followers:
                seen, variety = followers.total(), len(followers)
                repeats = min(int(math.log2(seen / variety)), module.VARIETY_BUCKETS - 1)
                bucket = min(int(math.log2(seen)), module.COUNT_BUCKETS - 1) * module.VARIETY_BUCKETS + repeats
                weight = fitted.orders[order - 1].weights[bucket]
                probability = weight * followers[following] / seen + (1 - weight) * probability
        expected.append(probability)
        context = (context[1], following)
    assert fitted.probabilities(document) == pytest.approx(expected)
    assert fitted.loss(document) == pytest.approx(-np.log(expected).mean())


def test_weights_are_the_likeliest_on_the_tokens_kept_out(stream, fitted):
    kept_out = module._kept_out(len(stream) - 2)
    tests = [gram for place, gram in grams(stream) if kept_out[place]]
    columns = tuple(np.array(column) for column in zip(*tests, strict=True))

    def loss():
        return -np.log(fitted._mixed(*columns)).mean()

    best, weights = loss(), fitted.orders[2].weights
    kept = weights.copy()
    for change in (0.9, 1.1):
        weights[:] = np.clip(kept * change, 0, module.LARGEST_WEIGHT)
        assert loss() > best
    weights[:] = kept


def test_it_finds_the_second_order_that_a_bigram_misses(stream, fitted):
    lower = fitted.orders[2].weights.copy()
    documents = [part for part in np.split(stream, np.flatnonzero(stream == 0))[1:] if len(part) > 1]
    whole = np.mean([fitted.loss(part[1:]) for part in documents])
    fitted.orders[2].weights[:] = 0
    bigram = np.mean([fitted.loss(part[1:]) for part in documents])
    fitted.orders[2].weights[:] = lower
    assert whole < bigram - 0.3


def test_context_does_not_reach_into_the_document_before():
    first, second, third = module._columns(np.array([5, 0, 7, 8]), leading=False)
    assert list(zip(first, second, third, strict=True)) == [(0, 0, 7), (0, 7, 8)]


def test_large_vocabulary_does_not_overflow():
    ids = np.random.default_rng(0).integers(64_000, 65_000, size=5000).astype(np.uint16)
    fitted = train_trigram(ids, vocabulary=65_000)
    assert (fitted.orders[2].grams.keys > 0).all()
    assert 0 < fitted.loss(ids[:50]) < 12


def test_saved_trigram_is_the_same(fitted, tmp_path):
    fitted.save(tmp_path / "t.npz")
    document = [1, 2, 3, 4, 5]
    assert (load_trigram(tmp_path / "t.npz").probabilities(document) == fitted.probabilities(document)).all()


def test_refitting_to_other_text_is_better_there_and_leaves_the_first_alone(fitted):
    rng = np.random.default_rng(8)
    fit_on, measure_on = ([rng.integers(1, VOCABULARY, size=50) for _ in range(40)] for _ in range(2))
    before = np.mean([fitted.loss(document) for document in measure_on])
    refitted = fitted.refitted(fit_on)
    assert np.mean([refitted.loss(document) for document in measure_on]) < before - 0.5
    assert np.mean([fitted.loss(document) for document in measure_on]) == before
    assert refitted.distribution(1, 2).sum() == pytest.approx(1)


def test_empty_document_has_no_loss(fitted):
    assert math.isnan(fitted.loss([]))


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(BadInput, match="too few"):
        train_trigram(np.ones(10, dtype=np.uint16), vocabulary=5)
    with pytest.raises(BadInput, match="not in a vocabulary"):
        train_trigram(np.full(2000, 9, dtype=np.uint16), vocabulary=5)
