"""What is held out by default: whole documents and templates, and nothing that is like what is fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronview.collect import CollectResult, Document, Sizes, collect
from neuronview.collect.holding_out import FEWEST, MOST, SHARE, TOO_FEW, choose_held_out, like_the_rest
from neuronview.explain.evaluation import evaluation_sets
from neuronview.model import load
from neuronview.store import Dataset
from tests.model.tiny_gpt2 import save_tiny_gpt2

torch.set_num_threads(1)
TEXT = "the cat sat on mat and dog by door of old house she paid coins for loaves bread jar honey rain river mill road"
WORDS = TEXT.split()


def make_documents() -> list[Document]:
    """Every third has a template of about six; every seventh repeats a sentence of another."""
    rng = np.random.default_rng(9)
    documents: list[Document] = []
    for number in range(150):
        words = rng.choice(WORDS, size=int(rng.integers(30, 110))).tolist()
        if number % 7 == 6:
            words[3:23] = documents[int(rng.integers(number))].text.split()[2:22]
        template = f"t{number % 24}" if number % 3 == 0 else None
        documents.append(Document(f"d{number}", " ".join(words), template=template))
    return documents


@dataclass
class Held:
    result: CollectResult
    dataset: Dataset

    def kinds(self, excerpt: int) -> set[object]:
        """Names that an excerpt must not share with one on the other side of a split."""
        corpus = self.result.corpus
        document = int(corpus.documents[excerpt])
        template = corpus.document_templates[document]
        ids = corpus.token_ids(excerpt).tolist()
        runs: set[object] = {tuple(ids[k : k + 8]) for k in range(len(ids) - 7)}
        return runs | {("document", document)} | ({("template", template)} if template else set())


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    folder = tmp_path_factory.mktemp("held")
    model = load(save_tiny_gpt2(folder / "model", width=4), device="cpu")
    result = collect(
        model,
        make_documents(),
        folder / "data",
        work=folder / "work",
        features=lambda tokens: np.array([[len(token) > 3 for token in tokens]]),
        feature_names=["long"],
        sizes=Sizes(excerpt_tokens=24, shortest_random=16),
        seed=2,
    )
    return Held(result, Dataset(result.folder))


def test_documents_templates_and_runs_of_tokens_never_straddle_what_is_fitted_and_what_is_scored(held: Held) -> None:
    corpus = held.result.corpus
    fitted = {kind for excerpt in np.flatnonzero(corpus.parts == 0) for kind in held.kinds(int(excerpt))}
    assert (corpus.parts == 1).sum() > corpus.is_apart.sum() > 40
    for layer in range(2):
        for neuron in range(8):
            for record in evaluation_sets(held.dataset.neuron((layer, neuron)))["held_out"].records:
                assert held.kinds(record.excerpt_id).isdisjoint(fitted)


def test_documents_templates_and_runs_of_tokens_never_straddle_calibration_and_score(held: Held) -> None:
    scored = 0
    for layer in range(2):
        for neuron in range(8):
            sets = evaluation_sets(held.dataset.neuron((layer, neuron)))
            used = [r for name in ("train", "calibration") for r in sets[name].records]
            kinds = {kind for record in used for kind in held.kinds(record.excerpt_id)}
            for record in sets["held_out"].records:
                assert held.kinds(record.excerpt_id).isdisjoint(kinds)
            scored += len(sets["held_out"].records)
    assert scored > 16 * 10


def test_sums_to_fit_on_are_of_the_rest_alone(held: Held) -> None:
    corpus, result = held.result.corpus, held.result
    rest = np.concatenate([corpus.token_ids(e) for e in np.flatnonzero(corpus.parts == 0)])
    counts = np.bincount(rest, minlength=len(corpus.token_counts))
    assert result.features_rest.n_tokens == len(rest) < corpus.n_tokens
    np.testing.assert_array_equal(result.token_counts_rest, counts[result.token_ids])


def test_the_manifest_and_each_excerpt_say_what_is_held_out(held: Held) -> None:
    corpus, raw = held.result.corpus, held.dataset.manifest.raw
    mine = corpus.parts == 1
    assert raw["held_out"]["n_excerpts"] == mine.sum()
    assert raw["held_out"]["n_documents"] == len(set(corpus.documents[mine].tolist()))
    assert raw["held_out"]["n_excerpts_like_the_rest"] == mine.sum() - corpus.is_apart.sum() > 0
    assert raw["random_records"] == "of the part that is held out"
    assert raw["first_source"] is None
    stored = set(held.dataset.excerpts_to_fit_on()["excerpt_id"])
    assert stored
    assert stored <= set(np.flatnonzero(~mine).tolist())


@settings(deadline=None)
@given(
    classes=st.lists(st.integers(0, 300), min_size=1, max_size=2000),
    seed=st.integers(0, 5),
)
def test_about_a_tenth_is_held_out_in_whole_classes_whatever_the_order(classes: list[int], seed: int) -> None:
    numbers = np.array(classes)
    names = [("document", str(number)) for number in range(301)]
    chosen = choose_held_out(numbers, names, seed=seed)
    assert not set(numbers[chosen].tolist()) & set(numbers[~chosen].tolist())
    n = len(classes)
    assert chosen.sum() == 0 or TOO_FEW <= chosen.sum() <= min(1.5 * max(SHARE * n, FEWEST), MOST * n)
    turned = choose_held_out(numbers[::-1], names, seed=seed)
    np.testing.assert_array_equal(turned[::-1], chosen)


def test_a_large_corpus_of_small_documents_has_a_tenth_held_out_and_seeds_differ() -> None:
    classes = np.repeat(np.arange(3000), 2)
    names = [("document", str(number)) for number in range(3000)]
    first, second = (choose_held_out(classes, names, seed=seed) for seed in (0, 1))
    assert first.mean() == second.mean() == pytest.approx(SHARE)
    assert (first & second).mean() == pytest.approx(SHARE**2, abs=0.01)


def test_a_template_that_is_most_of_the_corpus_is_not_held_out() -> None:
    classes = np.array([0] * 900 + list(range(1, 101)))
    chosen = choose_held_out(classes, [("template", str(number)) for number in range(101)], seed=0)
    assert not chosen[:900].any()
    assert chosen.sum() == 100


@settings(deadline=None)
@given(seed=st.integers(0, 1000))
def test_held_out_excerpts_like_the_rest_equal_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(5, 20, size=12)
    tokens = rng.integers(0, 2, size=lengths.sum()).astype(np.int32)
    starts = np.r_[0, np.cumsum(lengths)[:-1]]
    held_out = rng.random(12) < 0.4
    runs = [
        {tuple(tokens[s + k : s + k + 8].tolist()) for k in range(n - 7)} for s, n in zip(starts, lengths, strict=True)
    ]
    rest = set().union(*(run for run, held in zip(runs, held_out, strict=True) if not held))
    expected = [bool(held and run & rest) for run, held in zip(runs, held_out, strict=True)]
    assert like_the_rest(tokens, starts, lengths, held_out).tolist() == expected
