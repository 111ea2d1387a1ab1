"""A run on the page: watched live through its folder, cancelled, gone on with; the earlier ones.

A run is a process of its own: closing the page does not stop it, and nothing here computes a result.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from neuronview.errors import BadInput, NeuronViewError
from neuronview.jobs.choices import (
    ALL_EXPLAINERS,
    LANGUAGE_SIMULATORS,
    chooses,
    explainer_of,
    simulates,
    simulator_of,
    uses_language_model,
)
from neuronview.jobs.launch import launch
from neuronview.jobs.limits import require_room
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, list_runs
from neuronview.jobs.results import another_try_helps
from neuronview.jobs.watched import STATE_WORDS
from neuronview.links import Place
from neuronview.store import Dataset
from neuronview.ui import cached, endpoint_parts, key_parts, nav, run_details, run_results
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import problem, say, solved
from neuronview.ui.run_pace import time_left

__all__ = ["chosen_run", "earlier_runs", "watch"]

SHOWN_RUNS = 20
DAMAGED = "damaged"

NAMED = 60
"""Characters of a run that the address names and that is not there; ids of runs are shorter."""


def chosen_run() -> RunFolder | None:
    """The run that the address names, else one that is still going."""
    runs = list_runs(cached.settings().home)
    named = st.query_params.get("run")
    if named is None:
        return next((run for run in runs if not _is_over(run)), None)
    found = next((run for run in runs if run.path.name == named), None)
    if found is None:
        say(f"There is no run “{named[:NAMED]}” on this computer. Choose one of the earlier runs below.")
    return found


def watch(dataset: Dataset, name: str, folder: RunFolder) -> None:
    """Progress of a run, live while it goes on, then its results; what is wrong with its files, where something is."""
    st.subheader("This run", anchor=False)
    if wrong := folder.problem():
        say(wrong)
        return
    plan = folder.plan()
    over = folder.progress().is_over
    _what(plan)
    st.fragment(_panel, run_every=None if over else 1.0)(folder, over)
    if plan.dataset != name:
        nav.link("explain", f"Its results are in dataset {plan.dataset}", place=Place(plan.dataset), view=_run(folder))
    elif over:
        run_results.results(dataset, name, folder)


def _what(plan: RunPlan) -> None:
    """What the run does, a line each."""
    explainer = ALL_EXPLAINERS.get(plan.explainer, plan.explainer)
    st.text(f"{explainer} · {_few(plan.neurons)} · dataset {plan.dataset}")
    if plan.explainer == "pattern":
        st.text(f"{'Expression' if plan.regex else 'Words'}: {plan.pattern}")
    if plan.sentence:
        st.text(f"Sentence: {plan.sentence}")
    if uses_language_model(plan):
        models = dict.fromkeys(
            endpoint_parts.place_words(chosen) for chosen in (explainer_of(plan), simulator_of(plan))
        )
        simulator = LANGUAGE_SIMULATORS.get(plan.simulator, plan.simulator)
        used = "" if simulates(plan) else ", to choose an explanation alone"
        read = f" · simulator{used}: {simulator}" if simulates(plan) or chooses(plan) else ""
        st.text(f"{'; '.join(models)}{read} · {_scorers(plan)}")


def _scorers(plan: RunPlan) -> str:
    return f"{'scorer' if len(plan.scorers) == 1 else 'scorers'}: {', '.join(plan.scorers)}"


def _state_words(progress: Progress) -> str:
    """The state; a run that came to its end is finished only where all is done."""
    is_short = progress.state == "done" and (progress.failed or progress.left)
    return "ended" if is_short else STATE_WORDS[progress.state]


def _amount_words(progress: Progress) -> str:
    """How many neurons are done, failed, and left in a run that nothing more happens in by itself."""
    said = f"{progress.done} of {progress.total} neurons done"
    said += f", {progress.failed} failed" if progress.failed else ""
    return said + (f", {progress.left} left" if progress.left and progress.is_over else "")


def _panel(folder: RunFolder, over: bool) -> None:
    if wrong := folder.problem():
        say(wrong)
        return
    progress = folder.progress()
    if progress.is_over and not over:
        st.rerun()  # the whole page once more, with the results and without the timer
    share = progress.done / max(1, progress.total) if progress.is_over else progress.share
    st.progress(min(1.0, max(0.0, share)), text=f"{_state_words(progress)}: {_amount_words(progress)}")
    plan = folder.plan()
    by_model = uses_language_model(plan)
    left = ""
    if not progress.is_over and not by_model:  # a run by language model tells its own, below
        left = time_left(st.session_state, folder.path.name, share=progress.share, now=time.monotonic())
    if doing := ", ".join(part for part in (progress.step, left) if part):
        st.caption(markdown_safe(doing))
    if by_model:
        run_details.live(progress)
    if progress.message and progress.state == "failed":
        say(progress.message)
    elif progress.message:  # a person's own stop is no failure
        st.info(markdown_safe(progress.message))
    if not (over and by_model):  # told with the results then, each in its state
        _failures(folder, progress)
    elif progress.state in ("interrupted", "failed"):
        _log(folder)
    if not progress.is_over:
        if folder.is_cancelled():
            st.caption("Stopping after what it is doing …")
        elif st.button("Cancel", icon=":material/stop_circle:", key="explain_cancel"):
            folder.cancel()
            st.rerun(scope="fragment")
    else:
        _go_on(folder, plan, progress)


def _go_on(folder: RunFolder, plan: RunPlan, progress: Progress) -> None:
    """What can be done with a run that is over: go on with what is missing, with other caps or another key."""
    if progress.state == "done" and not another_try_helps(folder, plan, progress):
        return
    if uses_language_model(plan):
        run_details.other_caps(folder, plan)
        if progress.state == "failed":
            for chosen in dict.fromkeys((explainer_of(plan), simulator_of(plan))):
                key_parts.key_field(chosen, f"again_{chosen.base_url}_{chosen.model}", is_wanted=True)
    label = "Try the failed ones again" if progress.state == "done" else "Go on with this run"
    if st.button(label, icon=":material/resume:", key="explain_go_on"):
        try:
            require_room(cached.settings(), but=folder.path.name)
            folder.reopen()
            launch(folder, cached.settings(), **(key_parts.typed_keys(plan) if uses_language_model(plan) else {}))
        except BadInput as error:
            problem("start", str(error))
            return
        solved("start")
        st.query_params["run"] = folder.path.name
        st.rerun()


def _failures(folder: RunFolder, progress: Progress) -> None:
    if progress.failures:
        neurons = "1 neuron" if progress.failed == 1 else f"{progress.failed} neurons"
        with st.expander(f"{neurons} could not be done", expanded=True):
            st.text("\n".join(progress.failures))
    if progress.state in ("interrupted", "failed"):
        _log(folder)


def _log(folder: RunFolder) -> None:
    if log := folder.log_tail():
        with st.expander("What its process wrote last"):
            st.code(log, language=None)


def earlier_runs(*, watched: RunFolder | None = None) -> None:
    """Runs of this computer, newest first; a button shows one. The `watched` one is left out while it goes on."""
    runs = list_runs(cached.settings().home)[:SHOWN_RUNS]
    runs = [run for run in runs if run != watched or _is_over(run)]
    if not runs:
        return
    st.subheader("Earlier runs", anchor=False)
    rows = [_run_row(run) for run in runs]
    names = [run.path.name for run in runs]
    if damaged := sum(row["state"] == DAMAGED for row in rows):
        st.caption(f"{damaged} of these runs cannot be read. Show says why.")

    def show() -> None:
        nav.go("explain", view={"run": names[int(st.session_state["explain_show"]["row"])]})

    st.dataframe(
        pd.DataFrame(rows).astype({"failed": "Int64", "left": "Int64"}),
        key="explain_runs",
        alt="Earlier runs",
        hide_index=True,
        height="content",
        column_config={
            "show": st.column_config.ButtonColumn("", type="tertiary", on_click=show, key="explain_show", pinned=True),
            "started": st.column_config.DatetimeColumn("Started", format="YYYY-MM-DD HH:mm"),
            "state": "State",
            "done": "Done",
            "failed": st.column_config.NumberColumn("Failed", help="Neurons that could not be done."),
            "left": st.column_config.NumberColumn("Left", help="Neurons that were not tried, or not to the end."),
            "explainer": "Explainer",
            "reader": st.column_config.TextColumn("Read by", help="The simulator or judge, and its language model."),
            "neurons": "Neurons",
            "dataset": "Dataset",
        },
    )


def _is_over(run: RunFolder) -> bool:
    """Whether nothing more will happen by itself; a run that cannot be read is not waited for."""
    return bool(run.problem()) or run.progress().is_over


def _run_row(run: RunFolder) -> dict[str, object]:
    """A run as a row of the list; one that cannot be read keeps its place and says so."""
    try:
        plan, progress = run.plan(), run.progress()
    except NeuronViewError:
        unknown = dict.fromkeys(("done", "explainer", "reader", "neurons", "dataset"), "")
        return {"show": "Show", "started": None, "state": DAMAGED, "failed": None, "left": None, **unknown}
    return {
        "show": "Show",
        "started": pd.to_datetime(plan.created, errors="coerce"),
        "state": _state_words(progress),
        "done": f"{progress.done} of {progress.total}",
        "failed": progress.failed,
        "left": progress.left,
        "explainer": plan.explainer,
        "reader": _reader(plan),
        "neurons": _few(plan.neurons),
        "dataset": plan.dataset,
    }


def _reader(plan: RunPlan) -> str:
    """What reads the explanations: a rule, or a language model, by which simulator or as a judge."""
    if not uses_language_model(plan):
        return plan.simulator
    way = "judge" if not simulates(plan) else "" if plan.simulator == "auto" else plan.simulator
    return ", ".join(filter(None, (way, simulator_of(plan).model)))


def _run(folder: RunFolder) -> dict[str, object]:
    return {"run": folder.path.name}


def _few(neurons: Sequence[str]) -> str:
    shown = ", ".join(neurons[:6])
    return shown if len(neurons) <= 6 else f"{shown} and {len(neurons) - 6} more"
