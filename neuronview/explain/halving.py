"""A neuron's exciting and random excerpts cut into two halves: one to fit on, one to score on.

No document, template, excerpt or near-duplicate is in both. Knows records only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuronview.explain.near_duplicates import Traits
from neuronview.records import ActivationRecord

__all__ = ["FEWEST", "Half", "halves", "identity_of"]

FEWEST = 2
"""Exciting excerpts, and random ones, that each half needs."""
Records = Sequence[ActivationRecord]


@dataclass(frozen=True)
class Half:
    """What is fitted on, or scored on."""

    exciting: tuple[ActivationRecord, ...]
    random: tuple[ActivationRecord, ...]

    @property
    def records(self) -> tuple[ActivationRecord, ...]:
        """All of them, the exciting ones first."""
        return (*self.exciting, *self.random)

    @property
    def activations(self) -> NDArray[np.float64]:
        """Of all their tokens (tokens,)."""
        return np.concatenate([record.activations for record in self.records]).astype(np.float64)

    @property
    def is_enough(self) -> bool:
        """Whether there are FEWEST of each."""
        return min(len(self.exciting), len(self.random)) >= FEWEST


def identity_of(record: ActivationRecord) -> object:
    """What an excerpt is told by: its id, else its text."""
    return record.tokens if record.excerpt_id is None else record.excerpt_id


def halves(group: Records, random: Records) -> tuple[Half, Half]:
    """Two halves of no common document, template or near-duplicate; what hangs together goes into the smaller one."""
    sides: tuple[tuple[list[ActivationRecord], list[ActivationRecord]], ...] = (([], []), ([], []))
    n_group = len(group)
    for unit in _units([*group, *random]):
        exciting = [group[k] for k in unit if k < n_group]
        others = [random[k - n_group] for k in unit if k >= n_group]
        kind = 0 if exciting else 1
        smaller = sides[0] if len(sides[0][kind]) <= len(sides[1][kind]) else sides[1]
        smaller[0].extend(exciting)
        smaller[1].extend(others)
    first, second = (Half(tuple(one), tuple(other)) for one, other in sides)
    return first, second


def _units(records: Records) -> list[list[int]]:
    """Places of records that hang together by document, template, excerpt or near-duplicate; in their order."""
    parent = list(range(len(records)))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    owner: dict[object, int] = {}
    for place, record in enumerate(records):
        traits = Traits.of(record)
        names = (("document", traits.document), ("template", traits.template))
        signs = [sign for sign in names if sign[1] is not None] + [("run", run) for run in traits.runs]
        for sign in (("excerpt", traits.identity), *signs):
            parent[root(place)] = root(owner.setdefault(sign, place))
    units: dict[int, list[int]] = {}
    for place in range(len(records)):
        units.setdefault(root(place), []).append(place)
    return list(units.values())
