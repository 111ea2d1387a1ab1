"""Text from models, corpora and people, made safe to show where Streamlit reads Markdown or HTML."""

from __future__ import annotations

import re

from neuronview.view.plain import activation_words, html_safe, html_table, sentence_html

__all__ = ["activation_words", "html_safe", "html_table", "markdown_safe", "sentence_html"]


_SPECIAL = re.compile(r"[\\`*_\[\]{}$<>~&|]|:(?=[\w+-]+[:\[/])")
_ADDRESS = re.compile(r"(?i:https?://|\bwww\.)[^\s`<>“”\"'()]*[^\s`<>“”\"'(),.:;!?]|[\w.+-]+@(?:[\w-]+\.)+[\w-]*\w")
"""What Markdown makes links of by itself: addresses of the web and of mail."""
_BLOCK = re.compile(r"^(?:[#+\-=](?=\s|\W)|(?<!\d)\d+(?=[.)]\s))")


def markdown_safe(text: str) -> str:
    """The text in one line, with what Markdown, LaTeX or Streamlit's directives give a meaning to escaped.

    An address of the web or of mail is set as code: else it would become a link, with the escapes in it.
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
