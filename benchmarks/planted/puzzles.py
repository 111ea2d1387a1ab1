"""Puzzles of our own: a true explanation, false ones that tempt, and sentences with what the neuron responds to marked.

They stand in `puzzles.txt`. The truth of a sentence is marked by hand, since it takes reading; what a false explanation
would mark is a regular expression.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from neuronview.explain.evaluation import EvaluationSet
from neuronview.explain.pattern import Pattern
from neuronview.records import ActivationRecord

__all__ = ["FalseExplanation", "Puzzle", "Sentence", "published_form", "read_puzzles"]

SOURCE = Path(__file__).with_name("puzzles.txt")
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class FalseExplanation:
    """What somebody might say instead; `kind` is what is wrong with it."""

    kind: str
    text: str
    pattern: str

    def marks(self, tokens: Sequence[str]) -> Bools:
        """Which tokens it would mark: (tokens,)."""
        return Pattern(self.pattern, is_regex=True).marks(tokens)


@dataclass(frozen=True, eq=False)
class Sentence:
    """Tokens with activations 0..10, in whole numbers."""

    tokens: tuple[str, ...]
    activations: NDArray[np.float64]  # (tokens,)


@dataclass(frozen=True, eq=False)
class Puzzle:
    """One made-up neuron."""

    name: str
    explanation: str
    falses: tuple[FalseExplanation, ...]
    sentences: tuple[Sentence, ...]

    def marks(self, tokens: Sequence[str]) -> Bools:
        """What the true explanation marks in one of the sentences; KeyError for any other text."""
        return self._by_tokens[tuple(tokens)] > 0

    @property
    def _by_tokens(self) -> dict[tuple[str, ...], NDArray[np.float64]]:
        return {sentence.tokens: sentence.activations for sentence in self.sentences}

    def evaluation(self) -> EvaluationSet:
        """All sentences; those with an activation are the top side."""
        found = [
            ActivationRecord(s.tokens, s.activations, group="top" if s.activations.any() else "random", excerpt_id=i)
            for i, s in enumerate(self.sentences)
        ]
        found.sort(key=lambda record: record.group != "top")
        return EvaluationSet("puzzle", tuple(found), tuple(record.group for record in found))


def read_puzzles(tokenizer: Tokenizer, source: Path = SOURCE) -> list[Puzzle]:
    """All puzzles of the file, in its order. Raises ValueError naming the line that it cannot read."""
    found: list[tuple[str, list[tuple[str, str, str]], list[str]]] = []
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("puzzle "):
            found.append((line.removeprefix("puzzle "), [], []))
        elif line.startswith("- "):
            found[-1][2].append(line.removeprefix("- "))
        elif len(parts := line.split(" | ", 2)) >= 2:
            found[-1][1].append((parts[0], parts[1], parts[2] if len(parts) > 2 else ""))
        else:
            raise ValueError(f"{source.name}, line {number}: write puzzle NAME, kind | text | pattern, or - sentence.")
    return [_puzzle(name, said, sentences, tokenizer) for name, said, sentences in found]


def published_form(puzzle: Puzzle) -> dict[str, object]:
    """As public puzzles are written: a token alone where the activation is 0, else the token with it."""
    return {
        "name": puzzle.name,
        "explanation": puzzle.explanation,
        "sentences": [
            [t if not a else [t, int(a)] for t, a in zip(s.tokens, s.activations.tolist(), strict=True)]
            for s in puzzle.sentences
        ],
        "false_explanations": [false.text for false in puzzle.falses],
    }


def _puzzle(name: str, said: list[tuple[str, str, str]], sentences: list[str], tokenizer: Tokenizer) -> Puzzle:
    (true,) = [text for kind, text, _ in said if kind == "true"]
    falses = tuple(FalseExplanation(*entry) for entry in said if entry[0] != "true")
    return Puzzle(name, true, falses, tuple(_sentence(text, tokenizer) for text in sentences))


def _sentence(text: str, tokenizer: Tokenizer) -> Sentence:
    plain, spans = "", []
    for piece in re.split(r"(\{[^}]*\})", text):
        if piece.startswith("{"):
            spans.append((len(plain), len(plain) + len(piece) - 2))
            piece = piece[1:-1]
        plain += piece
    encoded = tokenizer.encode(plain)
    tokens = [plain[a:b] for a, b in encoded.offsets]
    values = [
        _level(plain, start) if (start := _marked(a, b, plain, spans)) is not None else 0 for a, b in encoded.offsets
    ]
    return Sentence(tuple(tokens), np.array(values, dtype=np.float64))


def _marked(a: int, b: int, text: str, spans: list[tuple[int, int]]) -> int | None:
    """Where the marked words begin that a token (a to b) holds a letter of; None where it holds none."""
    for start, end in spans:
        if text[max(a, start) : min(b, end)].strip():
            return start
    return None


def _level(text: str, start: int) -> int:
    """6 to 10, the same for all tokens of a mark."""
    return 10 - zlib.crc32(f"{start} {text}".encode()) % 5
