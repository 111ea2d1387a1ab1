"""A whole collection on a tiny model, held against plain numpy over every activation of the corpus."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow.parquet as pq
import pytest
import torch

from neuronview.collect import CollectResult, Document
from neuronview.model import SubjectModel, load
from neuronview.store.schema import TAIL_PROBABILITIES
from tests.model.tiny_gpt2 import END, save_tiny_gpt2
from tests.support.drawn_corpus import NAMES, collected_in, drawn_documents, drawn_features

torch.set_num_threads(1)


@dataclass
class Everything:
    """The collection's result and, beside it, every activation of the corpus."""

    result: CollectResult
    model: SubjectModel
    ids: list[list[int]]
    values: list[np.ndarray]  # by excerpt (tokens, layers * neurons)
    documents: list[Document]  # by excerpt

    def table(self, kind: str) -> list[dict]:
        files = sorted(self.result.folder.glob(f"{kind}-*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]

    def neurons(self) -> list[dict]:
        rows = [row for p in self.result.folder.glob("neurons-*.parquet") for row in pq.read_table(p).to_pylist()]
        return sorted(rows, key=lambda row: (row["layer"], row["neuron"]))

    @property
    def flat(self) -> np.ndarray:
        return np.concatenate(self.values).astype(np.float64)

    @property
    def maxima(self) -> np.ndarray:
        return np.stack([values.max(0) for values in self.values])

    @property
    def rest(self) -> np.ndarray:
        return np.concatenate(
            [np.full(len(ids), d.source != "written") for ids, d in zip(self.ids, self.documents, strict=True)]
        )

    def held(self) -> np.ndarray:
        strings = self.model.vocabulary()
        return np.concatenate([drawn_features([strings[i] for i in ids]) for ids in self.ids], axis=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SubjectModel:
    return load(save_tiny_gpt2(tmp_path_factory.mktemp("model")), device="cpu")


@pytest.fixture(scope="module")
def everything(model: SubjectModel, tmp_path_factory: pytest.TempPathFactory) -> Everything:
    result = collected_in(model, tmp_path_factory.mktemp("collected"))
    ids, owners = [], []
    for document in drawn_documents():
        tokens = [token.id for token in model.tokenize(document.text)]
        pieces = [tokens[k : k + 64] for k in range(0, len(tokens), 64)]
        pieces = [piece for piece in pieces if len(piece) >= 16]
        ids += pieces
        owners += [document] * len(pieces)
    values = [np.concatenate(list(model.all_activations(piece)), axis=1) for piece in ids]
    return Everything(result, model, ids, values, owners)


def test_excerpts_are_pieces_of_64_tokens_and_a_last_one_of_16_or_more(everything: Everything) -> None:
    corpus = everything.result.corpus
    assert [corpus.token_ids(e).tolist() for e in range(corpus.n_excerpts)] == everything.ids
    assert len({len(ids) for ids in everything.ids}) > 5


def test_moments_equal_plain_formulas(everything: Everything) -> None:
    flat, rows = everything.flat, everything.neurons()
    centred = flat - flat.mean(0)
    variance = (centred**2).mean(0)
    assert {row["count"] for row in rows} == {len(flat)}
    assert {row["n_excerpts"] for row in rows} == {len(everything.ids)}
    for name, expected in (
        ("mean", flat.mean(0)),
        ("variance", variance),
        ("skewness", (centred**3).mean(0) / variance**1.5),
        ("kurtosis", (centred**4).mean(0) / variance**2),
        ("minimum", flat.min(0)),
        ("maximum", flat.max(0)),
        ("share_positive", (flat > 0).mean(0)),
    ):
        np.testing.assert_allclose([row[name] for row in rows], expected, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("column", ["tail_values", "tail_max_values"])
def test_stored_tails_are_exceeded_as_often_as_they_say(everything: Everything, column: str) -> None:
    data = everything.flat if column == "tail_values" else everything.maxima
    for row, values in zip(everything.neurons(), data.T, strict=True):
        for probability, value in zip(TAIL_PROBABILITIES, row[column], strict=True):
            if probability * len(values) < 1:
                assert np.isnan(value)
                continue
            # "At least" and "more than": a value may be one of the data, and is stored in 11 bits.
            near = 2e-5 + abs(value) * 2.0**-11
            assert (values > value + near).mean() <= probability * 1.1 + 3 / len(values)
            assert (values >= value - near).mean() >= probability * 0.9 - 3 / len(values)


def test_histogram_counts_every_value_where_it_lies(everything: Everything) -> None:
    for row, values in zip(everything.neurons(), everything.flat.T, strict=True):
        exact = np.histogram(values, bins=48, range=(row["minimum"], row["maximum"]))[0]
        stored = np.array(row["histogram"])
        assert stored.sum() == len(values)
        assert np.abs(stored.cumsum() - exact.cumsum()).max() < 0.06 * len(values)


def near_duplicates(everything: Everything, a: int, b: int) -> bool:
    one, other = everything.documents[a], everything.documents[b]
    if (one.template or one.id) == (other.template or other.id):
        return True
    return bool(runs_of(everything.ids[a]) & runs_of(everything.ids[b]))


def runs_of(ids: list[int]) -> set[tuple[int, ...]]:
    return {tuple(ids[k : k + 8]) for k in range(len(ids) - 7)}


def brute_force_top(everything: Everything, neuron: int, *, n: int, only: str | None = None) -> list[int]:
    maxima = everything.maxima[:, neuron]
    order = sorted(range(len(maxima)), key=lambda e: (-maxima[e], e))
    if only:
        rest = [e for e in order if everything.documents[e].source != only]
        runs = set().union(*(runs_of(everything.ids[e]) for e in rest))
        apart = [e for e in order if everything.documents[e].source == only]
        order = [e for e in apart if runs.isdisjoint(runs_of(everything.ids[e]))]
        assert 4 < len(order) < len(apart)
    kept: list[int] = []
    templates: Counter[str] = Counter()
    for e in order:
        # Two of a template are offered at all; of those, nobody gets a second near-duplicate.
        name = everything.documents[e].template or everything.documents[e].id
        templates[name] += 1
        chosen = [*kept, e]
        alike = [sum(near_duplicates(everything, a, b) for b in chosen if b != a) for a in chosen]
        if templates[name] <= 2 and max(alike) <= 1:
            kept.append(e)
        if len(kept) == n:
            break
    return kept


@pytest.mark.parametrize(("group", "n", "only"), [("top", 6, None), ("first", 4, "written")])
def test_best_excerpts_equal_brute_force_with_the_duplicate_rule(
    everything: Everything, group: str, n: int, only: str | None
) -> None:
    records = [row for row in everything.table("records") if row["group"] == group]
    for neuron in range(0, 256, 7):
        mine = [r for r in records if r["layer"] * 128 + r["neuron"] == neuron]
        mine.sort(key=lambda r: r["rank"])
        assert [r["excerpt_id"] for r in mine] == brute_force_top(everything, neuron, n=n, only=only)


def test_records_hold_the_activations_of_their_excerpts(everything: Everything) -> None:
    for row in everything.table("records"):
        expected = everything.values[row["excerpt_id"]][:, row["layer"] * 128 + row["neuron"]]
        np.testing.assert_allclose(row["activations"], expected, rtol=2**-10, atol=1e-4)


def test_random_records_are_of_the_first_source_and_never_a_best_one(everything: Everything) -> None:
    rows = everything.table("records")
    best = {(r["layer"], r["neuron"], r["excerpt_id"]) for r in rows if r["group"] in ("top", "first")}
    chosen = [r for r in rows if r["group"] == "random"]
    assert len(chosen) == 256 * 5
    for row in chosen:
        assert (row["layer"], row["neuron"], row["excerpt_id"]) not in best
        assert everything.documents[row["excerpt_id"]].source == "written"
        assert len(row["activations"]) >= 32


def test_quantile_records_lie_between_the_stored_boundaries(everything: Everything) -> None:
    neurons = everything.neurons()
    records = everything.table("records")
    seen: Counter[str] = Counter(r["group"] for r in records)
    for row in records:
        if row["group"].startswith("quantile"):
            group = int(row["group"][-1])
            place = row["layer"] * 128 + row["neuron"]
            limits = [-np.inf, *neurons[place]["quantile_boundaries"]]
            highest = everything.maxima[row["excerpt_id"], place]
            assert highest >= limits[group] - 1e-5
            assert not highest > limits[group + 1] + 1e-5
    assert seen["quantile_0"] == seen["quantile_1"] == 256 * 3


def test_quantile_boundaries_divide_the_excerpts(everything: Everything) -> None:
    for row, maxima in zip(everything.neurons(), everything.maxima.T, strict=True):
        for share, boundary in zip((0.5, 0.9), row["quantile_boundaries"], strict=False):
            assert abs((maxima < boundary).mean() - share) < 0.1 * (1 - share) + 3 / len(maxima)


def test_feature_correlations_equal_corrcoef(everything: Everything) -> None:
    held, flat = everything.held().astype(float), everything.flat
    for statistics, rows in (
        (everything.result.features, np.ones(len(flat), bool)),
        (everything.result.features_rest, everything.rest),
    ):
        found = statistics.correlations().reshape(len(NAMES), -1)
        for k, name in enumerate(NAMES):
            if name == "never":
                assert np.isnan(found[k]).all()
                continue
            expected = [np.corrcoef(held[k][rows], column[rows])[0, 1] for column in flat.T[::11]]
            np.testing.assert_allclose(found[k, ::11], expected, atol=1e-4)
    first = everything.neurons()[0]["features"][0]
    assert first["correlation"] == pytest.approx(
        np.corrcoef(held[NAMES.index(first["feature"])], flat[:, 0])[0, 1], abs=1e-4
    )


def test_unions_and_intersections_are_exact_over_the_corpus(everything: Everything) -> None:
    held, flat, rest = everything.held(), everything.flat, everything.rest
    kinds: Counter[str] = Counter()
    for place in range(0, 256, 5):
        for expression in everything.result.expressions[place // 128][place % 128]:
            rows = [held[NAMES.index(name)] for name in expression.names]
            combined = np.logical_or.reduce(rows) if expression.kind == "any" else np.logical_and.reduce(rows)
            kinds[expression.kind] += 1
            whole = np.corrcoef(combined, flat[:, place])[0, 1]
            assert expression.correlation == pytest.approx(whole, abs=1e-4)
            part = np.corrcoef(combined[rest], flat[rest, place])[0, 1]
            assert expression.correlation_rest == pytest.approx(part, abs=1e-4)
            for mean, where in ((expression.mean_on, combined & rest), (expression.mean_off, ~combined & rest)):
                expected = flat[where, place].mean() if where.any() else np.nan
                assert mean == pytest.approx(expected, abs=1e-4, nan_ok=True)
    assert min(kinds["feature"], kinds["any"], kinds["all"]) > 20


def test_the_best_pair_is_found(everything: Everything) -> None:
    held, flat = everything.held()[:, everything.rest], everything.flat[everything.rest]
    for place in range(0, 256, 31):
        candidates = list(held)
        for i in range(5):
            for j in range(i):
                candidates += [held[i] | held[j], held[i] & held[j]]
        strengths = [np.corrcoef(c, flat[:, place])[0, 1] for c in candidates if 0 < c.mean() < 1]
        best = everything.result.expressions[place // 128][place % 128][0]
        assert best.correlation_rest == pytest.approx(max(strengths), abs=1e-4)


def test_token_means_equal_a_loop(everything: Everything) -> None:
    tokens = np.concatenate(everything.ids)
    flat = everything.flat
    frequent = [t for t, n in Counter(tokens.tolist()).items() if n >= 20]
    means = {t: flat[tokens == t].mean(0) for t in frequent}
    for place, row in enumerate(everything.neurons()):
        listed = row["top_tokens"]
        assert len(listed) == min(20, len(frequent))
        best = sorted((float(mean[place]) for mean in means.values()), reverse=True)[: len(listed)]
        np.testing.assert_allclose([entry["mean"] for entry in listed], best, atol=1e-4)
        for entry in listed[:3]:
            assert entry["count"] == int((tokens == entry["token_id"]).sum())
            assert entry["token"] == everything.model.vocabulary()[entry["token_id"]]


def test_token_means_of_the_rest_leave_the_first_source_out(everything: Everything) -> None:
    result, tokens = everything.result, np.concatenate(everything.ids)
    stored = np.load(result.token_means_rest)
    assert sorted(set(tokens.tolist())) == result.token_ids.tolist()
    for row, token in enumerate(result.token_ids):
        here = (tokens == token) & everything.rest
        assert result.token_counts_rest[row] == here.sum()
        expected = everything.flat[here].mean(0) if here.any() else np.full(256, np.nan)
        np.testing.assert_allclose(stored[row], expected, atol=1e-4)


def test_the_leading_token_is_in_no_count(everything: Everything) -> None:
    vocabulary = everything.table("vocabulary")
    assert [row["count"] for row in vocabulary if row["token"] == END] == [0]
    assert sum(row["count"] for row in vocabulary) == len(everything.flat)


def test_only_excerpts_of_records_are_stored_and_say_where_they_are_from(everything: Everything) -> None:
    rows = everything.table("excerpts")
    assert {r["excerpt_id"] for r in rows} == {r["excerpt_id"] for r in everything.table("records")}
    for row in rows:
        document = everything.documents[row["excerpt_id"]]
        assert row["token_ids"] == everything.ids[row["excerpt_id"]]
        assert (row["document_id"], row["source"], row["template"]) == (
            document.id,
            document.source,
            document.template,
        )


def test_the_manifest_names_model_corpus_and_versions(everything: Everything) -> None:
    manifest = orjson.loads((everything.result.folder / "dataset.json").read_bytes())
    assert manifest["model"]["fingerprint"] == everything.model.fingerprint
    assert manifest["leading_token"] == {"token": END, "in_statistics": False}
    assert manifest["corpus"]["n_tokens"] == len(everything.flat)
    assert sum(s["tokens"] for s in manifest["corpus"]["sources"].values()) == len(everything.flat)
    assert manifest["first_source"] == "written"
    assert set(manifest["versions"]) == {"python", "torch", "transformers", "numpy"}


def checksums(folder: Path) -> list[str]:
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.parquet"))


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    everything: Everything, model: SubjectModel, tmp_path: Path
) -> None:
    again = collected_in(model, tmp_path / "again")
    other = collected_in(model, tmp_path / "other", seed=4)
    assert checksums(again.folder) == checksums(everything.result.folder)
    assert checksums(other.folder) != checksums(everything.result.folder)


def test_without_a_held_out_part_and_features_random_is_over_the_whole_corpus(
    model: SubjectModel, tmp_path: Path
) -> None:
    result = collected_in(model, tmp_path, first_source=None, hold_out=False, features=None)
    rows = [row for file in result.folder.glob("records-*.parquet") for row in pq.read_table(file).to_pylist()]
    sources = [result.corpus.document_sources[result.corpus.documents[r["excerpt_id"]]] for r in rows]
    assert "first" not in {row["group"] for row in rows}
    assert {s for s, r in zip(sources, rows, strict=True) if r["group"] == "random"} == {"written", "generated"}
    assert result.features is None
    assert result.expressions is None
