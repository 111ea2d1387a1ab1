"""Correlations of rules with neurons over a whole corpus, beside a plain computation."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from neuronview.collect.along import correlations_along
from neuronview.collect.corpus import Document, cut_documents
from neuronview.demo.passages_written import written
from neuronview.errors import Cancelled
from neuronview.model import load
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import save_tiny_gpt2

RULES = {
    NeuronId(1, 3): lambda tokens: np.array([float("e" in token) for token in tokens]),
    NeuronId(0, 5): lambda tokens: np.arange(len(tokens), dtype=np.float64),
    NeuronId(1, 0): lambda tokens: np.zeros(len(tokens)),
}


def test_it_is_the_correlation_over_every_token(tmp_path: Path) -> None:
    model = load(save_tiny_gpt2(tmp_path / "model", width=8))
    documents = [Document(passage.id, passage.text, "w") for passage in written()[:6]]
    corpus = cut_documents(
        documents, model.tokenizer, tmp_path / "work", vocabulary_size=model.vocabulary_size, excerpt_tokens=24
    )
    found = correlations_along(model, corpus, RULES)
    strings = model.vocabulary()
    for neuron, rule in RULES.items():
        real: list[float] = []
        said: list[float] = []
        for excerpt in range(corpus.n_excerpts):
            ids: Sequence[int] = [int(token) for token in corpus.token_ids(excerpt)]
            real += model.activations(ids, [neuron])[:, 0].tolist()
            said += rule([strings[token] for token in ids]).tolist()
        assert len(real) == corpus.n_tokens
        expected = np.corrcoef(real, said)[0, 1] if np.ptp(said) else np.nan
        assert found[neuron] == pytest.approx(expected, abs=1e-5, nan_ok=True)


def test_a_rule_that_says_the_same_of_every_token_has_no_correlation_whatever_it_says(tmp_path: Path) -> None:
    model = load(save_tiny_gpt2(tmp_path / "model", width=8))
    documents = [Document(passage.id, passage.text, "w") for passage in written()[:6]]
    corpus = cut_documents(
        documents, model.tokenizer, tmp_path / "work", vocabulary_size=model.vocabulary_size, excerpt_tokens=24
    )
    neurons = [NeuronId(layer, neuron) for layer in range(2) for neuron in range(10)]
    constants = {
        neuron: lambda tokens, value=0.1 + place / 7: np.full(len(tokens), value)
        for place, neuron in enumerate(neurons)
    }
    assert np.isnan(list(correlations_along(model, corpus, constants).values())).all()
    nearly = {NeuronId(1, 3): lambda tokens: 1000 + RULES[NeuronId(1, 3)](tokens)}
    expected = correlations_along(model, corpus, RULES)[NeuronId(1, 3)]
    assert correlations_along(model, corpus, nearly)[NeuronId(1, 3)] == pytest.approx(expected, abs=1e-4)


def test_it_stops_when_told(tmp_path: Path) -> None:
    model = load(save_tiny_gpt2(tmp_path / "model", width=8))
    corpus = cut_documents(
        [Document("a", written()[0].text, "w")], model.tokenizer, tmp_path, vocabulary_size=model.vocabulary_size
    )
    with pytest.raises(Cancelled):
        correlations_along(model, corpus, RULES, should_stop=lambda: True)
