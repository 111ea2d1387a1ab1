"""A person's own text and own sentence, typed on the neuron's page: read on the text page, scored and kept here."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.links import MAX_TEXT
from neuronview.records import Explanation, NeuronId, NeuronRecord
from neuronview.store import Dataset, save_explanations
from neuronview.ui import cached, nav
from neuronview.ui.explain_parts import explainer_label
from neuronview.ui.problems import problem, solved
from neuronview.view.own_sentence import own_explanation

__all__ = ["try_a_text", "write_an_explanation"]

SAVED = "nv_own_saved"
"""In the session: what was said of the sentence that was saved last, until it has been shown."""


def try_a_text(name: str, identity: NeuronId) -> None:
    """A small form that opens the text page with this neuron."""
    with (
        st.popover("Try a text", icon=nav.row("text").icon, key="neuron_try"),
        st.form("neuron_try_form", border=False),
    ):
        text = st.text_area(
            "Your text",
            key="neuron_try_text",
            max_chars=MAX_TEXT,
            height=100,
            placeholder="Any text: the neuron's activation is shown at each of its tokens.",
        )
        sent = st.form_submit_button("See where it fires", key="neuron_try_go", type="primary")
    if sent:
        nav.go("text", nav.neuron_place(name, identity, text=(text or "").strip() or None))


def write_an_explanation(
    dataset: Dataset, name: str, record: NeuronRecord, explanations: Sequence[Explanation]
) -> None:
    """A form for a sentence of one's own: scored at once by its words in quotation marks, else by a language model."""
    if cached.own_folder(dataset) is None:
        return
    with (
        st.popover("Write an explanation", icon=":material/edit:", key="neuron_write"),
        st.form("neuron_write_form", border=False),
    ):
        sentence = st.text_area(
            "What does this neuron fire on?",
            # What is typed of one neuron is not said of the next.
            key=f"neuron_write_text_{record.id.layer}_{record.id.neuron}",
            height=100,
            placeholder="such as: the words “past” and “round” before a place",
        )
        st.caption(
            "Words in quotation marks are what the sentence is scored by, at once: it is simulated as those words. "
            "A sentence without any is kept unscored until a language model reads it, under Explain."
        )
        with st.container(horizontal=True):
            kept = st.form_submit_button("Save it", key="neuron_write_save", type="primary")
            asked = st.form_submit_button("Have a language model read it", key="neuron_write_ask")
    if kept:
        _keep(dataset, name, record, explanations, str(sentence or ""))
    if asked:
        st.session_state["explain_sentence_person"] = str(sentence or "")
        nav.go("explain", nav.neuron_place(name, record.id), view={"explain_with": explainer_label("person")})
    if (said := st.session_state.pop(SAVED, None)) is not None:
        st.toast(said)


def _keep(
    dataset: Dataset, name: str, record: NeuronRecord, explanations: Sequence[Explanation], sentence: str
) -> None:
    """Save the sentence with what scores it has, and draw the page with it; or say what is wrong with it."""
    try:
        found = own_explanation(record, sentence, explanations=explanations, dataset=name)
        if (own := cached.own_folder(dataset)) is not None:
            save_explanations(own, [found], label="person")
    except (NeuronViewError, OSError) as error:
        problem("own explanation", str(error))
        return
    solved("own explanation")
    way = "scored by its words in quotation marks" if found.rule else "not scored yet"
    st.session_state[SAVED] = f"Saved for neuron {record.id} on this computer, {way}."
    st.rerun()
