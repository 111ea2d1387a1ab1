"""Newlines, indentation, list items, headings and table cells.

Rule: newline and indentation features mark tokens of white space, by character; all others mark what stands in such a
line. A line's kind is decided from its beginning, except where the phrase says how the line as a whole looks
(capitals, a table), which later tokens of the line can decide.
"""

import re

from neuronview.explain.features.base import Context, Family, Marks

_CHARACTERS: tuple[tuple[str, str, str], ...] = (
    ("newline", "newlines", r"\n"),
    ("blank_line", "blank lines between paragraphs", r"\n[ \t]*(?:\n[ \t]*)+"),
    ("indentation", "white space that indents a line", r"(?<=\n)[ \t]+(?=\S)|^[ \t]{2,}(?=\S)"),
    ("deep_indentation", "indentation by eight or more spaces", r"(?<=\n)(?: {8,}|\t{2,})"),
    ("inner_spaces", "several spaces inside a line", r"(?<=\S)[ ]{2,}(?=\S)"),
    ("tab", "tab characters", r"\t"),
)
_LINES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("bullet_item", "items of a bulleted list", re.compile(r"\s*[-*•–+]\s+\S")),
    ("numbered_item", "items of a numbered list", re.compile(r"\s*\(?(?:\d{1,3}|[a-z])[.)]\s+\S")),
    ("markdown_heading", "headings marked with #", re.compile(r"#{1,6}\s+\S")),
    ("capitals_line", "lines in capitals", re.compile(r"(?=.*[A-Z].*[A-Z])[^a-z]{4,}$")),
    ("label_line", "the label before a colon at the beginning of a line (Subject:)",
     re.compile(r"\s*(?:[-*]\s+)?[A-Z][\w ]{0,24}:(?=\s|$)")),
    ("indented_line", "indented lines", re.compile(r"(?:[ ]{2,}|\t)\s*\S")),
    ("table_row", "rows of a table with vertical bars", re.compile(r".*\|.*\|")),
    ("comma_row", "rows of values with commas and no spaces", re.compile(r"[^\s,]+(?:,[^\s,]*){2,}")),
    ("greeting_line", "the opening of a letter (Dear ..., Hello ...)",
     re.compile(r"\s*(?:Dear|Hello|Hi|Hey)\b[^.!?\n]{0,30},")),
    ("closing_line", "the closing of a letter (Yours, Best wishes)",
     re.compile(r"\s*(?:Yours|Best|Kind|Warm|Sincerely|Regards|Love|Cheers|Many thanks|With"
      r" love|Thanks)\b[^.!?\n]{0,25},?$")),
    ("dialogue_line", "lines that begin with a quotation", re.compile(r"\s*[\"“]")),
)  # fmt: skip
_COMPILED = tuple((name, re.compile(pattern)) for name, _, pattern in _CHARACTERS)

PHRASES = (
    *((name, phrase) for name, phrase, _ in _CHARACTERS),
    *((name, phrase) for name, phrase, _ in _LINES),
    ("bullet_mark", "the mark of a bulleted list's item"),
    ("item_first_word", "the first word of a list's item"),
    ("after_label", "text after a label and colon on the same line"),
    ("short_line", "short lines (fewer than six words)"),
    ("long_line", "long lines (more than twenty-five words)"),
    ("many_lines", "text of many lines (eight or more)"),
)
_MARK = re.compile(r"\s*([-*•–+]|\(?(?:\d{1,3}|[a-z])[.)])\s+(\S+)")


def _mark(context: Context, marks: Marks) -> None:
    for name, pattern in _COMPILED:
        for match in pattern.finditer(context.text):
            marks.characters(name, match.start(), match.end())
    for start, end in context.lines:
        if start < end:
            _mark_line(context, marks, start, end)
    if len(context.lines) >= 8:
        marks.span("many_lines", 0, len(context.text))


def _mark_line(context: Context, marks: Marks, start: int, end: int) -> None:
    line = context.text[start:end]
    for name, _, pattern in _LINES:
        match = pattern.match(line)
        if match:
            marks.span(name, start, start + match.end() if name == "label_line" else end)
            if name == "label_line":
                marks.span("after_label", start + match.end(), end)
    item = _MARK.match(line)
    if item:
        if not item.group(1)[-1:].isalnum() and item.group(1)[-1] not in ".)":
            marks.span("bullet_mark", start + item.start(1), start + item.end(1))
        marks.span("item_first_word", start + item.start(2), start + item.end(2))
    n_words = len(line.split())
    if n_words < 6 and len(context.lines) > 1:
        marks.span("short_line", start, end)
    elif n_words > 25:
        marks.span("long_line", start, end)


FAMILY = Family("layout", PHRASES, mark=_mark)
