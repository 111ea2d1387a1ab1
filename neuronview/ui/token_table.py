"""The tokens of a typed text as a list: ids, and what the model expected there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.tokens import display_text
from neuronview.ui import expected
from neuronview.ui.live import Reading
from neuronview.ui.plain import html_safe, html_table, markdown_safe

if TYPE_CHECKING:
    from neuronview.model import SubjectModel

__all__ = ["token_table"]


@st.fragment
def token_table(model: SubjectModel, reading: Reading) -> None:
    """Tokens with their ids, how likely the model thought each, and what it thought likeliest; as a list."""
    label = f"Tokens, ids and probabilities ({len(reading.tokens):,})"
    with st.expander(label, key="text_tokens", bind="query-params") as panel:
        if not panel.open:
            return
        try:
            preview = expected.previewed(model, reading.token_ids)
        except NeuronViewError as error:
            st.error(markdown_safe(str(error)))
            return
        rows = [
            [
                str(position),
                f"<code>{html_safe(display_text(token))}</code>",
                str(reading.token_ids[position]),
                expected.percent(float(preview.probabilities[position])),
                f"<code>{html_safe(expected.quoted(model, int(preview.next_ids[position, 0])))}</code> "
                + expected.percent(float(preview.next_probabilities[position, 0])),
            ]
            for position, token in enumerate(reading.tokens)
        ]
        st.html(html_table(("Position", "Token", "Id", "Its probability", "Likeliest after it"), rows))
