"""What `verify` says of datasets that were computed outside of it, by hooks on transformers' own network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from neuronview.config import Settings
from neuronview.errors import BadInput
from neuronview.jobs.stored_precision import Precision
from neuronview.jobs.verified import model_options, remember, remembered, verified_activation
from neuronview.jobs.verify import draw, verify
from neuronview.jobs.verify_activations import judged
from neuronview.model import load
from neuronview.records import ActivationRecord, NeuronId, NeuronRecord
from neuronview.store import Dataset
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support import stored_activations as stored

Record = tuple[NeuronId, ActivationRecord]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", data=tmp_path / "none")


@pytest.mark.parametrize("function", ["gelu_new", "quick_gelu", "gelu"])
@pytest.mark.parametrize("leading", [True, False])
def test_the_variant_that_the_data_was_computed_with_is_found(
    tmp_path: Path, settings: Settings, function: str, leading: bool
) -> None:
    dataset = stored.build(tmp_path, function=function, leading=leading, bits=32, simulated=False)
    found = verify(dataset, settings=settings).activations
    assert found is not None
    assert (found.best.activation, found.best.leading, found.verdict) == (function, leading, "match")
    assert found.told_apart
    assert len(found.variants) == 6
    assert found.n_by_strings == found.n_records == 6 * len(stored.TEXTS)


def test_differences_are_those_of_the_values_recomputed_by_hooks(tmp_path: Path, settings: Settings) -> None:
    dataset = stored.build(tmp_path, function="gelu", noise=0.005, simulated=False)
    found = verify(dataset, settings=settings).activations
    assert found is not None
    other = next(fit for fit in found.variants if (fit.activation, fit.leading) == ("gelu_new", False))
    tokenizer, off = load(tmp_path / "model"), []
    for excerpt in range(len(stored.TEXTS)):
        ids = [token.id for token in tokenizer.tokenize(stored.TEXTS[excerpt])]
        again = stored.hooked(tmp_path / "model", ids, "gelu_new")
        for neuron in stored.NEURONS_USED:
            groups = dataset.neuron(neuron).groups.values()
            mine = next(r for group in groups for r in group if r.excerpt_id == excerpt)
            off.append(np.abs(mine.activations - again[neuron.layer, :, neuron.neuron]))
    expected = np.concatenate(off)
    assert other.differences.n == len(expected)
    assert other.differences.median == pytest.approx(np.median(expected), abs=1e-5)
    assert other.differences.p99 == pytest.approx(np.quantile(expected, 0.99), abs=1e-5)
    assert other.differences.maximum == pytest.approx(expected.max(), abs=1e-5)
    assert other.verdict != "match"


def test_an_excerpt_of_several_groups_counts_in_its_first_and_does_not_put_that_group_behind_others() -> None:
    def of(group: str, *excerpts: int) -> list[ActivationRecord]:
        return [ActivationRecord(("a",), np.ones(1), excerpt_id=excerpt, group=group) for excerpt in excerpts]

    record = NeuronRecord(
        NeuronId(0, 0), top=of("top", 1, 2), random=of("random", 3), quantiles=[of("quantile_0", 1, 2)]
    )
    stub = SimpleNamespace(
        neurons_with=lambda _: [record.id], neuron=lambda _: record, smallest_activation=lambda: math.nan
    )
    drawn = draw(stub, 3).records  # type: ignore[arg-type]
    assert [entry.group for _, entry in drawn] == ["top", "random", "top"]
    assert sorted(entry.excerpt_id or 0 for _, entry in drawn) == [1, 2, 3]


def test_variants_that_are_far_off_are_read_on_some_records_only(tmp_path: Path, settings: Settings) -> None:
    found = verify(stored.build(tmp_path, function="gelu", bits=16, simulated=False), settings=settings).activations
    assert found is not None
    counts = {(fit.activation, fit.leading): fit.differences.n for fit in found.variants}
    whole = sum(len(r.tokens) for _, r in draw(Dataset(tmp_path / "data"), 1000).records)
    assert counts["gelu", False] == counts["gelu_new", False] == whole
    assert 0 < counts["gelu", True] < whole * 0.6


def test_differences_as_of_the_erratum_are_a_near_match(tmp_path: Path, settings: Settings) -> None:
    found = verify(stored.build(tmp_path, noise=0.015, simulated=False), settings=settings).activations
    assert found is not None
    assert found.verdict == "near"
    assert 0.008 < found.best.differences.median < 0.013
    assert found.farthest


def test_another_model_is_no_match(tmp_path: Path, settings: Settings) -> None:
    dataset = stored.build(tmp_path, simulated=False)
    other = save_tiny_gpt2(tmp_path / "other", seed=1)
    found = verify(dataset, model=other, settings=settings).activations
    assert found is not None
    assert found.verdict == "none"
    assert "not of this model" in found.words
    assert verified_activation(dataset, settings=settings) is None


def give_records(monkeypatch: pytest.MonkeyPatch, dataset: Dataset, records: Sequence[Record]) -> None:
    """Let the dataset's neurons have these records, all as top ones."""
    by_neuron = {n: [r for m, r in records if m == n] for n, _ in records}
    monkeypatch.setattr(dataset, "neuron", lambda neuron: NeuronRecord(neuron, top=by_neuron[neuron]))


def test_a_value_that_was_altered_is_shown_where_it_is(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = stored.build(tmp_path, simulated=False)
    records = draw(dataset, 1000).records
    neuron, record = records[0]
    record.activations[2] += 1
    give_records(monkeypatch, dataset, records)
    found = verify(dataset, settings=settings).activations
    assert found is not None
    assert found.verdict != "match"
    assert (found.farthest[0].layer, found.farthest[0].neuron) == neuron
    assert (found.farthest[0].excerpt_id, found.farthest[0].position) == (record.excerpt_id, 2)


def test_stored_ids_of_another_vocabulary_are_not_trusted(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = stored.build(tmp_path, with_ids=True, simulated=False)
    right = verify(dataset, settings=settings).activations
    assert right is not None
    assert (right.verdict, right.n_by_strings) == ("match", 0)
    records = [(n, replace(r, token_ids=tuple(range(len(r.tokens))))) for n, r in draw(dataset, 1000).records]
    give_records(monkeypatch, dataset, records)
    wrong = verify(dataset, settings=settings).activations
    assert wrong is not None
    assert (wrong.verdict, wrong.n_by_strings) == ("match", wrong.n_records)


def test_excerpts_with_split_characters_are_counted_and_left_out(tmp_path: Path, settings: Settings) -> None:
    texts = [*stored.TEXTS, "a 🦜 on the mat"]
    dataset = stored.build(tmp_path, texts=texts, simulated=False)
    found = verify(dataset, settings=settings).activations
    assert found is not None
    assert (found.n_not_comparable, found.n_records, found.verdict) == (6, 6 * len(stored.TEXTS), "match")


def test_a_vocabulary_that_has_none_of_the_tokens_is_said(tmp_path: Path, settings: Settings) -> None:
    found = verify(stored.build(tmp_path, texts=["🦜"] * 8, simulated=False), settings=settings)
    assert found.activations is None
    assert "token strings are not in it" in found.not_verified


def test_a_model_that_is_not_there_is_said_and_scores_are_checked_alone(tmp_path: Path, settings: Settings) -> None:
    stored.build(tmp_path)
    dataset = stored.change(tmp_path, path=str(tmp_path / "nowhere"))
    found = verify(dataset, settings=settings)
    assert found.activations is None
    assert "nowhere" in found.not_verified
    assert "--model" in found.not_verified
    assert found.scores.n_scores == len(stored.NEURONS_USED)
    assert remembered(dataset, settings=settings) is None


def test_a_model_of_another_shape_is_said(tmp_path: Path, settings: Settings) -> None:
    stored.build(tmp_path, simulated=False)
    found = verify(stored.change(tmp_path, n_layers=12), settings=settings)
    assert "2 layers of 128" in found.not_verified


def test_a_dataset_without_records_is_said(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = stored.build(tmp_path, simulated=False)
    monkeypatch.setattr(dataset, "neurons_with", lambda kind: [])
    assert "stores no activations" in verify(dataset, settings=settings).not_verified


def test_the_smallest_stored_activation_is_of_all_records_that_were_read(tmp_path: Path) -> None:
    dataset = stored.build(tmp_path, simulated=False)
    groups = [group for neuron in stored.NEURONS_USED for group in dataset.neuron(neuron).groups.values()]
    sampled = draw(dataset, 24)
    assert sampled.minimum == min(float(record.activations.min()) for group in groups for record in group)
    assert sampled.n_values == sum(len(record.tokens) for group in groups for record in group)


def test_one_value_in_many_that_is_far_off_is_no_match() -> None:
    values = np.random.default_rng(0).normal(size=100_000)
    precision = Precision(16, 0.0, "float32")
    rounded = values.astype(np.float16).astype(np.float64)
    assert judged("gelu", True, rounded, values, precision).verdict == "match"
    rounded[7] += 0.1
    assert judged("gelu", True, rounded, values, precision).verdict == "near"


def test_small_values_that_have_nothing_to_do_with_each_other_are_no_near_match() -> None:
    first, second = np.random.default_rng(0).normal(size=(2, 10_000)) * 0.005
    assert judged("gelu", True, first, second, Precision(16, 0.0, "float32")).verdict == "none"


def test_what_fits_is_remembered_and_decides_how_the_model_is_loaded(tmp_path: Path, settings: Settings) -> None:
    dataset = stored.build(tmp_path, function="quick_gelu", leading=False)
    assert model_options(dataset, settings=settings) == {"activation": None, "leading": "default"}
    found = verify(dataset, settings=settings)
    assert remembered(dataset, settings=settings) == found
    assert verified_activation(dataset, settings=settings) == ("quick_gelu", False)
    options = model_options(dataset, settings=settings)
    assert options == {"activation": "quick_gelu", "leading": None}
    record = dataset.neuron((1, 3)).top[0]
    live = load(dataset.model_source, **options)
    ids = [token.id for token in live.tokenize("".join(record.tokens))]
    np.testing.assert_allclose(live.activations(ids, [NeuronId(1, 3)])[:, 0], record.activations, atol=2e-3)


def test_a_later_verification_replaces_an_earlier_one(tmp_path: Path, settings: Settings) -> None:
    dataset = stored.build(tmp_path, simulated=False)
    first = verify(dataset, settings=settings)
    best = replace(first.activations.variants[0], activation="gelu")  # type: ignore[union-attr]
    changed = replace(first.activations, variants=(best,), verdict="near")  # type: ignore[type-var]
    remember(replace(first, activations=changed), settings=settings)
    assert verified_activation(dataset, settings=settings) == ("gelu", False)
    verify(dataset, settings=settings)
    assert verified_activation(dataset, settings=settings) == ("quick_gelu", False)


def test_a_damaged_memory_is_no_memory(tmp_path: Path, settings: Settings) -> None:
    dataset = stored.build(tmp_path, simulated=False)
    path = remember(verify(dataset, settings=settings), settings=settings)
    for content in ("{", '{"activations": null}', "[]"):
        path.write_text(content)
        assert remembered(dataset, settings=settings) is None


def test_undefined_numbers_survive_the_memory(tmp_path: Path, settings: Settings) -> None:
    dataset = stored.build(tmp_path, simulated=False)
    found = verify(dataset, settings=settings)
    assert found.activations is not None
    fit = found.activations.best
    fit = replace(fit, differences=replace(fit.differences, correlation=math.nan))
    remember(replace(found, activations=replace(found.activations, variants=(fit,))), settings=settings)
    again = remembered(dataset, settings=settings)
    assert again is not None
    assert again.activations is not None
    assert math.isnan(again.activations.best.differences.correlation)


def test_the_sample_is_spread_over_layers_and_groups_and_the_same_for_a_seed(tmp_path: Path) -> None:
    dataset = stored.build(tmp_path, simulated=False)
    first, again, other = draw(dataset, 8), draw(dataset, 8), draw(dataset, 8, seed=1)
    keys = [[(n, r.excerpt_id) for n, r in sampled.records] for sampled in (first, again, other)]
    assert keys[0] == keys[1] != keys[2]
    assert len(first.records) == 8
    assert {neuron.layer for neuron, _ in first.records} == {0, 1}
    assert {record.group for _, record in first.records} == {"top", "random"}


def test_a_sample_of_nothing_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(BadInput, match="at least 1"):
        verify(stored.build(tmp_path, simulated=False), sample=0, settings=settings)


def test_progress_reaches_its_total(tmp_path: Path, settings: Settings) -> None:
    heard: list[tuple[int, int]] = []
    dataset = stored.build(tmp_path, simulated=False)
    verify(dataset, sample=10, settings=settings, on_progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (60, 60)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
