"""How far cutting texts into excerpts is: excerpts of those that are asked for, else bytes of the texts' files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from neuronview.collect.corpus import Document
from neuronview.collect.passes import Reporter

__all__ = ["Cutting"]


class Cutting:
    """Reports on documents as they are read, and of `most` excerpts, where there is such a number, those there are."""

    def __init__(self, report: Reporter, *, most: int = 0, stage: str = "cut") -> None:
        self._report, self._most, self._stage = report, most, stage
        self._done = 0

    def reading(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The same documents; asks before each whether to stop, since a large corpus takes long to cut."""
        for number, document in enumerate(documents):
            if not number:  # not before there is a text: a corpus may be refused
                unit = "excerpts" if self._most else "bytes"
                self._report.begin(self._stage, self._most or document.size_of_all, unit)
            self._done += 0 if self._most else document.size
            self._report.at(self._done)
            yield document

    def have(self, excerpts: int) -> None:
        """There are so many by now."""
        if self._most:
            self._done = excerpts
            self._report.at(excerpts)
