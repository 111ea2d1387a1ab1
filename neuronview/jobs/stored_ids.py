"""Which stored excerpts a model can read: token ids from the dataset, or from the model's vocabulary by token strings.

Stored ids count only where the model has the same strings for them: a dataset may number its tokens in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neuronview.records import ActivationRecord, NeuronId

__all__ = ["Comparable", "compare"]

UNKNOWN_CHARACTER = "\ufffd"
Record = tuple[NeuronId, ActivationRecord]


@dataclass(frozen=True, eq=False)
class Comparable:
    """Records that the model can read with their ids, and how many of the others there are."""

    records: tuple[Record, ...]
    token_ids: tuple[tuple[int, ...], ...]
    n_by_strings: int
    n_unknown: int
    """Records with a token that is not the model's, or stands for a part of a character."""
    n_too_long: int


def compare(records: Sequence[Record], vocabulary: Sequence[str], *, longest: int) -> Comparable:
    """Sort out which records can be read by a model with this vocabulary (strings by id), up to `longest` tokens."""
    ids = _Ids(vocabulary)
    found = [(record, *ids.of(record[1])) for record in records]
    known = [(record, numbers, by_strings) for record, numbers, by_strings in found if numbers is not None]
    kept = [entry for entry in known if len(entry[1]) <= longest]
    return Comparable(
        records=tuple(record for record, _, _ in kept),
        token_ids=tuple(numbers for _, numbers, _ in kept),
        n_by_strings=sum(by_strings for _, _, by_strings in kept),
        n_unknown=len(found) - len(known),
        n_too_long=len(known) - len(kept),
    )


class _Ids:
    """Token ids of stored excerpts in a model's vocabulary."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._strings = strings
        self._ids: dict[str, int] = {}
        doubled = set()
        for number, string in enumerate(strings):
            doubled |= {string} & self._ids.keys()
            self._ids.setdefault(string, number)
        for string in ["", *doubled, *(string for string in self._ids if UNKNOWN_CHARACTER in string)]:
            self._ids.pop(string, None)

    def of(self, record: ActivationRecord) -> tuple[tuple[int, ...] | None, bool]:
        """The record's ids, None where a token is not this model's; and whether they were found by the strings."""
        if record.token_ids and self._are_own(record):
            return record.token_ids, False
        found = [self._ids.get(token) for token in record.tokens]
        known = tuple(number for number in found if number is not None)
        return (known if known and len(known) == len(found) else None), True

    def _are_own(self, record: ActivationRecord) -> bool:
        pairs = zip(record.token_ids or (), record.tokens, strict=True)
        return all(0 <= number < len(self._strings) and self._strings[number] == token for number, token in pairs)
