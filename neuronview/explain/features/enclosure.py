"""What stands inside quotes and brackets, and how deep.

Rule: all tokens between the marks, the marks themselves left out. Only earlier text decides: what is opened counts as
inside until it is closed, a quote at the latest until a blank line, a bracket until the text ends. A mark that closes
what was opened before the excerpt begins is ignored. Single quotes, backticks and emphasis are too ambiguous for that:
they count only when they are closed later.
"""

import re

from neuronview.explain.features.base import Context, Family, Marks

_SINGLE = re.compile(r"(?<![\w'’])['‘](?=\S)((?:[^'’\n]|(?<=\w)['’](?=\w)){1,200})(?=['’\n])")
_TAG = re.compile(r"<(?=[/!a-zA-Z])([^<>]*)")
_EMPHASIS = re.compile(r"(?<![\w*_])(?:\*\*|__|[*_])(?=[^\s*_])([^*_\n]{1,80})(?=[*_])")
_BACKTICK = re.compile(r"`+([^`\n]+)(?=`)")

PHRASES = (
    ("inside_quotes", "words inside double quotes"),
    ("inside_single_quotes", "words inside single quotes"),
    ("quote_later", "words inside double quotes beyond the fifth"),
    ("inside_round", "words inside round brackets"),
    ("inside_square", "words inside square brackets"),
    ("inside_curly", "text inside curly brackets"),
    ("inside_nested", "text inside two or more levels of brackets"),
    ("inside_angle", "text inside angle brackets"),
    ("inside_backticks", "text inside backticks"),
    ("inside_emphasis", "text between asterisks or underscores (emphasis)"),
    ("bracket_first_token", "the first token inside brackets of any kind"),
    ("outside_after_quote", "words after a closed quotation in the same sentence"),
)


def _mark(context: Context, marks: Marks) -> None:
    levels: list[tuple[int, int]] = []
    for kind, start, end, _ in context.enclosures:
        marks.span(f"inside_{'quotes' if kind == 'quote' else kind}", start, end)
        if kind == "quote":
            _mark_later(context, marks, start, end)
            continue
        marks.after("bracket_first_token", start)
        if any(outer_start <= start < outer_end for outer_start, outer_end in levels):
            marks.span("inside_nested", start, end)
        levels.append((start, end))
    _mark_patterns(context, marks)
    _mark_after_quotes(context, marks)


def _mark_later(context: Context, marks: Marks, start: int, end: int) -> None:
    inside = [word for word in context.words if start <= word.start < end]
    if len(inside) > 5:
        marks.span("quote_later", inside[5].start, end)


def _mark_patterns(context: Context, marks: Marks) -> None:
    found = (
        ("inside_single_quotes", _SINGLE, "'’‘"),
        ("inside_angle", _TAG, "<"),
        ("inside_emphasis", _EMPHASIS, "*_"),
        ("inside_backticks", _BACKTICK, "`"),
    )
    for name, pattern, needed in found:
        if any(sign in context.text for sign in needed):
            for match in pattern.finditer(context.text):
                marks.span(name, match.start(1), match.end(1))


def _mark_after_quotes(context: Context, marks: Marks) -> None:
    opens = [at for at, opening in context.quote_marks if opening]
    starts = context.sentence_starts
    for kind, _, end, _ in context.enclosures:
        if kind == "quote" and end < len(context.text):
            stop = min(at for at in [*opens, *starts, len(context.text)] if at > end)
            marks.span("outside_after_quote", end + 1, stop)


FAMILY = Family("enclosure", PHRASES, mark=_mark)
