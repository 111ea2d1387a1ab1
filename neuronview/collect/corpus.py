"""A corpus as excerpts: documents read from files, cut into pieces of 64 tokens, laid out on disk.

Token ids lie in one file of the work folder and are mapped, not loaded, so that a corpus may be larger than
memory. Excerpts are numbered in the order of the documents, from zero. Knows tokenizers but no model.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neuronview.collect.holding_out import TOO_FEW, choose_held_out, like_the_rest
from neuronview.errors import BadInput
from neuronview.model import Tokenizer

__all__ = ["EXCERPT_TOKENS", "SHORTEST_EXCERPT", "Batch", "Corpus", "Document", "cut_documents"]

EXCERPT_TOKENS = 64
SHORTEST_EXCERPT = 16
"""A document's last piece is kept from this many tokens on."""
DOCUMENTS_AT_A_TIME = 256

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Document:
    """A text of the corpus. `template`: what it was made from, where it was; such documents are near-duplicates."""

    id: str
    text: str
    source: str = ""
    template: str | None = None
    size: int = field(default=0, compare=False)
    """Bytes of its file that it took; 0 for a document of no file."""
    size_of_all: int = field(default=0, compare=False)
    """Bytes of all files of its corpus."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Excerpts of one length and one part of the corpus."""

    excerpts: Ints  # (B,) excerpt ids, ascending
    token_ids: Ints  # (B, T)
    positions: Ints  # (B * T,) where these tokens lie in the corpus
    part: int
    """1 for what is held out of all fitting, 0 for the rest of the corpus."""

    @property
    def n_tokens(self) -> int:
        """Tokens in all excerpts of the batch."""
        return int(self.token_ids.size)


@dataclass(frozen=True, eq=False)
class Corpus:
    """Excerpts of a corpus. Arrays are by excerpt id; `documents` and `templates` hold indices into the names."""

    tokens: NDArray[np.int32]  # every token of every excerpt, one after the other
    starts: Ints
    lengths: Ints
    documents: Ints
    templates: Ints
    """Near-duplicate class: the same number for excerpts of one template, or of one document without a template."""
    parts: Ints
    """1 for what is held out of all fitting (the source shown first, or a drawn part), 0 for the rest."""
    is_apart: NDArray[np.bool_]
    """Held out, and not like any excerpt of the rest: what may be scored on."""
    document_names: list[str]
    document_sources: list[str]
    document_templates: list[str | None]
    token_counts: Ints  # (vocabulary,) how often each token occurs
    hash: str

    @property
    def n_excerpts(self) -> int:
        """How many excerpts there are."""
        return len(self.starts)

    @property
    def n_tokens(self) -> int:
        """Tokens in all excerpts; the leading token is not among them."""
        return len(self.tokens)

    def token_ids(self, excerpt: int) -> NDArray[np.int32]:
        """Token ids of one excerpt."""
        start = int(self.starts[excerpt])
        return self.tokens[start : start + int(self.lengths[excerpt])]

    def batches(
        self, *, tokens: int, among: NDArray[np.bool_] | None = None, only: range | None = None
    ) -> Iterator[Batch]:
        """All excerpts (or those `among`) in batches of about `tokens` tokens, by part, then length, then id.

        `only`: which of these batches, by their number.
        """
        every = self.excerpts_of_batches(tokens=tokens, among=among)
        yield from map(self._batch, every if only is None else islice(every, only.start, only.stop))

    def excerpts_of_batches(self, *, tokens: int, among: NDArray[np.bool_] | None = None) -> Iterator[Ints]:
        """Likewise the excerpt ids of each batch."""
        ids = np.arange(self.n_excerpts) if among is None else np.flatnonzero(among)
        ids = ids[np.lexsort((ids, -self.lengths[ids], self.parts[ids]))]
        keys = self.parts[ids] * (int(self.lengths.max()) + 1) + self.lengths[ids]
        for group in np.split(ids, np.flatnonzero(np.diff(keys)) + 1):
            if group.size:
                size = max(1, tokens // int(self.lengths[group[0]]))
                for first in range(0, group.size, size):
                    yield group[first : first + size]

    def sources(self) -> dict[str, dict[str, int]]:
        """Counts of documents, excerpts and tokens by source."""
        by_document = np.array(self.document_sources, dtype=object)
        by_excerpt = by_document[self.documents]
        return {
            str(source): {
                "documents": int((by_document == source).sum()),
                "excerpts": int((by_excerpt == source).sum()),
                "tokens": int(self.lengths[by_excerpt == source].sum()),
            }
            for source in sorted(set(self.document_sources))
        }

    def _batch(self, excerpts: Ints) -> Batch:
        length = int(self.lengths[excerpts[0]])
        positions = self.starts[excerpts][:, None] + np.arange(length)
        ids = self.tokens[positions].astype(np.int64)
        return Batch(excerpts, ids, positions.ravel(), int(self.parts[excerpts[0]]))


def cut_documents(
    documents: Iterable[Document],
    tokenizer: Tokenizer,
    work: Path,
    *,
    vocabulary_size: int,
    excerpt_tokens: int = EXCERPT_TOKENS,
    first_source: str | None = None,
    held_out_seed: int | None = None,
    most_excerpts: int = 0,
    on_excerpts: Callable[[int], object] = lambda _: None,
) -> Corpus:
    """Tokenise documents and cut them into excerpts; token ids go to `work/tokens.bin`.

    Held out is the `first_source`; without one, a part that is drawn with `held_out_seed`; with neither, nothing.
    With `most_excerpts`, the first so many; no document is read once there are. `on_excerpts` is told how many there
    are after each document.

    Raises BadInput for two documents of one id, for a corpus without a single excerpt, and for a `first_source`
    that no document has.
    """
    cutter = _Cutter(excerpt_tokens, first_source, held_out_seed)
    work.mkdir(parents=True, exist_ok=True)
    path = work / "tokens.bin"
    with path.open("wb") as stream:
        for document, ids in _encoded(documents, tokenizer):
            if most_excerpts and cutter.n_excerpts >= most_excerpts:
                break
            room = most_excerpts - cutter.n_excerpts if most_excerpts else None
            # Not numpy's tofile, which ends without an error where a disk is full.
            stream.write(np.array(cutter.add(document, ids, most=room), dtype=np.int32).tobytes())
            on_excerpts(cutter.n_excerpts)
    return cutter.finish(path, vocabulary_size)


def _encoded(documents: Iterable[Document], tokenizer: Tokenizer) -> Iterator[tuple[Document, list[int]]]:
    remaining = iter(documents)
    while some := list(islice(remaining, DOCUMENTS_AT_A_TIME)):
        yield from zip(some, tokenizer.encode_many([document.text for document in some]), strict=True)


class _Cutter:
    """Lists of excerpts as documents come in."""

    def __init__(self, excerpt_tokens: int, first_source: str | None, held_out_seed: int | None) -> None:
        self._size = excerpt_tokens
        self._seed = held_out_seed
        self._first = first_source
        self._digest = hashlib.blake2b(digest_size=16)
        self._names: dict[str, int] = {}
        self._sources: list[str] = []
        self._written_templates: list[str | None] = []
        self._template_numbers: dict[tuple[str, str], int] = {}
        self._lengths, self._documents, self._templates, self._parts = (array("q") for _ in range(4))

    @property
    def n_excerpts(self) -> int:
        """How many there are so far."""
        return len(self._lengths)

    def add(self, document: Document, ids: Sequence[int], *, most: int | None = None) -> Sequence[int]:
        """Note a document's excerpts, the first `most` of them, and return the ids that belong to them."""
        if document.id in self._names:
            raise BadInput(f"Two documents are called “{document.id}”. Give each document an id of its own.")
        for part in (document.id, document.source, document.template or "", document.text):
            content = part.encode("utf-8", errors="surrogatepass")
            self._digest.update(len(content).to_bytes(8, "little") + content)
        number = self._names.setdefault(document.id, len(self._names))
        self._sources.append(document.source)
        self._written_templates.append(document.template)
        key = ("document", document.id) if document.template is None else ("template", document.template)
        template = self._template_numbers.setdefault(key, len(self._template_numbers))
        every = _cut_lengths(len(ids), self._size)
        kept = every[:most]
        if len(kept) < len(every):
            self._digest.update(f"{len(kept)} excerpts".encode())
        self._lengths.extend(kept)
        for store, value in (
            (self._documents, number),
            (self._templates, template),
            (self._parts, int(self._first is not None and document.source == self._first)),
        ):
            store.extend([value] * len(kept))
        return ids[: sum(kept)]

    def finish(self, path: Path, vocabulary_size: int) -> Corpus:
        """The corpus, its tokens mapped from the file."""
        if not self._lengths:
            raise BadInput(
                f"The corpus has no passage of at least {min(SHORTEST_EXCERPT, self._size)} tokens. Give longer texts."
            )
        if self._first is not None and self._first not in self._sources:
            known = ", ".join(sorted(set(self._sources)))
            raise BadInput(f"No document is of source “{self._first}”. Sources of this corpus: {known}.")
        lengths, documents, templates, parts = (
            np.array(values, dtype=np.int64)
            for values in (self._lengths, self._documents, self._templates, self._parts)
        )
        tokens = np.memmap(path, dtype=np.int32, mode="r")
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        if self._first is None and self._seed is not None:
            parts = choose_held_out(templates, list(self._template_numbers), seed=self._seed).astype(np.int64)
        is_apart = (parts == 1) & ~like_the_rest(tokens, starts, lengths, parts == 1)
        if self._first is None and is_apart.sum() < TOO_FEW:
            parts, is_apart = np.zeros_like(parts), np.zeros_like(is_apart)
        return Corpus(
            tokens=tokens,
            starts=starts,
            lengths=lengths,
            documents=documents,
            templates=templates,
            parts=parts,
            is_apart=is_apart,
            document_names=list(self._names),
            document_sources=self._sources,
            document_templates=self._written_templates,
            token_counts=np.bincount(tokens, minlength=vocabulary_size).astype(np.int64),
            hash=self._digest.hexdigest(),
        )


def _cut_lengths(n_tokens: int, size: int) -> list[int]:
    whole, rest = divmod(n_tokens, size)
    return [size] * whole + ([rest] if rest >= min(SHORTEST_EXCERPT, size) else [])
