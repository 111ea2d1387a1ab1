"""The dataset that ships: complete, within its size, and what its own model computes."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from transformers import AutoModelForCausalLM

from neuronview.config import Settings
from neuronview.demo.passages_written import written
from neuronview.explain.evaluation import evaluation_sets
from neuronview.explain.rules import simulator_for
from neuronview.model import SubjectModel, load
from neuronview.records import NeuronId
from neuronview.scoring import ev_correlation_score
from neuronview.store import Dataset, NeuronFilter, damaged_parts, open_dataset
from neuronview.store.figures import readings
from neuronview.view.tour import EXPLAINER, load_tour

DATA = Path(__file__).parents[2] / "data"
FOLDER = DATA / "demo"
SAMPLE = [NeuronId(layer, neuron) for layer in range(4) for neuron in (0, 17, 511, 1023)]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return open_dataset("demo", settings=Settings(tmp_path_factory.mktemp("home"), DATA))


@pytest.fixture(scope="module")
def model() -> SubjectModel:
    torch.set_num_threads(1)
    return load(FOLDER / "model")


def test_it_fits_in_the_repository() -> None:
    total = sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file())
    assert total <= 48e6
    assert sum(path.stat().st_size for path in (FOLDER / "model").iterdir()) <= 12e6


def test_plain_transformers_loads_the_model() -> None:
    network = AutoModelForCausalLM.from_pretrained(FOLDER / "model")
    config = network.config
    assert (config.model_type, config.activation_function, config.n_layer, config.n_embd) == (
        "gpt2",
        "gelu_new",
        4,
        256,
    )


def test_every_part_is_as_it_was_written() -> None:
    assert damaged_parts(FOLDER) == []


def test_the_corpus_is_large_enough_and_names_its_origin(dataset: Dataset, model: SubjectModel) -> None:
    corpus, raw = dataset.manifest.corpus, dataset.manifest.raw
    assert corpus["n_excerpts"] >= 50_000
    assert corpus["n_tokens"] >= 3_200_000
    assert dataset.manifest.model.fingerprint == model.fingerprint
    assert raw["leading_token"] == {"token": "<|endoftext|>", "in_statistics": False}
    assert {"seed", "versions", "near_duplicates", "site"} <= set(raw)
    assert corpus["hash"]


def test_every_neuron_has_all_its_records() -> None:
    counts: Counter[tuple[int, int, str]] = Counter()
    for path in FOLDER.glob("records-*.parquet"):
        table = pq.read_table(path, columns=["layer", "neuron", "group"])
        counts.update(zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True))
    sizes: dict[str, Counter[int]] = {}
    for (_, _, group), n in counts.items():
        sizes.setdefault(group, Counter())[n] += 1
    assert sizes["random"] == {20: 4096}
    assert sizes["top"][20] >= 4096 * 0.99
    assert all(sizes[f"quantile_{k}"][5] >= 4096 * 0.99 for k in range(4))


def test_every_neuron_is_explained_and_scored_by_both_rules(dataset: Dataset) -> None:
    for explainer in ("lookup", "dictionary"):
        rows = dataset.neurons(NeuronFilter(explainer=explainer), limit=10_000)
        assert len(rows) == 4096
        assert set(rows["state"]) <= {"ok", "undefined"}
        assert rows["corpus_score"].notna().mean() > 0.99
        assert (rows["score"].notna() == (rows["state"] == "ok")).all()


@pytest.mark.parametrize("neuron", SAMPLE, ids=str)
def test_stored_activations_are_the_models_own(dataset: Dataset, model: SubjectModel, neuron: NeuronId) -> None:
    record = dataset.neuron(neuron)
    for stored in [*record.top[:3], *record.random[:3], *record.first[:2]]:
        assert stored.token_ids is not None
        live = model.activations(stored.token_ids, [neuron])[:, 0]
        assert (np.abs(stored.activations - live) <= np.maximum(2.0**-10, np.abs(live) * 2.0**-10) + 1e-5).all()


@pytest.mark.parametrize("neuron", SAMPLE, ids=str)
def test_records_are_ranked_distinct_and_apart(dataset: Dataset, neuron: NeuronId) -> None:
    record = dataset.neuron(neuron)
    maxima = [stored.maximum for stored in record.top]
    assert maxima == sorted(maxima, reverse=True)
    top = {stored.excerpt_id for stored in record.top}
    assert len(top) == len(record.top)
    assert not top & {stored.excerpt_id for stored in record.random}
    assert record.statistics.maximum == pytest.approx(maxima[0], abs=2e-3)
    assert {stored.source for stored in (*record.random, *record.first)} == {"written"}


@pytest.mark.parametrize("neuron", SAMPLE, ids=str)
def test_nothing_scored_was_fitted_on(dataset: Dataset, neuron: NeuronId) -> None:
    sets = evaluation_sets(dataset.neuron(neuron))
    seen = {r.document_id for name in ("train", "calibration") for r in sets[name].records}
    assert not seen & {r.document_id for r in sets["held_out"].records}
    assert {r.source for r in sets["held_out"].records} == {"written"}


@pytest.mark.parametrize("neuron", SAMPLE[::3], ids=str)
def test_stored_scores_are_those_of_the_stored_rule(dataset: Dataset, neuron: NeuronId) -> None:
    record = dataset.neuron(neuron)
    for explanation in dataset.explanations(neuron):
        simulator = simulator_for(explanation)
        for split in ("valid", "held_out"):
            records = evaluation_sets(record)[split].records
            true = np.concatenate([r.activations for r in records])
            simulated = np.concatenate([simulator.simulate(r.tokens).expected for r in records])
            stored = explanation.score(split=split)
            assert stored is not None
            expected = ev_correlation_score(true, simulated)
            assert stored.value == pytest.approx(expected, abs=1e-6, nan_ok=True)
            assert {b.name for b in stored.baselines} >= {"other neurons"}


def test_written_passages_come_apart_in_excerpts_of_their_own(dataset: Dataset) -> None:
    table = pq.read_table(next(FOLDER.glob("excerpts-*.parquet")), columns=["document_id", "source"])
    names = {
        name
        for name, source in zip(*map(list, (table[0].to_pylist(), table[1].to_pylist())), strict=True)
        if source == "written"
    }
    assert names <= {passage.id for passage in written()}
    assert len(names) > 150


def test_the_example_searches_of_readme_and_pages_find_neurons(dataset: Dataset) -> None:
    root = Path(__file__).parents[2]
    texts = [root / "README.md", *(root / "neuronview/ui" / name for name in ("overview_parts.py", "browse_filter.py"))]
    found = [
        re.search(r'neuronview search "([^"]+)"|words, such as: ([^;"]+)', path.read_text(encoding="utf-8"))
        for path in texts
    ]
    queries = [next(filter(None, match.groups())).strip() for match in found if match]
    assert len(queries) == len(texts)
    assert all(len(dataset.search(query)) > 3 for query in queries)


def test_every_neuron_has_its_shares_and_a_bigram_explains_no_less_than_its_token(dataset: Dataset) -> None:
    names = ["token_share", "bigram_share", "position_share", "share_tokens"]
    token, bigram, position, n = (column.to_numpy() for column in dataset.columns(names).columns)
    assert np.isfinite(np.stack([token, bigram, position])).all()
    assert (n > 200_000).all()
    assert (bigram > token - 0.01).all()
    assert ((position > -0.01) & (bigram < 1.01)).all()


def test_what_the_tour_says_is_stored_with_its_scores_and_no_more(dataset: Dataset) -> None:
    stops = load_tour(dataset.folder, fingerprint=dataset.manifest.model.fingerprint)
    rows = dataset.neurons(NeuronFilter(explainer=EXPLAINER), limit=100)
    stored = {(row.layer, row.neuron, row.explanation) for row in rows.itertuples()}
    assert stored == {(*stop.neuron, stop.says) for stop in stops}
    assert set(rows["state"]) == {"ok"}
    assert rows["corpus_score"].notna().all()
    assert EXPLAINER not in {reading.explainer for reading in readings(dataset)}


def test_the_badges_of_the_tour_are_what_its_scores_say(dataset: Dataset) -> None:
    for stop in load_tour(dataset.folder, fingerprint=dataset.manifest.model.fingerprint):
        told = next(entry for entry in dataset.explanations(stop.neuron) if entry.explainer == EXPLAINER)
        held_out, corpus = told.score(split="held_out"), told.score(split="corpus", subset="all")
        assert held_out is not None
        assert corpus is not None
        if stop.kind == "good":
            assert held_out.value >= 0.65, stop
            assert corpus.value >= 0.385, stop
        if stop.kind == "misleading":
            assert corpus.value < 0.4, stop


def test_the_tours_corpus_scores_are_those_of_the_dictionary_where_both_say_the_same(dataset: Dataset) -> None:
    same = 0
    for stop in load_tour(dataset.folder, fingerprint=dataset.manifest.model.fingerprint):
        by = {entry.explainer: entry for entry in dataset.explanations(stop.neuron)}
        ours, theirs = by[EXPLAINER], by["dictionary"]
        if (ours.rule or {}).get("expression") == (theirs.rule or {}).get("expression"):
            same += 1
            a, b = (entry.score(split="corpus", subset="all") for entry in (ours, theirs))
            assert a is not None
            assert b is not None
            assert a.value == pytest.approx(b.value, abs=1e-4)
    assert same >= 5
