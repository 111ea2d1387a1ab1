"""Numbers: digits by length and use, dates, times, money, lists, arithmetic.

Rule: a number is a run of digits with inner commas, points, colons or slashes as one expression needs them ("3.5",
"10:45", "1,200"); all pieces of it are marked, with its sign of currency or percent where the feature is about that.
What is said of a number (decimal, money, a time) is decided from the whole expression, so the first piece of a cut
number can be marked for what its later pieces show.
"""

import re

from neuronview.explain.features import lexicon
from neuronview.explain.features.base import Context, Family, Marks

_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("year", "years (1984, 2023)", r"(?<![\d.,$€£])(?:1[0-9]|20)\d\d(?![\d]|[.,:]\d)"),
    ("decade", "decades (1990s, '60s)", r"(?:\b\d\d|['’])\d0s\b"),
    ("decimal_number", "decimal numbers", r"\d+\.\d+(?![.\d])"),
    ("thousands_number", "numbers with a thousands comma", r"\b\d{1,3}(?:,\d{3})+\b"),
    ("ordinal_digits", "ordinal numbers in digits (1st, 22nd)", r"\b\d+(?:st|nd|rd|th)\b"),
    ("percent", "percentages", r"\d+(?:\.\d+)?\s?(?:%|percent\b|per cent\b)"),
    ("money", "amounts of money with their sign",
     r"[$€£¥]\s?\d[\d,.]*\d|[$€£¥]\s?\d|\b\d[\d,.]*\s?(?:[€£¥]|USD|EUR|GBP)"),
    ("clock_time", "times of day (10:45, 3 pm)",
     r"\b\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b)?|\b\d{1,2}(?:[.]\d\d)?\s?[ap]\.?m\b|\b\d{1,2}\s?o['’]clock"),
    ("numeric_date", "dates in digits (12/03/2020, 2020-03-12)", r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b"),
    ("fraction", "fractions (1/2, ½)", r"(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])|[½¼¾⅓⅔]"),
    ("number_range", "ranges and scores of two numbers (3-1, 10–20)", r"(?<![\d-])\d+\s?[-–]\s?\d+(?![\d-])"),
    ("list_number", "numbers that begin an item of a list (1., 2))", r"(?m)^[ \t]*\(?\d{1,3}[.)](?=\s)"),
    ("roman_numeral", "Roman numerals of two or more letters (II, XIV)",
     r"\b(?=[IVXL]{2,})X{0,3}(?:IX|IV|V?I{0,3}|L)\b"),
    ("letter_digit_mix", "codes that mix letters and digits (B12, 4K)", r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{2,}\b"),
    ("arithmetic_operator", "arithmetic signs between numbers", r"(?<=\d)\s?[-+*/×÷=<>^]+(?=\s?-?\d)"),
)  # fmt: skip
_SIZES: tuple[tuple[str, str], ...] = (
    ("one_digit", "numbers of one digit"),
    ("two_digits", "numbers of two digits"),
    ("three_digits", "numbers of three digits"),
    ("many_digits", "runs of four or more digits"),
)
_EQUATION = re.compile(r"=\s?(-?\d[\d.,]*)")
_DIGITS = re.compile(r"\d+")
_COMPILED = tuple((name, re.compile(pattern)) for name, _, pattern in _PATTERNS)
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?\s*$")
_DAY_AFTER = re.compile(r"\.?\s+\d{1,2}\b(?:st|nd|rd|th)?(?:,?\s+\d{4}\b)?")
_GAP_AFTER_NUMBER = re.compile(r"\d[ -]?$")

PHRASES = (
    ("digits", "numbers written in digits"),
    *_SIZES,
    *((name, phrase) for name, phrase, _ in _PATTERNS),
    *lexicon.phrases("numbers"),
    ("zero_ending", "numbers that end in zero"),
    ("number_rest", "the later tokens of a number in digits"),
    ("result_of_equation", "the number after an equals sign"),
    ("calendar_date", "dates with the name of a month"),
    ("measurement_unit", "a unit of measurement directly after a number"),
    ("word_after_number", "the word that follows a number"),
    ("next_in_sequence", "numbers greater by one than the number before"),
    ("same_number_again", "numbers that occurred earlier in the text"),
    ("second_number_in_line", "the second and later numbers of a line"),
)


def _of_word(word: str) -> list[str]:
    return lexicon.lists_of(word, family="numbers")


def _mark(context: Context, marks: Marks) -> None:
    text = context.text
    if _DIGITS.search(text):
        _mark_digits(context, marks)
        for match in _EQUATION.finditer(text):
            marks.span("result_of_equation", match.start(1), match.end(1))
        _mark_words_near(context, marks)
    for name, pattern in _COMPILED:
        for match in pattern.finditer(text):
            marks.span(name, match.start(), match.end())


def _mark_digits(context: Context, marks: Marks) -> None:
    seen: set[str] = set()
    previous, previous_end = -2, 0
    for match in _DIGITS.finditer(context.text):
        start, end = match.span()
        digits = match.group()
        marks.span("digits", start, end)
        marks.span(_SIZES[min(end - start, 4) - 1][0], start, end)
        first = context.owner[start]
        for token in range(first + 1, context.owner[end - 1] + 1):
            if context.tokens[token]:
                marks.token("number_rest", token)
        value = int(digits) if len(digits) < 10 else -2
        flags = {
            "zero_ending": digits[-1] == "0",
            "next_in_sequence": value == previous + 1 and previous >= 0,
            "same_number_again": digits in seen,
            "second_number_in_line": bool(seen) and "\n" not in context.text[previous_end:start],
        }
        for name in (name for name, holds in flags.items() if holds):
            marks.span(name, start, end)
        seen.add(digits)
        previous, previous_end = value, end


def _mark_words_near(context: Context, marks: Marks) -> None:
    months, units = lexicon.words("month"), lexicon.words("unit")
    for word in context.words:
        if _GAP_AFTER_NUMBER.search(word.gap):
            marks.span("word_after_number", word.start, word.end)
            if word.lower in units:
                marks.span("measurement_unit", word.start, word.end)
        if word.lower in months and word.text[0].isupper():
            before = _DAY.search(context.text, max(0, word.start - 9), word.start)
            after = _DAY_AFTER.match(context.text, word.end)
            if before or after:
                start = before.start() if before else word.start
                marks.span("calendar_date", start, after.end() if after else word.end)


def family() -> Family:
    """Numbers in digits and in words."""
    return Family("numbers", PHRASES, of_word=_of_word, mark=_mark)
