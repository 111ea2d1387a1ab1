"""All features in a fixed order, and their evaluation on an excerpt in one pass.

Every token carries one integer whose bits are the features; rules by a word's or token's form are kept by form.
Evaluation is deterministic and holds no state beyond these memories. Features listed in `dropped.txt` did not earn
their place: explanations no longer use them, but those that do can still be read and simulated.
"""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from neuronview.errors import NotFound
from neuronview.explain.features import (
    enclosure,
    following,
    foreign,
    grammar,
    layout,
    lookahead,
    markup,
    morphology,
    names,
    numerals,
    position,
    punctuation,
    repetition,
    shape,
    source_code,
    syntax,
    topics,
)
from neuronview.explain.features.base import BoolArray, Context, Family, Feature, FormRule, Marks

_FORMS_KEPT = 1 << 17


@dataclass(frozen=True)
class _Dictionary:
    features: tuple[Feature, ...]
    families: tuple[Family, ...]
    index: dict[str, int]
    bits: dict[str, int]
    bits_of_word: Callable[[str], int] = field(repr=False)
    bits_of_token: Callable[[str], int] = field(repr=False)


def _families() -> tuple[Family, ...]:
    return (
        numerals.family(),
        topics.calendar(),
        names.family(),
        grammar.FAMILY,
        syntax.FAMILY,
        morphology.FAMILY,
        topics.topics(),
        position.FAMILY,
        following.FAMILY,
        punctuation.FAMILY,
        layout.FAMILY,
        enclosure.FAMILY,
        shape.FAMILY,
        repetition.FAMILY,
        lookahead.FAMILY,
        source_code.FAMILY,
        markup.FAMILY,
        foreign.family(),
    )


@cache
def _dictionary() -> _Dictionary:
    families = _families()
    entries = [(name, phrase, family.name) for family in families for name, phrase in family.phrases]
    index = {name: number for number, (name, _, _) in enumerate(entries)}
    bits = {name: 1 << number for name, number in index.items()}
    return _Dictionary(
        tuple(Feature(name, phrase, family, _function(name)) for name, phrase, family in entries),
        families,
        index,
        bits,
        _by_form([family.of_word for family in families if family.of_word], bits),
        _by_form([family.of_token for family in families if family.of_token], bits),
    )


def _function(name: str) -> Callable[[Sequence[str]], BoolArray]:
    return lambda tokens: evaluate_one(name, tokens)


def _by_form(rules: Iterable[FormRule], bits: dict[str, int]) -> Callable[[str], int]:
    rules = tuple(rules)

    @lru_cache(maxsize=_FORMS_KEPT)
    def bits_of(form: str) -> int:
        result = 0
        for rule in rules:
            for name in rule(form):
                result |= bits[name]
        return result

    return bits_of


def features() -> tuple[Feature, ...]:
    """All features that are in use; their order is the order of `evaluate`'s rows."""
    known = _dictionary().features
    return tuple(known[index] for index in _kept())


def known_features() -> tuple[Feature, ...]:
    """All features, the dropped ones too; their order is the order of `evaluate_known`'s rows."""
    return _dictionary().features


@cache
def _kept() -> tuple[int, ...]:
    dropped = {index_of(name) for name in dropped_names()}
    return tuple(index for index in range(len(_dictionary().features)) if index not in dropped)


def dropped_names() -> tuple[str, ...]:
    """Names in `dropped.txt`, one a line; what follows a # is a comment."""
    names = (line.partition("#")[0].strip() for line in _dropped_lines())
    return tuple(name for name in names if name)


def selection_report() -> tuple[str, ...]:
    """What was measured when features were dropped, in sentences; empty when `dropped.txt` does not say."""
    comments = [line.removeprefix("#").strip() for line in _dropped_lines() if line.startswith("#")]
    return tuple(comments[1:])


def _dropped_lines() -> list[str]:
    return files(__package__).joinpath("dropped.txt").read_text(encoding="utf-8").splitlines()


def feature(name: str) -> Feature:
    """The feature of that name, in use or dropped. Raises `NotFound` with near matches."""
    return known_features()[index_of(name)]


def index_of(name: str) -> int:
    """The row of a feature in `evaluate_known`. Raises `NotFound` with near matches."""
    index = _dictionary().index
    if name not in index:
        near = difflib.get_close_matches(name, index, n=3, cutoff=0.5)
        hint = f"Near it: {', '.join(near)}." if near else "features() lists all names."
        raise NotFound(f"There is no feature named {name!r}. {hint}")
    return index[name]


def evaluate(tokens: Sequence[str]) -> BoolArray:
    """Evaluate every feature that is in use on one excerpt.

    Args: the excerpt's tokens as text; joined without separators they are the text. Returns (n_features, n_tokens).
    """
    kept = _kept()
    rows = evaluate_known(tokens)
    return rows if len(kept) == len(rows) else rows[list(kept)]


def evaluate_known(tokens: Sequence[str]) -> BoolArray:
    """Evaluate every feature, the dropped ones too; rows as in `known_features`."""
    dictionary = _dictionary()
    context = Context(tokens)
    marks = Marks(context, dictionary.bits)
    masks = marks.masks
    for index, token in enumerate(context.tokens):
        if token:
            masks[index] |= dictionary.bits_of_token(token)
    for word in context.words:
        marks.span_bits(dictionary.bits_of_word(word.text), word.start, word.end)
    for family in dictionary.families:
        if family.mark:
            family.mark(context, marks)
    return _unpack(masks, len(dictionary.features))


def _unpack(masks: list[int], n_features: int) -> BoolArray:
    width = (n_features + 7) // 8
    packed = np.frombuffer(b"".join(mask.to_bytes(width, "little") for mask in masks), dtype=np.uint8)
    rows = np.unpackbits(packed.reshape(len(masks), width), axis=1, count=n_features, bitorder="little")
    return np.ascontiguousarray(rows.T).view(np.bool_)


def evaluate_one(name: str, tokens: Sequence[str]) -> BoolArray:
    """Evaluate one feature: (n_tokens,). For several features of an excerpt, `evaluate` costs no more."""
    row: BoolArray = evaluate_known(tokens)[index_of(name)]
    return row
