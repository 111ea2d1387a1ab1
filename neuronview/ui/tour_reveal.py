"""The tour: a guess, then what we and others say of the neuron, each with its score, and real against simulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.records import Explanation, NeuronRecord
from neuronview.store import Dataset
from neuronview.tokens import visible_quotes
from neuronview.ui import cached, nav, simulated_view, tour_parts
from neuronview.ui.explain_parts import explainer_label
from neuronview.ui.plain import html_table, markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.scores import badge_html, explainer_words, headline, score_badge
from neuronview.view.evaluation import SimulatedSet, Source, sources
from neuronview.view.guessing import Guess, read_guess
from neuronview.view.neuron import record_heading, telling
from neuronview.view.plain import html_safe, sentence_html
from neuronview.view.tour import EXPLAINER, KINDS, Stop, options

__all__ = ["answer", "explanation_of", "guess"]

CORPUS_SHOWN = 2


def guess(name: str, stops: Sequence[Stop], number: int, *, is_revealed: bool) -> None:
    """What does the visitor think? Typed or chosen; then the answer is one button away."""
    st.subheader("What is it?", anchor=False)
    offered = options(stops, number)
    st.text_input(
        "Your guess",
        key=f"tour_guess_{number}",
        max_chars=300,
        placeholder="words with commas between them, such as: the, a, an; or a sentence",
        help="Words, or a regular expression between slashes, are scored at once. A sentence is compared by your own "
        "eye: only a language model could say what it expects of each token.",
    )
    st.radio(
        "Or one of these: ours, and what we say of two other stops",
        offered,
        index=None,
        format_func=markdown_safe,
        key=f"tour_choice_{number}",
    )
    if not is_revealed:
        st.button(
            "Reveal",
            icon=":material/visibility:",
            key=f"tour_reveal_{number}",
            type="primary",
            on_click=tour_parts.reveal,
            args=(name, number),
        )


def explanation_of(dataset: Dataset, stop: Stop) -> Explanation | None:
    """What the stop says as it is scored here, else as it was written; without any, the best that a rule simulates."""
    known = cached.explanations(dataset, stop.neuron)
    stored = next((entry for entry in known if entry.explainer == EXPLAINER and entry.text == stop.says), None)
    by_rule = [source.explanation for source in sources(known)]
    return stored or stop.explanation or (by_rule[0] if by_rule else None)


def answer(dataset: Dataset, name: str, stop: Stop, number: int, record: NeuronRecord) -> None:
    """Our explanation with its score, the visitor's guess beside it, others' explanations, two excerpts simulated."""
    words, colour = KINDS[stop.kind]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(markdown_safe(stop.title), anchor=False, width="content")
        st.badge(words, color=colour)  # type: ignore[arg-type]  # one of Streamlit's colour names
    told = explanation_of(dataset, stop)
    ours, yours = st.columns(2)
    with ours.container(border=True, height="stretch"):
        _ours(told)
    with yours.container(border=True, height="stretch"):
        _yours(dataset, name, stop, number, record)
    st.text(stop.words)
    st.html(_others(dataset, stop))
    if told is not None and told.rule:
        _simulated(dataset, name, record, told)
    if record.first and record.top:
        st.markdown("#### Its strongest moments in the whole corpus")
        tour_parts.excerpts(name, record, [entry for _, entry in telling(record, CORPUS_SHOWN)], key="corpus")
    nav.neuron_link(name, stop.neuron, label=f"Everything about neuron {stop.neuron}")


def _ours(told: Explanation | None) -> None:
    if told is None:
        st.caption("Nothing that can be scored is said of this neuron here.")
        return
    st.caption("We say" if told.explainer == EXPLAINER else markdown_safe(explainer_words(told.explainer)))
    st.html(sentence_html(told.text))
    if headline(told) is None:
        st.caption("Not scored in this dataset: `python -m neuronview demo tour` does it.")
        return
    score_badge(headline(told))
    apart = [told.score(split="held_out", subset="random"), told.score(split="corpus", subset="all")]
    st.html(
        "".join(f"<div>{title}: {badge_html(score)}</div>" for title, score in zip(_APART, apart, strict=True) if score)
    )


_APART = ("Random excerpts alone", "Every token of the corpus")


def _yours(dataset: Dataset, name: str, stop: Stop, number: int, record: NeuronRecord) -> None:
    st.caption("You say")
    chosen = st.session_state.get(f"tour_choice_{number}")
    typed = read_guess(str(st.session_state.get(f"tour_guess_{number}") or ""))
    if chosen is not None:
        right = chosen == (stop.says or stop.title)
        st.text(f"You chose ours: “{chosen}”" if right else f"You chose what another stop is about: “{chosen}”")
    if typed.text:
        st.html(sentence_html(typed.text))
        _score_of_guess(dataset, name, typed, record)
    elif chosen is None:
        st.text("Nothing yet: a guess can still be typed above, and is scored here.")


def _score_of_guess(dataset: Dataset, name: str, typed: Guess, record: NeuronRecord) -> None:
    if not typed.pattern:
        st.caption(
            "A free sentence has no score yet: what it expects of each token only a language model can say. Put its "
            "words in quotation marks to have it read as those words, or have a model read it."
        )
        if st.button("Have a language model read it", icon=nav.row("explain").icon, key="tour_explain"):
            st.session_state["explain_sentence_person"] = typed.text
            nav.go("explain", nav.neuron_place(name, record.id), view={"explain_with": explainer_label("person")})
        return
    known = tuple(cached.explanations(dataset, record.id))
    try:
        found = cached.pattern(dataset, name, record, typed.pattern, typed.is_regex, known)
    except NeuronViewError as error:
        say(error)
        return
    st.caption(markdown_safe(f"Read as {typed.words}, on the same excerpts as ours."))
    score_badge(headline(found))


def _others(dataset: Dataset, stop: Stop) -> str:
    """What else is said of the neuron, with scores, a row each."""
    rows = [
        [
            html_safe(explainer_words(entry.explainer)),
            html_safe(visible_quotes(entry.text.strip())),
            badge_html(headline(entry)),
        ]
        for entry in cached.explanations(dataset, stop.neuron)
        if entry.explainer != EXPLAINER
    ]
    return html_table(("By", "Explanation", "Score"), rows, caption="What else is said of it") if rows else ""


def _simulated(dataset: Dataset, name: str, record: NeuronRecord, told: Explanation) -> None:
    """The best and one random held-out excerpt, real above simulated."""
    st.markdown("#### Real, and what the explanation expects")
    try:
        rule = str((told.rule or {})["kind"])
        found = simulated_view.simulated(dataset, record, Source(told, rule), "held_out")
    except NeuronViewError as error:
        st.caption(markdown_safe(str(error)))
        return
    shown = _one_a_side(found)
    if not shown.simulations:
        st.caption(simulated_view.empty_words(found))
        return
    st.caption("Two excerpts that the score is of: the one it is strongest on, and one drawn by chance.")
    identity = f"{record.id.layer}_{record.id.neuron}"
    simulated_view.strips(record, shown, key=f"tour_simulated_{identity}", dataset=name, heading=record_heading)


def _one_a_side(found: SimulatedSet) -> SimulatedSet:
    """The set with the first excerpt of each side, its scores as of all."""
    places = [found.side(side)[0] for side in simulated_view.SIDES if found.side(side)]
    return replace(found.only(places), scores=found.scores) if places else found
