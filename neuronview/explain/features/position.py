"""Where a token stands in the excerpt, its line, its sentence.

Rule: names count tokens from 0 at the beginning of the excerpt, white space included; phrases count tokens and words
from 1, as English does.
"First token" of a unit is the first that is not white space only. The excerpt is cut from a document, so its first
token need not be a document's.
"""

import re

from neuronview.explain.features.base import Context, Family, Marks

_RANGES: tuple[tuple[str, str, int, int], ...] = (
    ("first_token", "the first token of the text", 0, 1),
    ("second_token", "the second token of the text", 1, 2),
    ("tokens_0_3", "the first four tokens of the text", 0, 4),
    ("tokens_4_15", "tokens 5 to 16 of the text", 4, 16),
    ("tokens_16_31", "tokens 17 to 32 of the text", 16, 32),
    ("tokens_32_47", "tokens 33 to 48 of the text", 32, 48),
    ("tokens_48_on", "tokens from the 49th on", 48, 1 << 40),
)
_LAST = 1 << 39
"""A range that stops behind it has no end."""
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")

PHRASES = (
    *((name, phrase) for name, phrase, _, _ in _RANGES),
    ("sentence_start", "the first token of a sentence"),
    ("sentence_second_word", "the second word of a sentence"),
    ("sentence_early", "words two to five of a sentence"),
    ("sentence_late", "words from the fifteenth of a sentence on"),
    ("sentence_very_late", "words from the twenty-fifth of a sentence on"),
    ("line_start", "the first token of a line after the first"),
    ("line_second_word", "the second word of a line after the first"),
    ("line_late", "words from the tenth of a line on"),
    ("paragraph_start", "the first token of a paragraph after a blank line"),
    ("first_sentence", "tokens of the text's first sentence"),
    ("later_paragraph", "tokens of the second and later paragraphs"),
)


def joined_phrase(first: str, second: str) -> str | None:
    """The phrase of the union of two ranges of tokens that touch or overlap; None for any other two features."""
    bounds = {name: (start, stop) for name, _, start, stop in _RANGES}
    if first not in bounds or second not in bounds:
        return None
    (start, end), (next_start, stop) = sorted((bounds[first], bounds[second]))
    if next_start > end:
        return None
    stop = max(end, stop)
    if (start, stop) in bounds.values():
        return next(phrase for _, phrase, *found in _RANGES if found == [start, stop])
    if start == 0:
        return f"the first {stop} tokens of the text"
    return f"tokens from the {_ordinal(start + 1)} on" if stop > _LAST else f"tokens {start + 1} to {stop} of the text"


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def _mark(context: Context, marks: Marks) -> None:
    n_tokens = len(context.tokens)
    for name, _, start, stop in _RANGES:
        for token in range(start, min(stop, n_tokens)):
            marks.token(name, token)
    for start in context.sentence_starts:
        marks.first("sentence_start", start)
    if context.sentences:
        marks.span("first_sentence", *context.sentences[0])
    breaks = [match.end() for match in _PARAGRAPH.finditer(context.text)]
    for start in breaks:
        marks.first("paragraph_start", start)
    if breaks:
        marks.span("later_paragraph", breaks[0], len(context.text))
    _mark_sentence_words(context, marks)
    _mark_lines(context, marks)


def _mark_sentence_words(context: Context, marks: Marks) -> None:
    count, previous = 0, -1
    for word, sentence in zip(context.words, context.sentence_of_word, strict=True):
        count = count + 1 if sentence == previous else 1
        previous = sentence
        if count == 2:
            marks.span("sentence_second_word", word.start, word.end)
        if 2 <= count <= 5:
            marks.span("sentence_early", word.start, word.end)
        elif count >= 15:
            marks.span("sentence_late", word.start, word.end)
            if count >= 25:
                marks.span("sentence_very_late", word.start, word.end)


def _mark_lines(context: Context, marks: Marks) -> None:
    for start, end in context.lines[1:]:
        if context.text[start:end].strip():
            marks.first("line_start", start)
    count, line = 0, 0
    for word in context.words:
        breaks = word.gap.count("\n")
        count = 1 if breaks else count + 1
        line += breaks
        if count == 2 and line:
            marks.span("line_second_word", word.start, word.end)
        elif count >= 10:
            marks.span("line_late", word.start, word.end)


FAMILY = Family("position", PHRASES, mark=_mark)
