"""From a model and documents to a dataset: cut, one pass, tables, manifest.

The corpus is read once. Excerpts drawn by chance, which quantile groups are chosen from, come last: by then it is known
where the groups lie. In a small corpus, which they are most of, they are read a second time instead.

Everything is computed before the first file of the dataset is written, and the manifest comes last: a run that
fails or is stopped leaves no dataset. Memory is bounded by the model's neurons; the corpus stays on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronview.collect.against_float32 import FIELD, FULL, against_float32, in_float32
from neuronview.collect.candidates import Candidates, pick
from neuronview.collect.corpus import Corpus, Document, cut_documents
from neuronview.collect.cutting import Cutting
from neuronview.collect.describe import describe
from neuronview.collect.expressions import Expression, PairProducts, PairSample, rank_expressions
from neuronview.collect.features import FeatureBits, FeatureFunction, FeatureStatistics
from neuronview.collect.layers import ChosenLayers
from neuronview.collect.outside import room_outside
from neuronview.collect.passes import Progress, Reporter, Visitor, release_memory, reuse_memory, run_over
from neuronview.collect.records import Group, QuantileRecords, RandomRecords, draw_random, more_than_needed, padded
from neuronview.collect.shares import SAMPLE, ShareSums, draw_sample, shares_tables
from neuronview.collect.sizes import Sizes
from neuronview.collect.statistics import FeatureVisitor, PoolVisitor, SampleVisitor, StatisticsVisitor
from neuronview.collect.tables import (
    TopLists,
    excerpts_table,
    layer_table,
    quantile_boundaries,
    records_tables,
    vocabulary_table,
)
from neuronview.collect.tokens import TokenMeans
from neuronview.errors import DatasetError
from neuronview.model import SubjectModel
from neuronview.store.write import MANIFEST, Part, commit_parts, write_manifest, write_part

__all__ = ["CollectResult", "Collection", "Sizes", "collect"]

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]
LARGEST_FLOAT16 = 65504.0
LEAST_TOKEN_MEMORY = 1 << 27
MEMORY, MEMORY_OF_A_NEURON = 1_500_000_000, 40_000
"""Bytes that a collection should take, and what all but token means takes of them for a neuron."""
READ_ONCE = 3000
"""Excerpts from which on a corpus is read only once: a third of it is pool enough for the quantile groups."""


@dataclass(frozen=True, eq=False)
class CollectResult:
    """What later steps need besides the dataset itself. "Rest": the corpus without what is held out."""

    folder: Path
    corpus: Corpus
    n_records: int
    n_bytes: int
    features: FeatureStatistics | None
    features_rest: FeatureStatistics | None
    expressions: list[list[list[Expression]]] | None
    """By layer and neuron, best first."""
    token_ids: Int64
    """Ids of the rows of the token means: every token that occurs, or the most frequent ones that fit."""
    token_counts: Int64
    token_counts_rest: Int64
    token_means: Path
    token_means_rest: Path
    """.npy files (tokens, layers * neurons) of 32-bit floats; nan where a token does not occur there."""


def collect(
    model: SubjectModel,
    documents: Iterable[Document],
    out: Path,
    *,
    work: Path,
    name: str | None = None,
    features: FeatureFunction | None = None,
    feature_names: Sequence[str] = (),
    first_source: str | None = None,
    hold_out: bool = True,
    seed: int = 0,
    sizes: Sizes | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    kind: Callable[..., Collection] | None = None,
) -> CollectResult:
    """Run the model over the documents and write a dataset of every MLP neuron to `out`.

    `work` is a folder for large intermediate files. `features` gives, for an excerpt's token strings, one row a
    name of `feature_names`. Held out of all fitting is the `first_source`; without one, unless `hold_out` is False or
    the corpus too small, about a tenth of the documents. Random records are of that part only, and the group `first`
    holds its best excerpts. `should_stop` is asked between batches.
    `kind` makes a Collection that reads the corpus elsewhere.

    Raises DatasetError when `out` already holds a dataset, BadInput for a corpus or features that cannot be used,
    Cancelled when stopped.
    """
    if (out / MANIFEST).exists() or (out / "commits").exists():
        raise DatasetError(f"{out} already holds a dataset. Choose another folder, or remove that one first.")
    reuse_memory()
    collection = (kind or Collection)(model, work, sizes or Sizes(), seed, Reporter(progress, should_stop))
    collection.cut(documents, first_source, hold_out=hold_out)
    if features is not None and len(feature_names):
        collection.read_features(features, feature_names)
    collection.sample_pairs()
    collection.begin()
    collection.run()
    if collection.needs_more_bits():
        collection.begin()
        collection.run()
    return collection.write(out, name=name or out.name, first_source=first_source)


class Collection:
    """State that goes from one step to the next."""

    features: FeatureStatistics | None
    features_rest: FeatureStatistics | None

    def __init__(self, model: SubjectModel, work: Path, sizes: Sizes, seed: int, report: Reporter) -> None:
        self.model, self.work, self.sizes, self.seed, self.report = model, work, sizes, seed, report
        self.layers = ChosenLayers(model, self.sizes.layers)
        self.vocabulary = model.vocabulary()
        self.bits: FeatureBits | None = None
        self.pairs: PairProducts | None = None
        self.bits_of_records = sizes.activation_bits
        left = MEMORY - MEMORY_OF_A_NEURON * self.layers.n_layers * self.layers.n_neurons
        self.sizes = replace(sizes, token_memory=min(sizes.token_memory, max(left, LEAST_TOKEN_MEMORY)))

    def cut(self, documents: Iterable[Document], first_source: str | None, *, hold_out: bool) -> None:
        """Excerpts of the documents."""
        cutting = Cutting(self.report, most=self.sizes.most_excerpts)
        cut = cut_documents(
            cutting.reading(documents),
            self.model.tokenizer,
            self.work,
            vocabulary_size=self.model.vocabulary_size,
            excerpt_tokens=min(self.sizes.excerpt_tokens, self.model.max_tokens),
            first_source=first_source,
            held_out_seed=self.seed if hold_out else None,
            most_excerpts=self.sizes.most_excerpts,
            on_excerpts=cutting.have,
        )
        self.take(cut)

    def take(self, corpus: Corpus) -> None:
        """Let these be the excerpts."""
        self.corpus = corpus
        self.n_parts = 2 if self.corpus.parts.any() else 1
        if self.sizes.quantile_pool and self.corpus.n_excerpts >= READ_ONCE:
            pool = min(self.sizes.quantile_pool, self.corpus.n_excerpts // 3)
            self.sizes = replace(self.sizes, quantile_pool=pool)
        # Sums, and means twice, which with one part of the corpus are as large: half of what is free.
        self.sizes = replace(self.sizes, token_file=min(self.sizes.token_file, room_outside(self.work) // 6))

    def read_features(self, features: FeatureFunction, names: Sequence[str]) -> None:
        """Features of every token."""
        self.report.begin("features", self.corpus.n_tokens)
        self.bits = FeatureBits.compute(
            self.corpus, self.vocabulary, features, names=names, work=self.work, on_excerpt=self.report.at
        )

    @property
    def has_pairs(self) -> bool:
        """Whether there are pairs of features to look for."""
        return self.bits is not None and len(self.bits.names) > 1 and self.sizes.pairs > 0

    def sample_pairs(self) -> None:
        """Which pairs of features are worth an exact sum, from a sample of the corpus without what is held out."""
        if not self.has_pairs:
            return
        assert self.bits is not None
        layers, sample = self.layers, self._sample()
        found = FeatureVisitor(self.bits, n_layers=layers.n_layers, n_neurons=layers.n_neurons)
        run_over(layers, self.corpus, found, stage="features alone", report=self.report, among=sample)
        statistics = found.statistics()
        best = []
        for layer in range(layers.n_layers):
            strength = np.nan_to_num(statistics.layer(layer).correlations()[:, 0].T, nan=-2.0)
            best.append(np.argsort(-strength, axis=1, kind="stable")[:, : self.sizes.pair_features])
        visitor = SampleVisitor(self.bits, PairSample(np.stack(best), len(self.bits.names)))
        run_over(layers, self.corpus, visitor, stage="pairs", report=self.report, among=sample)
        self.pairs = PairProducts(visitor.sample.best_pairs(n=self.sizes.pairs), n_parts=self.n_parts)

    def begin(self) -> None:
        """Empty statistics, and which random excerpts each neuron gets."""
        release_memory()
        layers, corpus, sizes = self.layers, self.corpus, self.sizes
        n_neurons = layers.n_layers * layers.n_neurons
        self.shape = {"width": int(corpus.lengths.max()), "bits": self.bits_of_records}
        pool = np.arange(corpus.n_excerpts)
        if self.n_parts == 2:
            pool = pool[corpus.is_apart & (corpus.lengths >= sizes.shortest_random)]
        n_random = more_than_needed(sizes.random, pool=len(pool), others=sizes.top + sizes.first)
        drawn = draw_random(pool, [np.empty(0, dtype=np.int64)] * n_neurons, n=n_random, seed=self.seed)
        has_first = corpus.is_apart.any()
        self.statistics = StatisticsVisitor(
            corpus,
            n_layers=layers.n_layers,
            n_neurons=layers.n_neurons,
            n_parts=self.n_parts,
            tokens=TokenMeans(
                corpus.token_counts,
                n_neurons,
                n_layers=layers.n_layers,
                n_parts=self.n_parts,
                min_count=1,
                memory_bytes=sizes.token_memory,
                file_bytes=sizes.token_file,
                work=self.work,
            ),
            features=self.bits,
            pairs=None if self.pairs is None else PairProducts(self.pairs.pairs, n_parts=self.n_parts),
            shares=ShareSums(
                corpus,
                self._drawn() if sizes.shares else np.zeros(corpus.n_excerpts, dtype=bool),
                n_layers=layers.n_layers,
                n_neurons=layers.n_neurons,
                seed=self.seed,
            ),
            top=Candidates(n_neurons, keep=sizes.top_candidates, **self.shape),
            first=Candidates(n_neurons, keep=sizes.first_candidates if has_first else 1, **self.shape),
            random=RandomRecords(drawn, n_neurons=layers.n_neurons, work=self.work, **self.shape),
            work=self.work,
        )

    def run(self) -> None:
        """Statistics of every neuron and activations of its records."""
        corpus, sizes = self.corpus, self.sizes
        pool = self._drawn(sizes.quantile_pool or corpus.n_excerpts)
        is_last = 3 * pool.sum() <= corpus.n_excerpts
        self.read(self.statistics, stage="statistics", among=~pool if is_last else None)
        if is_last:
            best = [
                self.statistics.top.ordered()[1][:, : sizes.top],
                self.statistics.first.ordered()[1][:, : sizes.first],
            ]
        else:
            self._choose()
            best = [padded(self.top), padded(self.first), padded(self.random.picks)]
        excluded = [*best, self.statistics.random.excerpts] if is_last else best
        given = {"boundaries": self._boundaries(), "excluded": np.concatenate(excluded, axis=1)}
        visitor = self.pool_visitor(**given, counts=is_last)
        self.read(visitor, stage="records", among=pool, given=given | {"counts": np.array(is_last)})
        if is_last:
            self._choose()
        chosen = [self._group("first", self.first), self._group("top", self.top), self.random]
        others = [np.concatenate(rows) for rows in zip(*(group.picks for group in chosen), strict=True)]
        self.boundaries = np.split(self._boundaries(), self.layers.n_layers)
        self.groups = [*chosen, *visitor.quantiles.groups(np.concatenate(self.boundaries), others)]
        self.features, self.features_rest = self.statistics.end()

    def read(
        self,
        visitor: Visitor,
        *,
        stage: str,
        among: NDArray[np.bool_] | None,
        given: Mapping[str, NDArray[Any]] | None = None,
    ) -> None:
        """Show the corpus, or the excerpts `among`, to a visitor; `given` is what it was made with."""
        run_over(self.layers, self.corpus, visitor, stage=stage, report=self.report, among=among)

    def pool_visitor(self, boundaries: Float32, excluded: NDArray[np.int32], *, counts: bool) -> PoolVisitor:
        """What chooses for the quantile groups; `counts`: and adds to the statistics what it sees."""
        quantiles = QuantileRecords(
            boundaries,
            excluded,
            n_neurons=self.layers.n_neurons,
            keep=self.sizes.quantile,
            seed=self.seed,
            **self.shape,
        )
        return PoolVisitor(quantiles, self.statistics if counts else None)

    def needs_more_bits(self) -> bool:
        """Whether 16 bits could not hold the largest value; from then on there are 32."""
        largest = max(float(np.abs(layer.largest.values[:, 0]).max()) for layer in self.statistics.layers)
        found = self.bits_of_records == 16 and largest >= LARGEST_FLOAT16
        self.bits_of_records = 32 if found else self.bits_of_records
        return found

    def _boundaries(self) -> Float32:
        return np.concatenate([quantile_boundaries(layer) for layer in self.statistics.layers])

    def _choose(self) -> None:
        """Which excerpts are each neuron's best, now that all were seen, and its random ones."""
        statistics, corpus, sizes = self.statistics, self.corpus, self.sizes
        self.top = pick(statistics.top, corpus.token_ids, corpus.templates, n=sizes.top)
        self.first = pick(statistics.first, corpus.token_ids, corpus.templates, n=sizes.first)
        best = [np.union1d(top, first) for top, first in zip(self.top, self.first, strict=True)]
        self.random = statistics.random.group(best, n=sizes.random)

    def _group(self, name: str, picks: list[Int64]) -> Group:
        candidates = self.statistics.top if name == "top" else self.statistics.first
        return Group(name, picks, candidates.excerpts, candidates.activations.__getitem__)

    def write(self, out: Path, *, name: str, first_source: str | None) -> CollectResult:
        """The dataset's files, the manifest last; what was written is removed when something fails."""
        bits, step = self.bits_of_records, self.sizes.activation_step
        cost = self._cost()
        n_shares = int(self.statistics.shares.n_tokens > 0)
        self.report.begin("write", n_shares + 2 * self.layers.n_layers + 2, "parts")  # as `_tables` has them
        release_memory()
        token_means = [self.work / "token_means.npy", self.work / "token_means_rest.npy"]
        parts: list[Part] = []
        written: list[Path] = []
        try:
            for kind, table in self._tables(*token_means):
                parts.append(write_part(out, kind, table, activation_bits=bits, bulk=kind == "records" and not step))
                written.append(out / parts[-1].file)
                self.report.at(len(parts))
            n_records = sum(part.rows for part in parts if part.kind == "records")
            commit = commit_parts(out, parts, label="collect")
            written.append(out / "commits" / f"{commit}.json")
            write_manifest(out, self._manifest(out, name, first_source) | {"n_records": n_records} | cost)
        except BaseException:
            for path in reversed(written):  # the commit first: without it no reader misses the parts
                path.unlink(missing_ok=True)
            raise
        return CollectResult(
            folder=out,
            corpus=self.corpus,
            n_records=n_records,
            n_bytes=sum(part.bytes for part in parts),
            features=self.features,
            features_rest=self.features_rest,
            expressions=self._expressions(),
            token_ids=self.statistics.tokens.token_ids,
            token_counts=self.statistics.tokens.counts.sum(0),
            token_counts_rest=self.statistics.tokens.counts[0],
            token_means=token_means[0],
            token_means_rest=token_means[1],
        )

    def _tables(self, token_means: Path, token_means_rest: Path) -> Iterator[tuple[str, Any]]:
        """All tables by kind; what takes much memory is let go of as soon as it is written. Saves token means."""
        corpus, layers, tokens = self.corpus, self.layers.numbers, self.statistics.tokens
        referenced = np.zeros(corpus.n_excerpts, dtype=bool)
        for group in self.groups:
            referenced[np.concatenate(group.picks)] = True
        for table in shares_tables(self.statistics.shares, layers):
            yield "shares", table
        del self.statistics.shares
        for path, part in ((token_means, None), (token_means_rest, 0)):
            tokens.save_means(path, part)
        tokens.drop_sums()
        for table in records_tables(
            self.groups, corpus, layers=layers, bits=self.bits_of_records, step=self.sizes.activation_step
        ):
            yield "records", table
        del self.groups, self.random
        release_memory()
        for table in self._neuron_tables(token_means):
            yield "neurons", table
        yield "excerpts", excerpts_table(corpus, np.flatnonzero(referenced))
        yield "vocabulary", vocabulary_table(self.vocabulary, corpus.token_counts)

    def _cost(self) -> dict[str, Any]:
        """What the model's number format costs, as the manifest says it; empty for 32-bit floats."""
        if self.model.dtype == FULL:
            return {}
        self.report.begin("the same in float32", 0)
        maxima = np.stack([layer.largest.values[:, 0] for layer in self.statistics.layers])
        exact, numbers = in_float32(self.model), self.layers.numbers
        return {FIELD: against_float32(self.groups, maxima, self.corpus, numbers, exact, seed=self.seed)}

    def _sample(self) -> NDArray[np.bool_]:
        """A seeded choice of excerpts that are not held out, of about as many tokens as asked for."""
        rest = np.random.default_rng([self.seed, 2]).permutation(np.flatnonzero(self.corpus.parts == 0))
        before = np.cumsum(self.corpus.lengths[rest]) - self.corpus.lengths[rest]
        among = np.zeros(self.corpus.n_excerpts, dtype=bool)
        among[rest[before < self.sizes.sample_tokens]] = True
        return among

    def _drawn(self, size: int = SAMPLE) -> NDArray[np.bool_]:
        return draw_sample(self.corpus.n_excerpts, seed=self.seed, size=size)

    def _neuron_tables(self, token_means: Path) -> Iterator[Any]:
        tokens, width = self.statistics.tokens, self.model.n_neurons
        frequent = np.flatnonzero(tokens.counts.sum(0) >= self.sizes.min_token_count)
        for place, layer in enumerate(self.statistics.layers):
            mine = tokens.means_of(token_means, place, frequent)
            rows = tokens.top(mine, n=self.sizes.top_tokens)
            lists = TopLists(
                [self._token_list(frequent[some], mine[some, neuron]) for neuron, some in enumerate(rows)],
                [[]] * width if self.features is None else self._feature_lists(self.features.layer(place)),
            )
            yield layer_table(
                layer, self.layers.numbers[place], self.boundaries[place], lists, bins=self.sizes.histogram_bins
            )

    def _token_list(self, rows: Int64, means: Float32) -> list[dict[str, Any]]:
        tokens = self.statistics.tokens
        counts = tokens.counts.sum(0)
        return [
            {
                "token": self.vocabulary[tokens.token_ids[row]],
                "token_id": int(tokens.token_ids[row]),
                "mean": float(mean),
                "count": int(counts[row]),
            }
            for row, mean in zip(rows, means, strict=True)
        ]

    def _feature_lists(self, statistics: FeatureStatistics) -> list[list[dict[str, Any]]]:
        """For each neuron of a layer its best features."""
        names, correlations = statistics.names, statistics.correlations()[:, 0]
        best = np.argsort(-np.nan_to_num(np.abs(correlations), nan=-1.0), axis=0, kind="stable")
        return [
            [
                {"feature": names[k], "correlation": float(correlations[k, neuron])}
                for k in column[: self.sizes.features]
                if np.isfinite(correlations[k, neuron])
            ]
            for neuron, column in enumerate(best.T)
        ]

    def _expressions(self) -> list[list[list[Expression]]] | None:
        if self.features is None or self.features_rest is None:
            return None
        pairs = self.statistics.pairs
        return rank_expressions(self.features, self.features_rest, pairs, n=self.sizes.expressions)

    def _manifest(self, out: Path, name: str, first_source: str | None) -> dict[str, Any]:
        tokens = self.statistics.tokens
        return {"name": name, **describe(self.model, self.corpus, out, first_source=first_source, seed=self.seed)} | {
            "sizes": asdict(self.sizes),
            "activation_bits": self.bits_of_records,
            "activation_step": self.sizes.activation_step,
            "token_means_complete": tokens.is_complete,
            "token_means": {"tokens": len(tokens.token_ids), "of": int(np.count_nonzero(self.corpus.token_counts))},
        }
