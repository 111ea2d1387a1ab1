"""Text from models, corpora and people, made safe to show where Streamlit reads Markdown or HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

__all__ = ["activation_words", "html_safe", "html_table", "markdown_safe", "sentence_html"]

_CELL = "padding:0.15rem 0.9rem 0.15rem 0;vertical-align:top;"

_SPECIAL = re.compile(r"[\\`*_\[\]{}$<>~&|]|:(?=[\w+-]+[:\[/])")
_ADDRESS = re.compile(r"https?://[^\s`<>“”\"'()]*[^\s`<>“”\"'(),.:;!?]")
_BLOCK = re.compile(r"^(?:[#+\-=](?=\s|\W)|(?<!\d)\d+(?=[.)]\s))")


def markdown_safe(text: str) -> str:
    """The text in one line, with what Markdown, LaTeX or Streamlit's directives give a meaning to escaped.

    An address of the web is set as code: else it would become a link, with the escapes in it.
    """
    line, whole, end = "", " ".join(text.split()), 0
    for found in _ADDRESS.finditer(whole):
        line += f"{_escaped(whole[end : found.start()])}`{found[0]}`"
        end = found.end()
    line += _escaped(whole[end:])
    block = _BLOCK.match(line)
    if block is None:
        return line
    mark = block[0]
    return mark + "\\" + line[len(mark) :] if mark.isdigit() else "\\" + line


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match[0], text)


def html_safe(text: object) -> str:
    """The text for HTML content and attribute values."""
    return html.escape(str(text), quote=True)


def html_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str = "", wrap: bool = True) -> str:
    """A small table whose cells are HTML already; numbers stand in columns."""
    head = "".join(f'<th scope="col" style="{_CELL}text-align:left">{html_safe(name)}</th>' for name in headers)
    body = "".join("<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in row) + "</tr>" for row in rows)
    title = (
        f'<caption style="text-align:left;font-weight:600;padding-bottom:0.15rem">{html_safe(caption)}</caption>'
        if caption
        else ""
    )
    spacing = "normal" if wrap else "nowrap"
    style = f"border-collapse:collapse;white-space:{spacing};font-size:0.875rem;font-variant-numeric:tabular-nums"
    return (
        f'<div style="overflow-x:auto"><table style="{style}">{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def activation_words(name: str) -> str:
    """The activation function that a dataset names, or that it names none."""
    return "an activation function that is not said" if name in ("", "unknown") else name


def sentence_html(text: str, *, size: str = "1.125rem") -> str:
    """A sentence from a model, a rule or a person, as text of that size."""
    return f'<p style="font-size:{size};margin:0;overflow-wrap:anywhere">{html_safe(text.strip())}</p>'
