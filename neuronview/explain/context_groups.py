"""Excerpts of one neuron grouped by how alike they are around the token where it fires most.

Average linkage joins what is alike (`context_likeness`); of the divisions with two groups or more, the one with the
highest mean silhouette is taken, if that reaches SILHOUETTE: else all are one group. Groups that one phrase describes
(`one_kind`) are then joined. Near-duplicates count once, so that a text met ten times is no meaning. Deterministic,
and the same for any order of the records.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.context_likeness import Marked, likeness, token_at
from neuronview.explain.near_duplicates import Traits
from neuronview.explain.one_kind import join_of_one_kind
from neuronview.records import ActivationRecord

__all__ = ["FEWEST", "MOST", "SILHOUETTE", "Grouping", "group_by_context"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

SILHOUETTE = 0.2
"""Mean silhouette from which excerpts count as several groups; that of one even cloud lies near zero."""
FEWEST = 3
"""Excerpts that make a group, near-duplicates counted once."""
MOST = 6
"""Groups at most."""
CUTS = 14
"""Into how many clusters at most the tree is cut before those of too few excerpts join the nearest."""


@dataclass(frozen=True)
class Grouping:
    """Places of the records by group, the largest group first; each record is in one."""

    groups: tuple[tuple[int, ...], ...]
    silhouette: float
    """Mean silhouette of the best division into several groups; nan where there is none to try."""
    n_joined: int = 0
    """How many groups fewer there are than in that division, because they were of one kind."""


def group_by_context(
    records: Sequence[ActivationRecord], background: Sequence[ActivationRecord], marked: Marked
) -> Grouping:
    """Groups of these excerpts, none of them empty.

    How rare a word or a feature is, is told from all tokens of `records` and `background`; `marked` holds the features
    of all these excerpts.
    """
    if not records:
        return Grouping((), math.nan)
    order = sorted(range(len(records)), key=lambda place: _identity(records[place]))
    ordered = [records[place] for place in order]
    copies = _near_duplicates(ordered)
    first = [members[0] for members in copies]
    chosen = [ordered[place] for place in first]
    labels, silhouette = _best_division(1 - likeness(chosen, [*ordered, *background], marked))
    n_divided = len(np.unique(labels))
    labels = join_of_one_kind(labels, chosen, background, marked)
    found: dict[int, list[int]] = {}
    for label, members in zip(labels.tolist(), copies, strict=True):
        found.setdefault(label, []).extend(order[place] for place in members)
    groups = sorted(found.values(), key=lambda group: (-len(group), _least(records, group)))
    return Grouping(tuple(tuple(sorted(group)) for group in groups), silhouette, n_divided - len(groups))


def _identity(record: ActivationRecord) -> tuple[tuple[str, ...], int]:
    return record.tokens, -1 if record.excerpt_id is None else record.excerpt_id


def _least(records: Sequence[ActivationRecord], group: Sequence[int]) -> tuple[tuple[str, ...], int]:
    return min(_identity(records[place]) for place in group)


def _near_duplicates(records: Sequence[ActivationRecord]) -> list[list[int]]:
    """Places of records that show the same: fire most on one token, in one document, template or run of tokens."""
    traits, tokens = [Traits.of(record) for record in records], [token_at(record, 0) for record in records]
    groups: list[list[int]] = []
    for place, mine in enumerate(traits):
        same = [group for group in groups if any(tokens[k] == tokens[place] and _akin(mine, traits[k]) for k in group)]
        groups = [group for group in groups if group not in same] + [[*chain.from_iterable(same), place]]
    return sorted(sorted(group) for group in groups)


def _akin(one: Traits, other: Traits) -> bool:
    documents = one.document is not None and one.document == other.document
    templates = one.template is not None and one.template == other.template
    return documents or templates or not one.runs.isdisjoint(other.runs)


# --- how many groups ------------------------------------------------------------------------------------------------


def _best_division(distances: Floats) -> tuple[Labels, float]:
    """The division with the highest mean silhouette (n,), if that is enough; else one group. And that silhouette."""
    one, found = np.zeros(len(distances), dtype=np.int64), list[tuple[float, Labels]]()
    for labels in _cuts(distances):
        joined = _without_small(labels, distances)
        if 1 < len(np.unique(joined)) <= MOST:
            found.append((_silhouette(joined, distances), joined))
    if not found:
        return one, math.nan
    # Of divisions that are as good as each other, the first cut has the fewest groups.
    value, labels = max(found, key=lambda entry: round(entry[0], 9))
    return (labels if value >= SILHOUETTE else one), value


def _cuts(distances: Floats) -> list[Labels]:
    """Labels (n,) of the tree of average linkage cut into 2, 3, … clusters."""
    n = len(distances)
    labels, sizes = np.arange(n), np.ones(n)
    between = distances.copy()
    np.fill_diagonal(between, np.inf)
    found = []
    for n_left in range(n - 1, 1, -1):
        # Rounded, so that equal distances are equal whatever was added up first; the first of equals is joined.
        a, b = sorted(divmod(int(np.argmin(np.round(between, 9))), n))
        between[a] = (sizes[a] * between[a] + sizes[b] * between[b]) / (sizes[a] + sizes[b])
        between[:, a] = between[a]
        between[b], between[:, b], between[a, a] = np.inf, np.inf, np.inf
        sizes[a] += sizes[b]
        labels = np.where(labels == b, a, labels)
        if n_left <= CUTS:
            found.append(labels)
    return found[::-1]


def _without_small(labels: Labels, distances: Floats) -> Labels:
    """Members of clusters of fewer than FEWEST join the cluster that is nearest on average."""
    names, counts = np.unique(labels, return_counts=True)
    large = names[counts >= FEWEST]
    if not len(large):
        return np.zeros_like(labels)
    to_each = np.stack([distances[:, labels == name].mean(axis=1) for name in large], axis=1)
    return np.where(np.isin(labels, large), labels, large[np.argmin(np.round(to_each, 9), axis=1)])


def _silhouette(labels: Labels, distances: Floats) -> float:
    """Mean over all of (nearest other group - own group) / the larger of both, by mean distance."""
    names, own = np.unique(labels, return_inverse=True)
    member = (labels[:, None] == names).astype(np.float64)
    sums, sizes, rows = distances @ member, member.sum(axis=0), np.arange(len(labels))
    inner = sums[rows, own] / (sizes[own] - 1)
    means = sums / sizes
    means[rows, own] = np.inf
    outer = means.min(axis=1)
    larger = np.maximum(inner, outer)
    return float(np.divide(outer - inner, larger, out=np.zeros(len(labels)), where=larger > 0).mean())
