"""Punctuation marks and signs, one feature for each kind.

Rule: each token that covers one of the marks, whatever else it covers. Quotes count as opening or closing by the
state of the text before them and by their own neighbours; a full stop is told from the point of an abbreviation, an
initial or a decimal number by the characters around it.
"""

import re

from neuronview.explain.features.base import Context, Family, Marks

_MARKS: tuple[tuple[str, str, str], ...] = (
    ("comma", "commas", r","),
    ("full_stop", "full stops that end a sentence", r"(?<![.\s])(?<!\b[A-Za-z])(?<!\bMr)(?<!\bDr)(?<!\bMrs)(?<!\bMs)"
     r"(?<!\bSt)(?<!\n\d)(?<!\n\d\d)\.(?![.\w])"),
    ("abbreviation_point", "points of abbreviations, initials and file names",
     r"(?<=\b[A-Za-z])\.|(?<=\bMr)\.|(?<=\bDr)\."
     r"|(?<=\bMrs)\.|(?<=\bMs)\.|(?<=\bSt)\.|(?<=[a-z])\.(?=\w)"),
    ("question_mark", "question marks", r"\?"),
    ("exclamation_mark", "exclamation marks", r"!"),
    ("colon", "colons", r":"),
    ("semicolon", "semicolons", r";"),
    ("dash", "dashes (–, —, --)", r"[–—]|(?<=[^\S\n])-(?=\s)|(?<!-)--(?!-)"),
    ("hyphen", "hyphens inside words", r"(?<=\w)-(?=\w)"),
    ("apostrophe", "apostrophes inside or after words", r"(?<=\w)['’]"),
    ("single_quote", "single quotation marks", r"(?<!\w)['‘](?=\S)|(?<=[.,!?])['’]"),
    ("ellipsis", "ellipses (...)", r"\.{3,}|…"),
    ("slash", "slashes", r"[/\\]"),
    ("asterisk", "asterisks", r"\*"),
    ("hash_sign", "number signs (#)", r"#"),
    ("at_sign", "at signs", r"@"),
    ("ampersand", "ampersands", r"&"),
    ("percent_sign", "percent signs", r"%"),
    ("currency_sign", "signs of currency", r"[$€£¥]"),
    ("underscore", "underscores", r"_"),
    ("equals_sign", "equals signs", r"="),
    ("plus_sign", "plus signs", r"\+"),
    ("angle_bracket", "angle brackets (< and >)", r"[<>]"),
    ("round_open", "opening round brackets", r"\("),
    ("round_close", "closing round brackets", r"\)"),
    ("square_bracket", "square brackets", r"[\[\]]"),
    ("curly_bracket", "curly brackets", r"[{}]"),
    ("vertical_bar", "vertical bars", r"\|"),
    ("symbol", "signs other than common punctuation (°, ©, →, emoji)", r"[^\w\s!-~–—…“”‘’€£¥«»\ufffd]"),
)  # fmt: skip
_PATTERN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, _, pattern in _MARKS))
_ANY = re.compile(r"[^\w\s\ufffd]+")

PHRASES = (
    *((name, phrase) for name, phrase, _ in _MARKS),
    ("quote_open", "opening double quotation marks"),
    ("quote_close", "closing double quotation marks"),
    ("any_punctuation", "punctuation of any kind"),
    ("mark_pair", "two or more different punctuation marks in a row"),
    ("repeated_mark", "the same punctuation mark several times in a row"),
)


def _mark(context: Context, marks: Marks) -> None:
    text = context.text
    for match in _PATTERN.finditer(text):
        marks.span(str(match.lastgroup), match.start(), match.end())
    for at, opens in context.quote_marks:
        marks.span("quote_open" if opens else "quote_close", at, at + 1)
    for match in _ANY.finditer(text):
        start, end = match.span()
        marks.span("any_punctuation", start, end)
        if end - start > 1:
            marks.span("repeated_mark" if len(set(match.group())) == 1 else "mark_pair", start, end)


FAMILY = Family("punctuation", PHRASES, mark=_mark)
