"""Explain: choose neurons and an explainer, start a run, watch it, find its results again.

A run is a process of its own that this page only watches through its folder: closing the page does not stop it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from neuronview.errors import BadInput, BadPattern, NeuronViewError
from neuronview.explain.pattern import Pattern
from neuronview.jobs.launch import launch
from neuronview.jobs.plan import EXPLAINERS, Progress, RunFolder, RunPlan, list_runs, new_run
from neuronview.links import Place, format_neurons, parse_neurons
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, NeuronFilter
from neuronview.ui import cached, frame, nav
from neuronview.ui.browse_parts import last_filter
from neuronview.ui.tables import neuron_table

__all__ = [
    "Choice",
    "choose",
    "chosen_run",
    "describe_filter",
    "earlier_runs",
    "estimate",
    "rows_of",
    "start",
    "watch",
]

MOST_NEURONS = 500
SHOWN_RUNS = 20
CHUNK = 50
"""Neurons that share one pass of the model over the sample."""
STATE_WORDS = {
    "queued": "waiting to start",
    "running": "running",
    "done": "finished",
    "failed": "failed",
    "cancelled": "stopped",
    "interrupted": "interrupted: its process is gone",
}
_STORED_AS = {"pattern": "person"}


@dataclass(frozen=True)
class Choice:
    """What a person asked for."""

    neurons: tuple[NeuronId, ...]
    explainer: str
    pattern: str
    regex: bool
    seed: int
    sample: int


def choose(dataset: Dataset) -> Choice | None:
    """The controls; None, having said why, when they do not name a run that could be started."""
    with st.container(border=True):
        neurons = _neurons(dataset)
        explainer = st.selectbox(
            "Explainer",
            list(EXPLAINERS),
            format_func=lambda name: EXPLAINERS[name],
            key="explain_with",
            bind="query-params",
        )
        pattern, regex = _pattern() if explainer == "pattern" else ("", False)
        st.caption(_simulator_and_scorer(str(explainer)))
        seed, sample = _numbers(fits=explainer != "pattern")
    if neurons is None or pattern is None:
        return None
    return Choice(neurons, str(explainer), pattern, regex, seed, sample)


def _neurons(dataset: Dataset) -> tuple[NeuronId, ...] | None:
    which = st.segmented_control(
        "Which neurons",
        ["list", "filter"],
        default="list",
        required=True,
        format_func=lambda name: {"list": "One, or a list", "filter": "The filter of Browse"}[name],
        key="explain_which",
        bind="query-params",
    )
    return _filtered_neurons(dataset) if which == "filter" else _listed_neurons(dataset)


def _listed_neurons(dataset: Dataset) -> tuple[NeuronId, ...] | None:
    named = frame.place().neuron_id
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
        st.error(str(error))
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
        (st.error if (text or "").strip() else st.info)(str(error))
        return None, regex
    return str(text), regex


def _simulator_and_scorer(explainer: str) -> str:
    rule = {"lookup": "the token's stored mean", "dictionary": "the features, evaluated on the text"}
    return (
        f"Simulator: the explanation's own rule ({rule.get(explainer, 'the pattern, matched on the text')}). "
        "Scorer: simulation, the correlation of simulated with real activations on excerpts that nothing was fitted on."
    )


def _numbers(*, fits: bool) -> tuple[int, int]:
    with st.expander("Seed and sample"):
        seed = st.number_input("Seed", min_value=0, max_value=2**31 - 1, value=0, key="explain_seed")
        sample = st.number_input(
            "Excerpts to fit on",
            min_value=50,
            max_value=20_000,
            value=1500,
            step=50,
            key="explain_sample",
            disabled=not fits,
            help="Drawn from the dataset's text, without every document that the neurons are scored on.",
        )
    return int(seed), int(sample)


def estimate(dataset: Dataset, choice: Choice) -> str:
    """What a run would do, in words."""
    n = len(choice.neurons)
    noun = "1 neuron" if n == 1 else f"{n} neurons"
    if choice.explainer == "pattern":
        return f"{noun}; the model is not run: the pattern is simulated on the stored excerpts."
    passes = -(-n // CHUNK)
    again = f", {passes} times over ({CHUNK} neurons at a time)" if passes > 1 else ""
    length = dataset.manifest.raw.get("excerpt_tokens")
    tokens = f" of {length} tokens" if length else ""
    return f"{noun}; the model is run over up to {choice.sample:,} excerpts{tokens}{again}, on this computer."


def start(name: str, choice: Choice) -> None:
    """The button that starts the run, as a process that outlives this page."""
    if not st.button("Start", type="primary", icon=":material/play_arrow:", key="explain_start"):
        return
    settings = cached.settings()
    plan = RunPlan(
        id="",
        dataset=name,
        neurons=tuple(str(neuron) for neuron in choice.neurons),
        explainer=choice.explainer,
        pattern=choice.pattern,
        regex=choice.regex,
        seed=choice.seed,
        sample=choice.sample,
    )
    try:
        folder = new_run(settings.home, plan)
        launch(folder, settings)
    except (NeuronViewError, OSError) as error:
        st.error(f"The run could not be started: {error}")
        return
    st.query_params["run"] = folder.path.name


def chosen_run() -> RunFolder | None:
    """The run that the address names, else one that is still going."""
    runs = list_runs(cached.settings().home)
    named = st.query_params.get("run")
    if named is None:
        return next((run for run in runs if not run.progress().is_over), None)
    found = next((run for run in runs if run.path.name == named), None)
    if found is None:
        st.error(f"There is no run “{named}” on this computer. Choose one of the earlier runs below.")
    return found


def watch(dataset: Dataset, name: str, folder: RunFolder) -> None:
    """Progress of a run, live while it goes on, then its results."""
    plan = folder.plan()
    over = folder.progress().is_over
    st.subheader("This run", anchor=False)
    st.text(f"{EXPLAINERS.get(plan.explainer, plan.explainer)} · {_few(plan.neurons)} · dataset {plan.dataset}")
    if plan.explainer == "pattern":
        st.text(f"{'Expression' if plan.regex else 'Words'}: {plan.pattern}")
    st.fragment(_panel, run_every=None if over else 1.0)(folder, over)
    if plan.dataset != name:
        nav.link("explain", f"Its results are in dataset {plan.dataset}", place=Place(plan.dataset), view=_run(folder))
    elif over:
        _results(dataset, name, folder)


def _panel(folder: RunFolder, over: bool) -> None:
    progress = folder.progress()
    if progress.is_over and not over:
        st.rerun()  # the whole page once more, with the results and without the timer
    words = STATE_WORDS[progress.state]
    st.progress(min(1.0, max(0.0, progress.share)), text=f"{words}: {progress.done} of {progress.total} neurons done")
    if progress.step:
        st.caption(progress.step)
    if progress.message:
        st.text(progress.message)
    _failures(folder, progress)
    if not progress.is_over:
        if folder.is_cancelled():
            st.caption("Stopping after what it is doing …")
        elif st.button("Cancel", icon=":material/stop_circle:", key="explain_cancel"):
            folder.cancel()
            st.rerun(scope="fragment")
    elif progress.state != "done" and st.button("Go on with this run", icon=":material/resume:", key="explain_go_on"):
        folder.reopen()
        launch(folder, cached.settings())
        st.query_params["run"] = folder.path.name
        st.rerun()


def _failures(folder: RunFolder, progress: Progress) -> None:
    if progress.failures:
        with st.expander(f"{len(progress.failures)} neurons could not be done", expanded=True):
            st.text("\n".join(progress.failures))
    if progress.state in ("interrupted", "failed") and (log := folder.log_tail()):
        with st.expander("What its process wrote last"):
            st.code(log, language=None)


def _results(dataset: Dataset, name: str, folder: RunFolder) -> None:
    plan, finished = folder.plan(), folder.finished()
    found: list[Explanation] = []
    for neuron in plan.neuron_ids:
        if str(neuron) in finished:
            found += _of_run(cached.explanations(dataset, neuron), plan)
    if not found:
        return
    st.caption(
        f"{len(found)} explanations, kept on this computer and shown on the neurons' pages. "
        "A score stands beside its 95 % interval and the number of excerpts."
    )
    neuron_table(
        rows_of(found),
        dataset=name,
        key="explain_results",
        alt="Results of the run",
        columns=(
            "open",
            "explanation",
            "explainer",
            "score",
            "low",
            "high",
            "n_sequences",
            "state",
            "top_score",
            "random_score",
        ),
    )
    if len(found) == 1 and found[0].neuron is not None:
        nav.neuron_link(name, found[0].neuron, label=f"Open neuron {found[0].neuron}")


def _of_run(explanations: Sequence[Explanation], plan: RunPlan) -> list[Explanation]:
    """What the run found for a neuron; the stored equal, where the same rule was there before."""
    mine = [entry for entry in explanations if entry.explainer == _STORED_AS.get(plan.explainer, plan.explainer)]
    of_run = [entry for entry in mine if entry.provenance.created == plan.created]
    if not of_run and plan.explainer == "pattern":
        return [entry for entry in mine if (entry.rule or {}).get("pattern") == plan.pattern][:1]
    return of_run or mine[:1]


def rows_of(explanations: Sequence[Explanation]) -> pd.DataFrame:
    """Explanations as rows of the browse table, best lower bound first; nan and None where there is no score."""
    rows = []
    for entry in explanations:
        score = entry.score(split="held_out") or entry.score()
        split = score.split if score else None
        top, random = (entry.score(split=split, subset=subset) for subset in ("top", "random"))
        rows.append(
            {
                "layer": entry.neuron.layer if entry.neuron else -1,
                "neuron": entry.neuron.neuron if entry.neuron else -1,
                "explanation": entry.text.strip(),
                "explainer": entry.explainer,
                "score": score.value if score else None,
                "low": score.interval[0] if score else None,
                "high": score.interval[1] if score else None,
                "n_sequences": score.n_sequences if score else None,
                "state": score.state if score else None,
                "top_score": top.value if top else None,
                "random_score": random.value if random else None,
            }
        )
    return pd.DataFrame(rows).sort_values("low", ascending=False, na_position="last", ignore_index=True)


def earlier_runs() -> None:
    """Every run of this computer, newest first; a button shows one."""
    runs = list_runs(cached.settings().home)[:SHOWN_RUNS]
    if not runs:
        return
    st.subheader("Earlier runs", anchor=False)
    rows, names = [], []
    for run in runs:
        try:
            plan, progress = run.plan(), run.progress()
        except NeuronViewError as error:
            st.caption(str(error))
            continue
        names.append(run.path.name)
        rows.append(
            {
                "show": "Show",
                "started": pd.Timestamp(plan.created) if plan.created else None,
                "state": STATE_WORDS[progress.state],
                "done": f"{progress.done} of {progress.total}",
                "failures": len(progress.failures),
                "explainer": plan.explainer,
                "neurons": _few(plan.neurons),
                "dataset": plan.dataset,
            }
        )

    def show() -> None:
        nav.go("explain", view={"run": names[int(st.session_state["explain_show"]["row"])]})

    st.dataframe(
        pd.DataFrame(rows),
        key="explain_runs",
        alt="Earlier runs",
        hide_index=True,
        height="content",
        column_config={
            "show": st.column_config.ButtonColumn("", type="tertiary", on_click=show, key="explain_show", pinned=True),
            "started": st.column_config.DatetimeColumn("Started", format="YYYY-MM-DD HH:mm"),
            "state": "State",
            "done": "Done",
            "failures": "Not done",
            "explainer": "Explainer",
            "neurons": "Neurons",
            "dataset": "Dataset",
        },
    )


def _run(folder: RunFolder) -> dict[str, object]:
    return {"run": folder.path.name}


def _few(neurons: Sequence[str]) -> str:
    shown = ", ".join(neurons[:6])
    return shown if len(neurons) <= 6 else f"{shown} and {len(neurons) - 6} more"
