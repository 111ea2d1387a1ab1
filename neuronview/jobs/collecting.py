"""Collect in shards on an engine: workers read the corpus, the driver adds up what they leave and writes the dataset.

What is written does not depend on the engine, the number of its workers, or which of them were lost. Shards that are
finished are not computed again when the driver is begun again with the same model, texts and sizes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from neuronview.collect import Document, FeatureFunction
from neuronview.collect.build import Collection
from neuronview.collect.expressions import PairProducts
from neuronview.collect.features import FeatureBits
from neuronview.collect.passes import BATCH_TOKENS, Visitor
from neuronview.collect.states import Stateful, load_arrays, merge_state, save_arrays, save_corpus, save_state
from neuronview.collect.statistics import PoolVisitor
from neuronview.errors import Cancelled
from neuronview.jobs.collecting_shards import GIVEN, JOB, LoadModel, Shard, Stage, compute, cut, facts_of
from neuronview.jobs.engines import Engine
from neuronview.store.alone import alone
from neuronview.store.write import write_json

__all__ = ["collecting_on"]

VERSION = 2
"""Of what workers leave: states of another one are not gone on with."""
EXCERPTS = 4096
"""Whose features a shard asks for, at the least."""
KEPT = 8
"""States that are added up before what they give is kept in their place: more take more of the disk."""


@contextmanager
def collecting_on(
    engine: Engine, *, load_model: LoadModel, device: str = "auto"
) -> Iterator[Callable[..., Collection]]:
    """A `kind` for `collect`, whose passes are computed on the engine; what workers leave goes when the block is over.

    It lies in collect's `work`, which all machines see under one path. It stays where the block is left by an error,
    and the same collection then goes on with it. `load_model`: a function of a module that gives, on every machine,
    from the name of collect's model, `device` and that model's `dtype`, that model.
    """
    with ExitStack() as stack:
        made: list[_Sharded] = []

        def kind(*given: Any) -> Collection:
            made.append(_Sharded(*given, engine=engine, load_model=load_model, device=device, stack=stack))
            return made[-1]

        stack.enter_context(engine.kept())
        try:
            yield kind
        except Cancelled as error:
            kept = [str(one.job) for one in made if one.job is not None]
            if not kept:
                raise
            raise Cancelled(
                f"Stopped. No dataset was written; the same command goes on with what is finished, in {kept[-1]}."
            ) from error
        for one in made:
            if one.job is not None:
                shutil.rmtree(one.job, ignore_errors=True)


class _Sharded(Collection):
    """A collection that reads the corpus by its engine."""

    def __init__(self, *given: Any, engine: Engine, load_model: LoadModel, device: str, stack: ExitStack) -> None:
        super().__init__(*given)
        self.sizes = replace(self.sizes, token_file=0)  # every state would hold it
        self._engine, self._load_model, self._device, self._stack = engine, load_model, device, stack
        self.job: Path | None = None

    def cut(self, documents: Iterable[Document], first_source: str | None, *, hold_out: bool) -> None:
        """Excerpts of the documents, laid out for the workers."""
        work, asked = self.work, asdict(self.sizes)
        work.mkdir(parents=True, exist_ok=True)
        self._stack.enter_context(alone(work))
        self.work = work / "cut"
        try:
            super().cut(documents, first_source, hold_out=hold_out)
            facts = self._facts(asked) | {"first_source": first_source, "hold_out": hold_out}
            job = work / f"shards-{_digest(facts)}"
            job.mkdir(exist_ok=True)
            self.job = job
            save_corpus(self.corpus, self.work)
            (job / "corpus").mkdir(exist_ok=True)
            for path in self.work.iterdir():  # a worker of before that still reads has the file that was there
                os.replace(path, job / "corpus" / path.name)
            write_json(job / JOB, facts | {"place": _place(self.model.name)})
        finally:
            shutil.rmtree(self.work, ignore_errors=True)
            self.work = work

    def read_features(self, features: FeatureFunction, names: Sequence[str]) -> None:
        """Features of every token, some excerpts a shard."""
        stage = self._stage("features", {"names": np.array(names), "function": _named(features)})
        ends = np.concatenate([[0], np.cumsum(self.corpus.lengths)])
        shards = cut(self.corpus.n_excerpts, least=EXCERPTS)
        self.report.begin("features", self.corpus.n_tokens)
        if not stage.bits.exists():
            half = stage.bits.with_suffix(".tmp")
            with half.open("wb") as stream:
                tokens = [int(ends[some.stop] - ends[some.start]) for some in shards]
                for number in self._finished(stage, shards, tokens, features=features):
                    stream.write(load_arrays(stage.state(number))["bits"].data)  # tofile is silent on a full disk
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(half, stage.bits)
            _remove(stage, range(len(shards)))
        self.bits = FeatureBits.read(names, stage.bits)
        self._features = stage.name

    def sample_pairs(self) -> None:
        """Which pairs of features are worth an exact sum: from a sample that is one shard."""
        if not self.has_pairs:
            return
        stage = self._stage("pairs", self._of_features())
        self.report.begin("pairs", 0)
        for number in self._finished(stage, [range(1)], [0]):
            pairs = load_arrays(stage.state(number))["pairs"]
            self.pairs = PairProducts(pairs, n_parts=self.n_parts)

    def read(
        self,
        visitor: Visitor,
        *,
        stage: str,
        among: NDArray[np.bool_] | None,
        given: Mapping[str, NDArray[Any]] | None = None,
    ) -> None:
        """Add up what the shards leave; what the first ones gave together is kept in their place."""
        here = self._stage(stage, self._given(among) | dict(given or {}))
        sizes = self._batch_tokens(among)
        shards = cut(len(sizes))
        tokens = [int(sizes[some.start : some.stop].sum()) for some in shards]
        self.report.begin(stage, int(sizes.sum()))
        start = max((number for number in range(len(shards) + 1) if _together(here, number).exists()), default=0)
        thing = cast(Stateful, visitor)
        if start:
            self._empty(visitor)
            merge_state(thing, _together(here, start))
        for number in self._finished(here, shards, tokens, start=start):
            merge_state(thing, here.state(number))
            if (number + 1) % KEPT == 0 or number + 1 == len(shards):
                save_state(thing, _together(here, number + 1))
                _remove(here, range(start, number + 1))
                _together(here, start).unlink(missing_ok=True)
                start = number + 1

    def _empty(self, visitor: Visitor) -> None:
        """What is kept of a pass that adds to statistics holds those of the pass before."""
        if isinstance(visitor, PoolVisitor) and visitor.statistics is not None:
            visitor.statistics = None
            del self.statistics
            self.begin()
            visitor.statistics = self.statistics

    def _finished(
        self,
        stage: Stage,
        shards: Sequence[range],
        tokens: Sequence[int],
        *,
        start: int = 0,
        features: FeatureFunction | None = None,
    ) -> Iterator[int]:
        """Numbers of the shards from `start` on, one after the other, each when its state is there."""
        left = [number for number in range(start, len(shards)) if not stage.state(number).exists()]
        here, said = start, set(left)

        def tell() -> None:
            ahead = (tokens[n] if stage.state(n).exists() else stage.done(n) for n in range(here, len(shards)))
            self.report.at(sum(tokens[:here]) + sum(ahead))

        work = (Shard(stage, number, shards[number], self._load_model, self._device, features) for number in left)
        results = self._engine.map(compute, work, tick=tell)
        with closing(cast(Any, results)):
            for here in range(start, len(shards)):
                tell()
                if here in said:
                    next(results)
                yield here
            if left:
                next(results, None)  # its end, after which workers may be kept

    # --- what the workers are given ------------------------------------------------------------------------------

    def _facts(self, sizes: dict[str, Any]) -> dict[str, Any]:
        """What makes this collection another than others, whose shards are not its own."""
        return {
            "version": VERSION,
            "model": facts_of(self.model),
            "corpus": self.corpus.hash,
            "sizes": sizes,
            "seed": self.seed,
            "device": self._device,
        }

    def _given(self, among: NDArray[np.bool_] | None) -> dict[str, NDArray[Any]]:
        """What a worker makes its empty statistics with, and which excerpts are read."""
        given: dict[str, NDArray[Any]] = {"bits": np.array(self.bits_of_records)} | self._of_features()
        if among is not None:
            given["among"] = among
        if self.pairs is not None:
            given["pairs"] = self.pairs.pairs
        return given

    def _of_features(self) -> dict[str, NDArray[Any]]:
        return {} if self.bits is None else {"names": np.array(self.bits.names), "features": np.array(self._features)}

    def _stage(self, kind: str, given: Mapping[str, NDArray[Any]]) -> Stage:
        """A stage, named by what it is given: what was computed from something else is another one's."""
        assert self.job is not None
        content = 0
        for name in sorted(given):
            told = f"{name} {given[name].dtype.str} {given[name].shape}".encode()
            content = zlib.crc32(np.ascontiguousarray(given[name]).data, zlib.crc32(told, content))
        stage = Stage(self.job, kind, f"{kind}-{content:08x}")
        stage.folder.mkdir(exist_ok=True)
        if not (stage.folder / GIVEN).exists():
            save_arrays(stage.folder / GIVEN, given)
        return stage

    def _batch_tokens(self, among: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Tokens of each batch that a pass over the corpus, or over the excerpts `among`, has."""
        batches = self.corpus.excerpts_of_batches(tokens=BATCH_TOKENS, among=among)
        return np.array([len(some) * self.corpus.lengths[some[0]] for some in batches], dtype=np.int64)


def _together(stage: Stage, n: int) -> Path:
    """What the first `n` shards gave together."""
    return stage.folder / f"first-{n:05}.npz"


def _remove(stage: Stage, numbers: range) -> None:
    for number in numbers:
        for path in stage.folder.glob(f"{number:05}.*"):
            path.unlink(missing_ok=True)


def _place(name: str) -> str:
    """A model's name as any working folder understands it."""
    folder = Path(name).expanduser()
    return str(folder.absolute()) if folder.exists() else name


def _named(function: Any) -> NDArray[Any]:
    return np.array(f"{function.__module__}.{function.__qualname__}")


def _digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]
