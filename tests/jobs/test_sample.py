"""What a neuron is fitted on: excerpts that stand for the corpus, and none like one that it is scored on."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from neuronview.errors import DatasetError, ScoringError
from neuronview.explain.evaluation import evaluation_sets
from neuronview.jobs import sample as sampling
from neuronview.jobs.sample import draw_sample
from neuronview.records import QUANTILES, ActivationRecord, NeuronId, NeuronRecord, NeuronStatistics
from neuronview.store.manifest import Manifest, ModelInfo

LENGTH, STORED = 10, 200
BOUNDARIES = (0.5, 0.9)


class FakeModel:
    """A neuron's activation is the last digit of the token, in tenths, plus the neuron's index."""

    def activations_together(self, excerpts: Sequence[Sequence[int]], neurons: Sequence[NeuronId]) -> np.ndarray:
        digits = np.array(excerpts) % 10 / 10
        return np.stack([digits + neuron.neuron for neuron in neurons], axis=2).astype(np.float32)


def test_batches_hold_every_row_once_and_those_of_one_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "BATCH_TOKENS", 12)
    rows = [{"token_ids": list(range(length))} for length in (5, 3, 5, 5, 20, 3, 20)]
    assert sampling._batches(rows) == [[0, 2], [3], [1, 5], [4], [6]]


class FakeDataset:
    """Excerpt e has the tokens 10 e ... 10 e + 9, each a word of its own, and a document of its own."""

    def __init__(self, *, by_chance: Sequence[int] = (), pool: int = 0) -> None:
        self.templates: dict[int, str] = {}
        self.texts: dict[int, list[str]] = {}
        self.by_chance = set(by_chance)
        model = ModelInfo("m", "f", "gelu_new", 1, 4)
        self.manifest = Manifest("fake", model, quantiles=QUANTILES, raw={"sizes": {"quantile_pool": pool}})

    def excerpts_to_fit_on(self) -> pd.DataFrame:
        ids = np.arange(STORED)
        chance = np.isin(ids, sorted(self.by_chance))
        return pd.DataFrame({"excerpt_id": ids, "is_random": chance, "is_quantile": chance})

    def excerpts(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        return [self.row(i) for i in ids]

    def row(self, excerpt: int) -> dict[str, Any]:
        ids = list(range(10 * excerpt, 10 * excerpt + LENGTH))
        return {
            "excerpt_id": excerpt,
            "document_id": f"d{excerpt}",
            "template": self.templates.get(excerpt),
            "token_ids": ids,
            "tokens": self.texts.get(excerpt, [f" w{i}" for i in ids]),
        }

    def record(self, excerpt: int, group: str) -> ActivationRecord:
        row = self.row(excerpt)
        activations = np.linspace(1, 2, LENGTH, dtype=np.float32)
        return ActivationRecord(
            tuple(row["tokens"]),
            activations,
            tuple(row["token_ids"]),
            excerpt,
            group,
            document_id=row["document_id"],
            template=row["template"],
        )

    def neuron(self, index: int, *, top: int, random: int, quantile: int | None = None) -> NeuronRecord:
        """Neuron with 20 top records from `top` on, 20 random ones from `random` on, 5 quantile ones."""
        return NeuronRecord(
            NeuronId(0, index),
            top=[self.record(e, "top") for e in range(top, top + 20)],
            random=[self.record(e, "random") for e in range(random, random + 20)],
            quantiles=[[], [], [self.record(e, "quantile_2") for e in range(quantile, quantile + 5)], []]
            if quantile is not None
            else [],
            statistics=NeuronStatistics(quantile_boundaries=BOUNDARIES),
        )


def excerpts_of(data: sampling.FittingData) -> list[int]:
    return (data.token_ids[::LENGTH] // 10).tolist()


def scored(record: NeuronRecord) -> set[int]:
    sets = [chosen for name, chosen in evaluation_sets(record).items() if name != "train"]
    return {r.excerpt_id for chosen in sets for r in chosen.records if r.excerpt_id is not None}


def test_nothing_of_the_template_or_text_of_a_scored_excerpt_is_fitted_on() -> None:
    dataset = FakeDataset()
    dataset.templates = {2: "shared", 150: "shared", 151: "other"}
    copied = dataset.row(1)["tokens"]
    dataset.texts = {152: [" x", *copied[:8], " y"], 153: [" x", *copied[:7], " y", " z"]}
    record = dataset.neuron(0, top=0, random=20)
    sample = draw_sample(dataset, FakeModel(), [record], size=STORED)  # type: ignore[arg-type]
    left_out = set(range(STORED)) - set(excerpts_of(sample.of(0)))
    assert left_out == scored(record) | {150, 152}


def test_what_one_neuron_is_scored_on_another_is_fitted_on_whoever_is_drawn_with_it() -> None:
    dataset = FakeDataset()
    first, second = dataset.neuron(0, top=0, random=20), dataset.neuron(1, top=60, random=80, quantile=110)
    together = draw_sample(dataset, FakeModel(), [first, second], size=120, seed=4)  # type: ignore[arg-type]
    alone = draw_sample(dataset, FakeModel(), [second], size=120, seed=4)  # type: ignore[arg-type]
    assert set(excerpts_of(together.of(1))) & scored(first)
    assert not set(excerpts_of(together.of(0))) & scored(first)
    for field in ("token_ids", "activations", "weights", "marks"):
        np.testing.assert_array_equal(getattr(together.of(1), field), getattr(alone.of(0), field))


def test_a_neuron_adds_its_own_top_and_quantile_records_as_far_as_they_are_not_scored() -> None:
    dataset = FakeDataset()
    record = dataset.neuron(0, top=0, random=20, quantile=60)
    sample = draw_sample(dataset, FakeModel(), [record], size=100, seed=1)  # type: ignore[arg-type]
    drawn = set(np.sort(np.random.default_rng(1).permutation(STORED)[:100]).tolist())
    expected = (drawn | set(range(20)) | set(range(60, 65))) - scored(record)
    found = excerpts_of(sample.of(0))
    assert set(found) == expected
    assert len(found) == len(expected)
    by_itself = next(place for place, excerpt in enumerate(found) if excerpt in set(range(60, 65)) - drawn)
    own = sample.of(0).activations[by_itself * LENGTH :][:LENGTH]
    np.testing.assert_allclose(own, np.linspace(1, 2, LENGTH), rtol=1e-6)


def test_excerpts_weigh_what_the_corpus_has_of_their_maximum() -> None:
    dataset = FakeDataset()
    record = dataset.neuron(0, top=0, random=20, quantile=60)
    data = draw_sample(dataset, FakeModel(), [record], size=STORED).of(0)  # type: ignore[arg-type]
    maxima = np.repeat(data.activations.reshape(-1, LENGTH).max(axis=1), LENGTH)
    # Half of the corpus lies below the first boundary, where nothing was stored: its share goes to the next.
    for inside, share in ((maxima < 0.9, 0.9), (maxima >= 0.9, 0.1)):
        if inside.any():
            assert data.weights[inside].sum() / data.weights.sum() == pytest.approx(share if maxima.min() < 0.9 else 1)
    assert "weighted" in data.description
    assert "none is like one that is scored" in data.description


@pytest.mark.parametrize(("enough", "expected"), [(40, range(100, 160)), (100, range(STORED))])
def test_excerpts_that_were_stored_by_chance_are_preferred_where_there_are_enough(
    enough: int, expected: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "ENOUGH", enough)
    dataset = FakeDataset(by_chance=range(100, 160))
    record = NeuronRecord(
        NeuronId(0, 0),
        top=[dataset.record(e, "top") for e in range(20)],
        random=[dataset.record(e, "random") for e in range(20, 40)],
    )
    data = draw_sample(dataset, FakeModel(), [record], size=STORED).of(0)  # type: ignore[arg-type]
    assert excerpts_of(data) == sorted(set(expected) - scored(record))
    assert "each token counted the same" in data.description
    assert data.weights.tolist() == [1] * len(data.weights)


def test_a_neuron_for_which_nothing_is_left_is_said_so_and_others_are_fitted() -> None:
    dataset = FakeDataset()
    dataset.templates = dict.fromkeys(range(STORED), "one")
    record = dataset.neuron(0, top=0, random=20)
    with pytest.raises(DatasetError, match="no excerpt"):
        draw_sample(dataset, FakeModel(), [record], size=STORED)  # type: ignore[arg-type]
    dataset.templates = dict.fromkeys(range(100), "one") | dict.fromkeys(range(100, STORED), "two")
    both = [dataset.neuron(0, top=90, random=40), dataset.neuron(1, top=0, random=20)]
    sample = draw_sample(dataset, FakeModel(), both, size=STORED)  # type: ignore[arg-type]
    assert set(excerpts_of(sample.of(1))) == set(range(100, STORED))
    with pytest.raises(ScoringError, match="collect more text"):
        sample.of(0)
