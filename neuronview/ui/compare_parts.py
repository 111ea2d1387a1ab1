"""Compare: which comparison, of which neuron; two of its explanations side by side on the same excerpts.

The comparison over many neurons is in `compare_many`, that of two neurons in `compare_neurons`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from neuronview.errors import NeuronViewError, ScoringError
from neuronview.records import ActivationRecord, NeuronId, NeuronRecord, Score
from neuronview.store import Dataset, NeuronFilter
from neuronview.tokens import visible_quotes
from neuronview.ui import cached, frame, nav
from neuronview.ui import simulated_view as view
from neuronview.ui.compare_shared import difference_line, who
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import problem, say, solved
from neuronview.ui.scores import SPLITS, common_circumstances, score_badge
from neuronview.ui.wrong_values import tell_unknown
from neuronview.view.comparing import different_pair, explanation_difference, is_same, on_common_excerpts, splits_of
from neuronview.view.evaluation import SimulatedSet, Source

__all__ = ["MODES", "explanations_mode", "mode", "neuron_choice"]

MODES = ("Two explanations", "Two neurons", "Many neurons")
PLACES = ("First", "Second")


def mode() -> str:
    """Which comparison."""
    tell_unknown("compare_mode", MODES)
    chosen = st.segmented_control(
        "Compare", MODES, default=MODES[0], required=True, key="compare_mode", bind="query-params"
    )
    return str(chosen or MODES[0])


def neuron_choice(dataset: Dataset, name: str) -> NeuronId:
    """The neuron of the address, else the one that is explained best; a form to take another."""
    identity = frame.require_neuron(dataset, default=lambda: _best(dataset))
    with st.form("compare_neuron", border=False):
        field, button = st.columns([3, 2], vertical_alignment="bottom")
        typed = field.text_input("Neuron", value=str(identity), key=f"compare_neuron_{identity}")
        if button.form_submit_button("Compare this neuron") and typed and typed.strip() != str(identity):
            try:
                wanted = dataset.require(NeuronId.parse(typed))
            except NeuronViewError as error:
                problem("neuron", str(error))
            else:
                solved("neuron")
                nav.go("compare", nav.neuron_place(name, wanted), view=_kept())
    nav.neuron_link(name, identity, label=f"Open neuron {identity}")
    return identity


def _best(dataset: Dataset) -> NeuronId:
    rows = cached.page_of_neurons(dataset, NeuronFilter(), limit=1)
    return NeuronId(int(rows["layer"][0]), int(rows["neuron"][0])) if len(rows) else NeuronId(0, 0)


def _kept() -> dict[str, object]:
    chosen = st.session_state.get("compare_mode")
    return {"compare_mode": chosen} if chosen and chosen != MODES[0] else {}


def explanations_mode(dataset: Dataset, name: str, identity: NeuronId) -> None:
    """Two explanations of a neuron, side by side on the same excerpts."""
    record = cached.neuron(dataset, identity)
    try:
        known = view.sources_of(dataset, identity)
        wanted, against = (st.query_params.get(name, "") for name in ("explanation", "against"))
        places = different_pair(known, wanted, against) if known else None
        for asked in (wanted, against):
            if asked and all(source.explanation.id != asked for source in known):
                said = f"The explanation that was to be compared, {asked[:80]}, has no simulation here"
                st.info(markdown_safe(f"{said}, by a rule or stored."))
        if places is None:
            _nothing_to_compare(name, identity, known)
            return
        chosen = _two_of(known, places)
        each = _on_a_split(dataset, record, chosen)
    except NeuronViewError as error:
        say(error)
        return
    found = on_common_excerpts(each[0], each[1])
    if not found[0].chosen.records:
        empty = [words for words in map(view.empty_words, each) if words]
        st.info(empty[0] if empty else "There is no excerpt that both have values for. Choose the other split.")
        return
    difference = explanation_difference(found[0], found[1])
    difference_line(difference, "Score of the first minus score of the second", trust=False)
    _say_common(each, found)
    _side_by_side(dataset, name, record, chosen, found, difference_trust=difference.trust)


def _on_a_split(dataset: Dataset, record: NeuronRecord, chosen: tuple[Source, Source]) -> list[SimulatedSet]:
    """Both on the split that is asked for; unless one is, on the first that has excerpts, which is said."""
    options = splits_of(chosen)
    first = next((split for split in options if _has_excerpts(dataset, record, chosen, split)), options[0])
    # A name of its own, so that another neuron does not begin with a split that was only this one's first.
    key = "compare_split" if first == "held_out" else f"compare_split_{first}"
    tell_unknown(key, [SPLITS[option] for option in options])
    split = st.selectbox(
        "Excerpts",
        options,
        index=options.index(first),
        format_func=SPLITS.__getitem__,
        key=key,
        bind="query-params",
    )
    if first == split == "valid":
        st.caption(
            f"There is no excerpt of the {SPLITS['held_out']}, such as where texts are near-duplicates of one another: "
            f"these are of the {SPLITS['valid']}."
        )
    return [view.simulated(dataset, record, source, str(split)) for source in chosen]


def _has_excerpts(dataset: Dataset, record: NeuronRecord, chosen: tuple[Source, Source], split: str) -> bool:
    try:
        first, second = (view.simulated(dataset, record, source, split) for source in chosen)
    except ScoringError:
        return False  # too few records; what is published can be shown without
    return bool(on_common_excerpts(first, second)[0].chosen.records)


def _nothing_to_compare(name: str, identity: NeuronId, known: Sequence[Source]) -> None:
    """Say why there are no two, and where to make another."""
    if len(known) > 1:
        said = (
            f"The {len(known)} explanations of neuron {identity} that can be simulated here say the same and give the "
            "same values, so there is nothing to compare. "
        )
    else:
        said = (
            f"Neuron {identity} has {len(known) or 'no'} {'explanation' if len(known) == 1 else 'explanations'} with a "
            "rule that can be evaluated here, or with a stored simulation; comparing needs two that differ. "
        )
    st.info(f"{said}Write a pattern of your own and save it, or make another on the page Explain.")
    place = nav.neuron_place(name, identity)
    with st.container(horizontal=True):
        nav.link("neuron", "Write a pattern", place=place, view={"neuron_tab": "Test a pattern"})
        nav.link("explain", "Explain it", place=place)


def _two_of(known: Sequence[Source], places: tuple[int, int]) -> tuple[Source, Source]:
    labels = [_label(source) for source in known]
    columns = st.columns(2)
    chosen = []
    for title in PLACES:
        tell_unknown(f"compare_{title.lower()}", labels)
    for place, column, title in zip(places, columns, PLACES, strict=True):
        label = column.selectbox(
            title, labels, index=place, key=f"compare_{title.lower()}", bind="query-params", width="stretch"
        )
        chosen.append(known[labels.index(str(label))])
    if is_same(chosen[0], chosen[1]):
        st.warning("Both say the same and give the same values, so every difference is 0. Choose another on one side.")
    return chosen[0], chosen[1]


def _label(source: Source) -> str:
    entry = source.explanation
    text = visible_quotes(entry.text.strip())
    by = f", simulated by {source.simulator}" if source.stored else ""
    return f"{text[:60]}{'…' if len(text) > 60 else ''} ({entry.explainer}{by} {entry.id[:4]})"


def _say_common(each: Sequence[SimulatedSet], found: Sequence[SimulatedSet]) -> None:
    counts = [len(one.chosen.records) for one in each]
    n = len(found[0].chosen.records)
    if max(counts) > n:
        st.caption(
            f"The first has values for {counts[0]} excerpts and the second for {counts[1]}; scores, scatters and "
            f"strips are of the {n} that both have."
        )


def _side_by_side(
    dataset: Dataset,
    name: str,
    record: NeuronRecord,
    chosen: Sequence[Source],
    found: Sequence[SimulatedSet],
    *,
    difference_trust: str,
) -> None:
    """Row by row, so that what belongs together stands at one height."""
    limits = view.limits_of(found)
    scores = [_with_baselines(one, source) for one, source in zip(found, chosen, strict=True)]
    told = common_circumstances(scores)
    for title, column, source, score in zip(PLACES, st.columns(2), chosen, scores, strict=True):
        with column.container(border=True, height="stretch"):
            st.caption(title)
            who(source.explanation)
            score_badge(score, told=told)
    _say_once(told, difference_trust)
    for place, column in enumerate(st.columns(2)):
        with column:
            r = "; ".join(view.correlations_by_side(found[place]).values())
            st.caption(f"{PLACES[place]}, by itself. {r}")
            view.scatter(found[place], key=f"compare_scatter_{place}", height=320, limits=limits)
            if words := view.calibration_words(found[place]):
                st.warning(words, icon=":material/trending_down:")
    for title, one in zip(PLACES, found, strict=True):
        st.caption(markdown_safe(f"{title}: {view.origin_words(one)}"))
    st.caption(" ".join(dict.fromkeys(map(view.units_words, found))))
    difference = st.toggle("Difference row", value=True, key="compare_difference", bind="query-params")
    for place, column in enumerate(st.columns(2)):
        with column:
            st.text(f"{PLACES[place]}: {chosen[place].explanation.explainer}")
            view.strips(
                record,
                found[place],
                key=f"compare_strips_{place}",
                dataset=name,
                heading=_heading,
                difference=difference,
            )


def _say_once(told: Sequence[str], difference_trust: str) -> None:
    """What both scores have in common, and how far the intervals of scores and difference can be trusted."""
    made = "; ".join(text for text in told if not text.endswith("."))
    notes = " ".join(text for text in told if text.endswith("."))
    said = [f"Each score: {made}. {notes}"] if told else []
    # The nearest size tried is often the same for both: not again.
    more = " ".join(sentence for sentence in re.split(r"(?<=\.) ", difference_trust) if sentence not in notes)
    if more:
        said.append(f"Of the difference: {more}")
    if said:
        st.caption(markdown_safe(" ".join(said)))


def _heading(record: ActivationRecord, _: int) -> str:
    return f"excerpt {record.excerpt_id}"


def _with_baselines(found: SimulatedSet, source: Source) -> Score | None:
    """The score computed now beside the stored baselines, where those are of the same excerpts and simulator."""
    if not found.scores:
        return None
    same = [
        score
        for score in source.explanation.scores
        if (score.split, score.subset) == (found.chosen.split, found.scores[0].subset)
        and (score.simulator, score.n_sequences) == (found.simulator, len(found.chosen.records))
    ]
    return replace(found.scores[0], baselines=same[0].baselines if same else ())
