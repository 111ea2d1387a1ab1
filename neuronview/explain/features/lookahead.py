"""What can only be told from the text that follows.

A causal model cannot see what these features see at the token they mark: a neuron can follow them only in so far as
the end is predictable. Rule: "before" marks all pieces of the word before the mark; "inside a question" marks all of
the sentence.
"""

import re

from neuronview.explain.features.base import Context, Family, Marks

_BEFORE: tuple[tuple[str, str, str], ...] = (
    ("before_full_stop", "the last word before a full stop", r"(?<!\bMr)(?<!\bDr)(?<!\bMrs)(?<!\bMs)\.(?!\w)"),
    ("before_comma", "the last word before a comma", r","),
    ("before_colon", "the last word before a colon or semicolon", r"[:;]"),
    ("before_question_mark", "the last word before a question or exclamation mark", r"[?!]"),
    ("before_newline", "the last word of a line", r"[^\w\n]{0,4}\n"),
    ("before_hyphen", "the last word before a hyphen or dash", r"\s?[-–—]"),
    ("before_quote", "the last word before a double quote", r"[.,!?]?\s?[\"“”]"),
    ("before_round_open", "words directly before an opening round bracket (function names)", r"\("),
    ("before_number", "words before a number in digits", r"\s[$€£]?\d"),
    ("before_capital", "words in lower case before a capitalised word", r"\s(?=[A-Z][a-z])"),
    ("before_of", "the word before “of”", r"\sof\b"),
    ("before_and", "the word before “and”", r"\sand\b"),
    ("before_the", "the word before “the”", r"\sthe\b"),
)
_PLAIN_WORD_NEXT = re.compile(r" (?!of\b|and\b|the\b)[a-z]")  # by far the most frequent case: nothing to check
_COMPILED = tuple((name, re.compile(pattern)) for name, _, pattern in _BEFORE)

PHRASES = (
    *((name, phrase) for name, phrase, _ in _BEFORE),
    ("first_piece_of_word", "the first piece of a word that is cut into several tokens"),
    ("inside_question", "words of a question"),
    ("inside_exclamation", "words of an exclamation"),
    ("short_sentence", "words of a sentence of up to five words"),
    ("long_sentence", "words of a sentence of more than twenty-five words"),
)


def _mark(context: Context, marks: Marks) -> None:
    text = context.text
    for word in context.words:
        if _PLAIN_WORD_NEXT.match(text, word.end):
            continue
        for name, pattern in _COMPILED:
            if pattern.match(text, word.end) and (name != "before_capital" or word.text.islower()):
                marks.span(name, word.start, word.end)
    _mark_cut_words(context, marks)
    _mark_sentences(context, marks)


def _mark_cut_words(context: Context, marks: Marks) -> None:
    for word in context.words:
        first = context.owner[word.start]
        if context.owner[word.end - 1] > first:
            marks.token("first_piece_of_word", first)


def _mark_sentences(context: Context, marks: Marks) -> None:
    counts = [0] * len(context.sentences)
    for sentence in context.sentence_of_word:
        counts[sentence] += 1
    last = len(context.sentences) - 1
    for index, (start, end) in enumerate(context.sentences):
        ending = context.text[start:end].rstrip().rstrip("\"'”’)\ufffd")[-1:]
        if ending in {"?", "!"}:
            marks.span("inside_question" if ending == "?" else "inside_exclamation", start, end)
        if counts[index] <= 5 and index < last:
            marks.span("short_sentence", start, end)
        elif counts[index] > 25:
            marks.span("long_sentence", start, end)


FAMILY = Family("lookahead", PHRASES, mark=_mark)
