"""Which excerpts must not stand on two sides of a split: one document, one template, or a run of tokens in common.

Knows token strings and names only, so it serves records of any source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from neuronview.records import ActivationRecord

__all__ = ["SHARED_RUN", "Traits", "Used"]

SHARED_RUN = 8
"""Two excerpts with so many successive tokens in common are near-duplicates."""


@dataclass(frozen=True)
class Traits:
    """What an excerpt is told by; None where it is not known."""

    identity: object
    document: str | None
    template: str | None
    runs: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, record: ActivationRecord) -> Traits:
        """Traits of a record's excerpt."""
        return cls.of_excerpt(record.excerpt_id, record.document_id, record.template, record.tokens)

    @classmethod
    def of_excerpt(
        cls, excerpt_id: int | None, document: str | None, template: str | None, tokens: Sequence[str]
    ) -> Traits:
        """Traits of an excerpt; without an id, its text is its identity."""
        text = tuple(tokens)
        return cls(text if excerpt_id is None else excerpt_id, document, template, frozenset(_runs(text)))


class Used:
    """Excerpts that serve one purpose, to keep them and their near-duplicates out of another."""

    def __init__(self, excerpts: Iterable[Traits]) -> None:
        known = list(excerpts)
        self._identities = {traits.identity for traits in known}
        self._documents = {traits.document for traits in known} - {None}
        self._templates = {traits.template for traits in known} - {None}
        self._runs = {run for traits in known for run in traits.runs}

    def holds(self, traits: Traits) -> bool:
        """Whether this is one of them, of one document or template with one of them, or a near-duplicate by text."""
        return (
            traits.identity in self._identities
            or traits.document in self._documents
            or traits.template in self._templates
            or not self._runs.isdisjoint(traits.runs)
        )


def _runs(tokens: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return zip(*(tokens[start:] for start in range(SHARED_RUN)), strict=False)
