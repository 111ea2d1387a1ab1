"""The excerpts that a published explanation was scored on, with the values and the score as they were published.

Pure: knows no Streamlit. Nothing is fitted and no score is changed; what was not published is computed from the stored
values and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from neuronview.explain.evaluation import EvaluationSet, score_simulations
from neuronview.records import ActivationRecord, NeuronRecord, Score
from neuronview.store.simulations import PublishedSequence, StoredSimulation
from neuronview.view.evaluation import SimulatedSet, Source

__all__ = ["PUBLISHED", "is_published", "published_set", "with_published_excerpts"]

PUBLISHED = "published"
"""Name of the split."""
COMPUTED = "Computed here from the stored values; not published."


def is_published(source: Source) -> bool:
    """Whether a source's simulations were published together with the activations that they were scored against."""
    return any(row.published is not None for row in source.stored)


def published_set(record: NeuronRecord, source: Source, tokens: Mapping[int, Sequence[str]]) -> SimulatedSet:
    """A published source's excerpts in the order in which they were scored; `tokens` has their texts, by excerpt id.

    The first score is the published one, where there is one. Raises DatasetError or BadInput when a row does not fit
    its excerpt.
    """
    pairs = sorted(
        ((row, row.published) for row in source.stored if row.published is not None), key=lambda pair: pair[1].place
    )
    sides = [_side(record, row, place, len(pairs)) for place, (row, _) in enumerate(pairs)]
    records = [
        _excerpt(row, said, tokens[row.excerpt_id], side, sides[:place].count(side))
        for place, ((row, said), side) in enumerate(zip(pairs, sides, strict=True))
    ]
    chosen = EvaluationSet(PUBLISHED, tuple(records), tuple(sides))
    simulations = [row.of(entry.tokens) for (row, _), entry in zip(pairs, records, strict=True)]
    computed = [
        replace(score, note=f"{score.note} {COMPUTED}".strip())
        for score in score_simulations(chosen, simulations, simulator=source.simulator)
    ]
    published = _published_score(source)
    scores = computed if published is None else [published, *(s for s in computed if s.subset != published.subset)]
    return SimulatedSet(
        source.explanation, chosen, tuple(simulations), tuple(scores), source.simulator, None, is_stored=True
    )


def with_published_excerpts(record: NeuronRecord, found: SimulatedSet) -> NeuronRecord:
    """The record; with the excerpts of the published set where its own are not here yet."""
    if record.groups:
        return record
    sides = {side: [found.chosen.records[place] for place in found.side(side)] for side in ("top", "random")}
    return replace(record, top=sides["top"], random=sides["random"])


def _published_score(source: Source) -> Score | None:
    wanted = (PUBLISHED, "simulation", source.simulator)
    found = (s for s in source.explanation.scores if (s.split, s.scorer, s.simulator) == wanted)
    return next(found, None)


def _side(record: NeuronRecord, row: StoredSimulation, place: int, n: int) -> str:
    """The side that the excerpt is stored on; by the published order, top before random, where that does not tell."""
    is_top, is_random = (
        any(entry.excerpt_id == row.excerpt_id for entry in side) for side in (record.top, record.random)
    )
    if is_top != is_random:
        return "top" if is_top else "random"
    return "top" if 2 * place < n else "random"


def _excerpt(
    row: StoredSimulation, said: PublishedSequence, tokens: Sequence[str], side: str, rank: int
) -> ActivationRecord:
    return ActivationRecord(
        tokens=tuple(tokens), activations=said.true, group=side, rank=rank, excerpt_id=row.excerpt_id
    )
