"""Parts of the neuron page that simulate: real against simulated, and a pattern of one's own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.explain.pattern import expression_in, without_slashes
from neuronview.records import Explanation, NeuronRecord, Score
from neuronview.store import Dataset, save_explanations
from neuronview.tokens import visible_quotes
from neuronview.ui import cached
from neuronview.ui import simulated_view as view
from neuronview.ui.hurting_parts import most_harmful
from neuronview.ui.neuron_parts import record_heading
from neuronview.ui.plain import markdown_safe, sentence_html
from neuronview.ui.problems import say
from neuronview.ui.scores import SPLITS, explainer_words, score_badge
from neuronview.view.evaluation import SimulatedSet, Source
from neuronview.view.published_set import PUBLISHED, is_published, with_published_excerpts

__all__ = ["pattern_test", "real_against_simulated", "simulated_view"]


def real_against_simulated(dataset: Dataset, name: str, record: NeuronRecord, explanations: list[Explanation]) -> None:
    """Choose an explanation and a split; see where its simulation is right and where it is not."""
    try:
        found = view.sources_of(dataset, record.id)
        if not found:
            st.info(
                "No explanation of this neuron has a rule that can be evaluated here, or a simulation that was stored. "
                "Test a pattern instead."
            )
            return
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        place = left.selectbox(
            "Explanation", range(len(found)), format_func=lambda index: _label(found[index]), key="neuron_simulated"
        )
        source = found[place or 0]
        published = is_published(source)
        split = right.selectbox(
            "Excerpts",
            [PUBLISHED, "held_out", "valid"] if published else ["held_out", "valid"],
            format_func=SPLITS.__getitem__,
            key="neuron_split_published" if published else "neuron_split",
        )
        chosen = view.simulated(dataset, record, source, split)
        if split == PUBLISHED:
            record = with_published_excerpts(record, chosen)
    except NeuronViewError as error:
        say(error)
        return
    simulated_view(name, record, chosen, key="neuron_sim")
    if chosen.simulations:
        most_harmful(name, record, chosen, key="neuron_sim")


def _label(source: Source) -> str:
    entry = source.explanation
    by = f", simulated by {source.simulator}" if source.stored else ""
    return f"{visible_quotes(entry.text.strip())[:110]} ({entry.explainer}{by})"


def simulated_view(
    name: str, record: NeuronRecord, found: SimulatedSet, *, key: str, scores: Sequence[Score] | None = None
) -> None:
    """Scores apart by side, stacked strips and scatter of one simulated set; `scores` in the place of its own."""
    empty = view.empty_words(found)
    if empty:
        st.info(empty)
        return
    _scores(scores or found.scores)
    st.caption(f"{markdown_safe(view.origin_words(found))} {view.units_words(found)}")
    reach = found.matched()
    if reach is None or 0 < reach[0] < reach[1]:  # else it has been said that the pattern is flat
        _warn(view.calibration_words(found))
    with st.container(horizontal=True):
        own = st.toggle("Simulated rows on their own scale", key=f"{key}_own", bind="query-params")
        difference = st.toggle("Difference row", value=True, key=f"{key}_difference", bind="query-params")
    left, right = st.columns([3, 2])
    with right:
        st.html("".join(sentence_html(line, size="0.9rem") for line in view.correlations_by_side(found).values()))
        view.scatter(found, key=f"{key}_scatter", height=420)
    with left:
        view.strips(
            record,
            found,
            key=f"{key}_strips",
            dataset=name,
            heading=record_heading,
            own_scale=own,
            difference=difference,
        )


def _warn(words: str) -> None:
    if words:
        st.warning(words, icon=":material/trending_down:")


def _scores(scores: Sequence[Score]) -> None:
    titles = {"top_and_random": "Top and random together", "top": "Top only", "random": "Random only"}
    columns = st.columns(len(scores))
    for column, score in zip(columns, scores, strict=True):
        with column.container(border=True, height="stretch"):
            st.caption(titles[score.subset] + (", published split" if score.split == "valid" else ""))
            score_badge(score, brief=True)


# --- a pattern of one's own ------------------------------------------------------------------------------------------

_AS_WORDS = "neuron_pattern_as_words"
"""In the session: the text that a person said is meant as words, though it looks like an expression."""


def pattern_test(dataset: Dataset, name: str, record: NeuronRecord, explanations: Sequence[Explanation]) -> None:
    """Type words or an expression: simulated and scored once it is plain which of them it is, and kept on request."""
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    text = left.text_input(
        "Words with commas between, or a regular expression",
        placeholder="paris, london, berlin   or   \\d{4}",
        key="neuron_pattern",
        bind="query-params",
        help="Words match whole words in any case; * stands for any letters. Scored at once on this neuron's excerpts.",
    )
    is_regex = right.toggle("Regular expression", key="neuron_regex", bind="query-params")
    if not (text or "").strip():
        st.caption("Say what you think this neuron fires on, and see how far that predicts its activations.")
        return
    if is_regex:
        _point_out_slashes(str(text))
    elif _asks_which(str(text)):
        return
    try:
        typed = cached.pattern(dataset, name, record, str(text), is_regex, tuple(explanations))
        found = view.simulated(dataset, record, Source(typed, "pattern"), "held_out")
    except NeuronViewError as error:
        say(error)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(sentence_html(typed.text), width="content")
        _save_button(dataset, typed, explanations)
    _say_reach(found)
    shown = [score for score in typed.scores if score.split == "held_out" or score.subset == "top_and_random"]
    simulated_view(name, record, found, key="neuron_pat", scores=shown)


def _point_out_slashes(text: str) -> None:
    meant = without_slashes(text)
    if meant is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        said = f"The slashes are matched as characters too. Without them it is the expression {meant}"
        st.html(sentence_html(said, size="0.9rem"), width="content")
        st.button("Leave out the slashes", key="neuron_as_regex", on_click=_read_as_expression, args=(meant,))


def _asks_which(text: str) -> bool:
    """Whether it is still open how to read what was typed as words and looks like an expression; asks for it.

    Nothing is scored before the answer: read as words, an expression matches nothing, which says nothing of the neuron.
    """
    meant = expression_in(text)
    if meant is None or st.session_state.get(_AS_WORDS) == text:
        return False
    with st.container(border=True):
        st.html(
            sentence_html("This looks like a regular expression. How is it meant? It is scored as soon as you say so.")
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Read as an expression",
                key="neuron_as_regex",
                type="primary",
                on_click=_read_as_expression,
                args=(meant,),
            )
            st.button("Read as words", key="neuron_as_words", on_click=_read_as_words, args=(text,))
        if meant != text.strip():
            st.html(sentence_html(f"As an expression, without the slashes: {meant}", size="0.9rem"))
    return True


def _read_as_words(text: str) -> None:
    st.session_state[_AS_WORDS] = text


def _read_as_expression(meant: str) -> None:
    st.session_state["neuron_pattern"] = meant
    st.session_state["neuron_regex"] = True


def _say_reach(found: SimulatedSet) -> None:
    """How much of the excerpts a pattern matches; nothing and everything cannot be scored, and that is said."""
    reach = found.matched()
    if reach is None or not reach[1]:
        return
    hits, n = reach
    if not hits:
        st.info(
            f"This pattern matches nothing in these excerpts: none of their {n:,} tokens. A simulation that never "
            "changes has no correlation, so its score is undefined. The strips below show what the neuron fires on.",
            icon=":material/search_off:",
        )
    elif hits == n:
        st.info(
            f"This pattern matches everything in these excerpts: all {n:,} tokens. It says nothing of where the neuron "
            "is silent, so its score is undefined. Make it narrower.",
            icon=":material/select_all:",
        )
    else:
        sides = [(title.lower(), found.matched(side)) for side, title in view.SIDES.items()]
        parts = [f"{part[0]:,} of {part[1]:,} in {title}" for title, part in sides if part and part[1]]
        st.caption(f"Matches {hits:,} of {n:,} tokens: {', '.join(parts)}.")


def _save_button(dataset: Dataset, typed: Explanation, explanations: Sequence[Explanation]) -> None:
    if any(entry.explainer == "person" and entry.rule == typed.rule for entry in explanations):
        st.caption(":material/check: Saved among this neuron's explanations, on this computer.")
        return
    own = cached.own_folder(dataset)
    if own is None:
        st.caption("This dataset has no folder of your own to save to.")
        return
    if st.button("Save as an explanation", icon=":material/save:", key="neuron_save"):
        save_explanations(own, [typed], label="person")
        st.toast(f"Saved for neuron {typed.neuron}. By {explainer_words('person')}.")
        st.rerun()
