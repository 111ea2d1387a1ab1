"""Explain: choose neurons, an explainer and what it needs; see what a run would do; start it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from neuronview.errors import BadInput, BadPattern, NeuronViewError
from neuronview.explain.pattern import Pattern
from neuronview.jobs.choices import ALL_EXPLAINERS, LANGUAGE_EXPLAINERS, PERSON
from neuronview.jobs.execute import CHUNK
from neuronview.jobs.launch import launch
from neuronview.jobs.limits import listed_models
from neuronview.jobs.plan import EXPLAINERS, RunPlan, new_run
from neuronview.links import format_neurons, parse_neurons
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.ui import cached, frame, nav, state
from neuronview.ui.browse_filter import last_filter
from neuronview.ui.panels import kept_open
from neuronview.ui.problems import problem, say, solved
from neuronview.ui.wrong_values import tell_number, tell_unknown

__all__ = ["choose", "describe_filter", "estimate", "explainer_label", "start"]

MOST_NEURONS = 500
WHICH = {"list": "One, or a list", "filter": "The filter of Browse"}
BY = {"rule": "By its own rule", "model": "By a language model"}


WHAT_IT_ASKS: Mapping[str, str] = {
    "pairs": "Shows a language model the neuron's excerpts token by token, with activations 0 to 10.",
    "summary": "Shows a language model excerpts and the tokens that are active in them: about half as much to read.",
    "token-space": "Shows a language model the tokens with the highest mean activation, and no text around them.",
    "revision": "Shows a language model the excerpts that an explanation predicts worst, and asks for a better one. It "
    "is kept only if the calibration excerpts agree.",
    "person": "Your sentence is read by a language model, which says what each token of unseen excerpts should do.",
}


def choose(dataset: Dataset, name: str) -> RunPlan | None:
    """The controls; None, having said why, when they do not name a run that could be started.

    A plan of a rule explainer whose explanation a language model is to read has the simulator `auto`.
    """
    tell_unknown("explain_which", WHICH.values())
    tell_unknown("explain_with", map(explainer_label, ALL_EXPLAINERS))
    tell_unknown("explain_by", BY.values())
    tell_number("explain_first", 1, MOST_NEURONS, whole=True)
    with st.container(border=True):
        neurons = _neurons(dataset)
        explainer = str(
            st.selectbox(
                "Explainer",
                list(ALL_EXPLAINERS),
                format_func=explainer_label,
                key="explain_with",
                bind="query-params",
            )
        )
        pattern, regex = _pattern() if explainer == "pattern" else ("", False)
        sentence = _sentence(explainer)
        by_model = explainer not in EXPLAINERS or _read_by_model(explainer)
        if explainer in WHAT_IT_ASKS:
            st.caption(WHAT_IT_ASKS[explainer])
        elif not by_model:
            st.caption(_simulator_and_scorer(explainer))
        seed, sample = (0, 1500) if by_model else _numbers(fits=explainer != "pattern")
    if neurons is None or pattern is None or sentence is None:
        return None
    return RunPlan(
        "",
        name,
        tuple(map(str, neurons)),
        explainer,
        simulator="auto" if by_model else "rule",
        pattern=pattern,
        regex=regex,
        seed=seed,
        sample=sample,
        sentence=sentence,
    )


def explainer_label(name: str) -> str:
    """What an explainer is called in the list, and so in the address."""
    label = ALL_EXPLAINERS[name]
    return f"{label} (language model)" if name in (*LANGUAGE_EXPLAINERS, *PERSON) else label


def _sentence(explainer: str) -> str | None:
    """A sentence of the person's own, where the explainer takes one; None, having said so, where it needs one."""
    if explainer not in ("person", "revision"):
        return ""
    needed = explainer == "person"
    typed = st.text_area(
        "Your sentence" if needed else "Sentence to begin with",
        placeholder="such as: dates and years" if needed else "empty: the best stored one, else one asked for now",
        key=f"explain_sentence_{explainer}",
        persist_state="session",
        height="content",
    )
    text = " ".join(str(typed or "").split())
    if needed and not text:
        st.info("Say in a sentence what the neuron looks for.", icon=":material/edit:")
        return None
    return text


def _read_by_model(explainer: str) -> bool:
    """Whether a language model is to simulate a rule explainer's sentence; not asked where visitors have none."""
    public = cached.settings().public
    if public is not None and not listed_models(public):
        return False
    chosen = st.segmented_control(
        "Simulated",
        list(BY),
        default="rule",
        required=True,
        format_func=BY.__getitem__,
        key="explain_by",
        bind="query-params",
        help="By its rule: exact, at once and free. By a language model: as it reads the sentence alone, which must be "
        "stored already (a pattern is taken as typed).",
    )
    return chosen == "model"


def _neurons(dataset: Dataset) -> tuple[NeuronId, ...] | None:
    which = st.segmented_control(
        "Which neurons",
        list(WHICH),
        default="list",
        required=True,
        format_func=WHICH.__getitem__,
        key="explain_which",
        bind="query-params",
    )
    return _filtered_neurons(dataset) if which == "filter" else _listed_neurons(dataset)


def _named_neuron(dataset: Dataset) -> NeuronId | None:
    """The neuron of the address, else the one looked at last, which the address then names."""
    named = frame.place().neuron_id
    name = frame.dataset_name()
    last = state.last_neuron(name)
    if named is None and last is not None and dataset.manifest.model.require(*last) is None:
        named = last
        st.query_params.update(nav.neuron_place(name, last).parameters())
    return named


def _listed_neurons(dataset: Dataset) -> tuple[NeuronId, ...] | None:
    named = _named_neuron(dataset)
    typed = st.text_input(
        "Neurons",
        value=str(named) if named else "",
        placeholder="layer:neuron, several with commas between, such as 0:1,2:17",
        key="explain_neurons",
        bind="query-params",
    )
    if not (typed or "").strip():
        st.info("Name one or more neurons, such as 0:1 or 0:1,2:17.", icon=":material/edit:")
        return None
    try:
        found = parse_neurons(str(typed))
        if len(found) > MOST_NEURONS:
            raise BadInput(f"{len(found)} neurons are too many for one run: name at most {MOST_NEURONS}.")
        return tuple(dataset.require(neuron) for neuron in found)
    except NeuronViewError as error:
        say(error)
        return None


def _filtered_neurons(dataset: Dataset) -> tuple[NeuronId, ...] | None:
    chosen = last_filter(dataset) or NeuronFilter()
    first = st.number_input(
        "The first neurons of the filter, by lower bound of the score",
        min_value=1,
        max_value=MOST_NEURONS,
        value=10,
        key="explain_first",
        bind="query-params",
    )
    st.text(f"Filter: {describe_filter(chosen)}")
    # A neuron has a row for each of its explanations.
    rows = cached.page_of_neurons(dataset, chosen, limit=int(first) * 8)
    found = list(dict.fromkeys(NeuronId(int(a), int(b)) for a, b in zip(rows["layer"], rows["neuron"], strict=True)))
    if not found:
        st.info("The filter of Browse keeps no neuron. Loosen it there, or name neurons.")
        return None
    kept = tuple(found[: int(first)])
    st.caption(f"{len(kept)} neurons: {format_neurons(kept[:12])}{' …' if len(kept) > 12 else ''}")
    return kept


def describe_filter(chosen: NeuronFilter) -> str:
    """A filter of Browse in words."""
    parts = []
    if chosen.layers:
        parts.append("layers " + ", ".join(map(str, chosen.layers)))
    if chosen.explainer:
        parts.append(f"explainer {chosen.explainer}")
    if chosen.score:
        parts.append(f"score {chosen.score[0]:g} to {chosen.score[1]:g}")
    if chosen.share_positive:
        parts.append(f"{chosen.share_positive[0]:.0%} to {chosen.share_positive[1]:.0%} of tokens active")
    if chosen.text.strip():
        parts.append(f"{'expression' if chosen.regex else 'words'} “{chosen.text}”")
    if chosen.states:
        parts.append("states " + ", ".join(chosen.states))
    return "; ".join(parts) or "none set, so every neuron"


def _pattern() -> tuple[str | None, bool]:
    words, expression = st.columns([5, 2], vertical_alignment="bottom")
    text = words.text_input(
        "Your words or expression",
        placeholder="paris, london, berl*",
        key="explain_pattern",
        bind="query-params",
        help="Words match whole words without regard to case; commas separate alternatives; * stands for any letters.",
    )
    regex = expression.toggle("Regular expression", key="explain_regex", bind="query-params")
    try:
        Pattern(text or "", is_regex=regex)
    except BadPattern as error:
        (say if (text or "").strip() else st.info)(str(error))
        return None, regex
    return str(text), regex


def _simulator_and_scorer(explainer: str) -> str:
    rule = {"lookup": "the token's stored mean", "dictionary": "the features, evaluated on the text"}
    return (
        f"Simulator: the explanation's own rule ({rule.get(explainer, 'the pattern, matched on the text')}). "
        "Scorer: simulation, the correlation of simulated with real activations on excerpts that no explanation was "
        "fitted on."
    )


def _numbers(*, fits: bool) -> tuple[int, int]:
    with kept_open("Seed and sample" if fits else "Seed", "explain_draw"):
        seed = st.number_input("Seed", min_value=0, max_value=2**31 - 1, value=0, key="explain_seed")
        sample = 1500
        if fits:
            sample = st.number_input(
                "Excerpts to fit on",
                min_value=50,
                max_value=20_000,
                value=1500,
                step=50,
                key="explain_sample",
                help="Drawn from the dataset's text, without every document that the neurons are scored on.",
            )
    return int(seed), int(sample)


def estimate(dataset: Dataset, plan: RunPlan) -> str:
    """What a run by rule would do, in words."""
    n = len(plan.neurons)
    noun = "1 neuron" if n == 1 else f"{n} neurons"
    if plan.explainer == "pattern":
        return f"{noun}; the model is not run: the pattern is simulated on the stored excerpts."
    passes = -(-n // CHUNK)
    again = f", {passes} times over ({CHUNK} neurons at a time)" if passes > 1 else ""
    length = dataset.manifest.raw.get("excerpt_tokens")
    tokens = f" of {length} tokens" if length else ""
    return f"{noun}; the model is run over up to {plan.sample:,} excerpts{tokens}{again}, on this computer."


def start(plan: RunPlan) -> None:
    """The button that starts a run by rule, as a process that outlives this page."""
    if not st.button("Start", type="primary", icon=":material/play_arrow:", key="explain_start"):
        return
    settings = cached.settings()
    try:
        folder = new_run(settings.home, plan)
        launch(folder, settings)
    except (NeuronViewError, OSError) as error:
        problem("start", f"The run could not be started: {error}")
        return
    solved("start")
    st.query_params["run"] = folder.path.name
    st.rerun()  # the run is shown above what was chosen
