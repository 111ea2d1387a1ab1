"""Collecting pass by pass: a dataset of a thousand excerpts soon, then one of four times as many in its place.

Each pass is a whole collection, and replaces the one before as a whole. A pass that is stopped is done again; those
that are finished are not.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronview.cli.folders import STAGE, clear_stages
from neuronview.errors import BadInput, Cancelled, DatasetError
from neuronview.store import compact
from neuronview.store.alone import alone
from neuronview.store.manifest import read_manifest
from neuronview.store.write import MANIFEST

if TYPE_CHECKING:
    from neuronview.collect import CollectResult, Document, Progress, Sizes
    from neuronview.model import SubjectModel

__all__ = ["Passes", "collect_in_passes", "embedded_documents", "pass_sizes", "shuffled"]

FIRST, FACTOR = 1_000, 4
CORPUS_SEED = 2


@dataclass(frozen=True)
class Passes:
    """What every pass has in common."""

    subject: SubjectModel
    documents: Callable[[], Iterable[Document]]
    """The corpus from its beginning, in the same order each time."""
    corpus: str
    """What it is, in words: another one is another dataset."""
    name: str
    sizes: Sizes
    seed: int

    def identity(self) -> Mapping[str, Any]:
        """What has to be the same for a dataset to be gone on with."""
        layers = self.sizes.layers
        return {
            "model": self.subject.fingerprint,
            "corpus": self.corpus,
            "layers": None if layers is None else list(layers),
            "excerpt_tokens": self.sizes.excerpt_tokens,
            "seed": self.seed,
            "dtype": self.subject.dtype,
        }


def pass_sizes(most: int) -> list[int]:
    """Excerpts of each pass: a thousand, four times as many, and so on to `most`."""
    sizes = [FIRST]
    while sizes[-1] * FACTOR < most:
        sizes.append(sizes[-1] * FACTOR)
    return [*sizes, most] if most > sizes[-1] else [*sizes[:-1], min(most, sizes[-1])]


def collect_in_passes(
    passes: Passes,
    out: Path,
    *,
    most: int,
    finish: Callable[[CollectResult], object] | None,
    progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> CollectResult | None:
    """Collect to `out` in passes of up to `most` excerpts (0: all); None when all were done before.

    `finish` is called with the last pass before it replaces what is there, and is what needs features. Raises
    BadInput when the folder was begun otherwise, DatasetError when it holds another dataset or another process is at
    it, Cancelled when stopped: passes that are finished stay.
    """
    out.mkdir(parents=True, exist_ok=True)
    with alone(out):
        result = _passes_left(passes, out, most, finish, progress, should_stop)
    # Parts of passes before: whoever reads them now is told to look again.
    compact(out, grace=0)
    return result


def _passes_left(
    passes: Passes,
    out: Path,
    most: int,
    finish: Callable[[CollectResult], object] | None,
    progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> CollectResult | None:
    done = _done(out, passes)
    clear_stages(out)
    sizes = pass_sizes(most or _count(passes, progress, should_stop))
    result = None
    for number, size in enumerate(sizes, start=1):
        if size <= done:
            continue
        is_last = number == len(sizes)
        try:
            result = _one(passes, out, number, sizes, finish if is_last else None, progress, should_stop)
        except Cancelled as error:
            kept = f"{done:,} excerpts are here" if done else "Nothing is here yet"
            raise Cancelled(f"Stopped in pass {number} of {len(sizes)}. {kept}; start it again to go on.") from error
        done = size
    return result


def _one(
    passes: Passes,
    out: Path,
    number: int,
    sizes: list[int],
    finish: Callable[[CollectResult], object] | None,
    progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> CollectResult:
    from neuronview.collect import collect
    from neuronview.collect.replacing import replace_dataset
    from neuronview.explain.features import evaluate, features

    stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=out))
    try:
        result = collect(
            passes.subject,
            passes.documents(),
            stage,
            work=stage / "work",
            name=passes.name,
            features=evaluate if finish else None,
            feature_names=[feature.name for feature in features()] if finish else (),
            seed=passes.seed,
            sizes=replace(passes.sizes, most_excerpts=sizes[number - 1]),
            progress=lambda now: progress(replace(now, stage=f"pass {number} of {len(sizes)}: {now.stage}")),
            should_stop=should_stop,
        )
        if finish is not None:
            finish(result)
        if should_stop():
            raise Cancelled("Stopped.")
        shutil.rmtree(stage / "work")
        told = {"done": number, "planned": len(sizes), "excerpts": sizes[number - 1], "of": passes.identity()}
        replace_dataset(stage, out, also={"passes": told})
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return replace(result, folder=out)


def _done(out: Path, passes: Passes) -> int:
    """Excerpts of the last pass that is here; 0 for none."""
    if not (out / MANIFEST).exists():
        return 0
    told = read_manifest(out).raw.get("passes")
    if not isinstance(told, Mapping):
        raise DatasetError(f"{out} holds a dataset that was not collected in passes. Choose another folder.")
    if {"dtype": "float32"} | told["of"] != passes.identity():  # those of before had no other
        raise BadInput(
            f"{out} was begun with another model, text, layers or number format. Choose another folder, or remove "
            "it first."
        )
    return int(told["excerpts"])


def _count(passes: Passes, progress: Callable[[Progress], None], should_stop: Callable[[], bool]) -> int:
    """Excerpts of the whole corpus."""
    from neuronview.collect.corpus import cut_documents
    from neuronview.collect.cutting import Cutting
    from neuronview.collect.passes import Reporter

    def asking() -> Iterator[Document]:
        for document in passes.documents():
            if should_stop():
                raise Cancelled("Stopped before the first pass. Start it again to collect.")
            yield document

    subject = passes.subject
    with tempfile.TemporaryDirectory(prefix="neuronview-") as work:
        length = min(passes.sizes.excerpt_tokens, subject.max_tokens)
        size = subject.vocabulary_size
        documents = Cutting(Reporter(progress, None), stage="count").reading(asking())
        cut = cut_documents(documents, subject.tokenizer, Path(work), vocabulary_size=size, excerpt_tokens=length)
        return cut.n_excerpts


def embedded_documents() -> Iterator[Document]:
    """The embedded corpus: the written passages, then composed ones without end."""
    from neuronview.collect import Document
    from neuronview.demo.passages import passage
    from neuronview.demo.passages_written import written

    for entry in written():
        yield Document(entry.id, entry.text, "written")
    number = 0
    while True:
        composed = passage(number, seed=CORPUS_SEED, which="all")
        yield Document(f"generated-{number}", composed.text, "generated", composed.template)
        number += 1


def shuffled(documents: Iterable[Document], *, seed: int) -> list[Document]:
    """All documents in a drawn order, so that the first thousand excerpts are of every part of the text."""
    found = list(documents)
    random.Random(seed).shuffle(found)
    return found
