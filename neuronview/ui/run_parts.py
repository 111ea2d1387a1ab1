"""A run on the page: watched live through its folder, cancelled, gone on with, its results, the earlier ones.

A run is a process of its own: closing the page does not stop it, and nothing here computes a result.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.jobs.choices import ALL_EXPLAINERS, LANGUAGE_SIMULATORS, explainer_of, simulator_of, uses_language_model
from neuronview.jobs.launch import launch
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, list_runs
from neuronview.links import Place
from neuronview.records import Explanation
from neuronview.store import Dataset
from neuronview.ui import cached, endpoint_parts, key_parts, nav, run_details
from neuronview.ui.plain import markdown_safe
from neuronview.ui.run_pace import time_left
from neuronview.ui.tables import neuron_table

__all__ = ["chosen_run", "earlier_runs", "rows_of", "watch"]

SHOWN_RUNS = 20
DAMAGED = "damaged"
STATE_WORDS = {
    "queued": "waiting to start",
    "running": "running",
    "done": "finished",
    "failed": "failed",
    "cancelled": "stopped",
    "interrupted": "interrupted: its process is gone",
}
_STORED_AS = {"pattern": "person"}


def chosen_run() -> RunFolder | None:
    """The run that the address names, else one that is still going."""
    runs = list_runs(cached.settings().home)
    named = st.query_params.get("run")
    if named is None:
        return next((run for run in runs if not _is_over(run)), None)
    found = next((run for run in runs if run.path.name == named), None)
    if found is None:
        st.error(f"There is no run “{named}” on this computer. Choose one of the earlier runs below.")
    return found


def watch(dataset: Dataset, name: str, folder: RunFolder) -> None:
    """Progress of a run, live while it goes on, then its results; what is wrong with its files, where something is."""
    st.subheader("This run", anchor=False)
    if problem := folder.problem():
        st.error(markdown_safe(problem))
        return
    plan = folder.plan()
    over = folder.progress().is_over
    _what(plan)
    st.fragment(_panel, run_every=None if over else 1.0)(folder, over)
    if plan.dataset != name:
        nav.link("explain", f"Its results are in dataset {plan.dataset}", place=Place(plan.dataset), view=_run(folder))
    elif over:
        _results(dataset, name, folder)


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
        st.text(f"{'; '.join(models)} · simulator: {simulator} · scorers: {', '.join(plan.scorers)}")


def _panel(folder: RunFolder, over: bool) -> None:
    if problem := folder.problem():
        st.error(markdown_safe(problem))
        return
    progress = folder.progress()
    if progress.is_over and not over:
        st.rerun()  # the whole page once more, with the results and without the timer
    words = STATE_WORDS[progress.state]
    st.progress(min(1.0, max(0.0, progress.share)), text=f"{words}: {progress.done} of {progress.total} neurons done")
    left = (
        ""
        if progress.is_over
        else time_left(st.session_state, folder.path.name, share=progress.share, now=time.monotonic())
    )
    if doing := ", ".join(part for part in (progress.step, left) if part):
        st.caption(markdown_safe(doing))
    plan = folder.plan()
    if uses_language_model(plan):
        run_details.live(progress)
    if progress.message:
        # A person's own stop is no failure.
        (st.error if progress.state == "failed" else st.info)(markdown_safe(progress.message))
    if not (over and uses_language_model(plan)):  # told with the results then, each in its state
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
    failed = folder.failed() if uses_language_model(plan) else {}
    if progress.state == "done" and not failed:
        return
    if uses_language_model(plan):
        run_details.other_caps(folder, plan)
        if progress.state == "failed":
            for chosen in dict.fromkeys((explainer_of(plan), simulator_of(plan))):
                key_parts.key_field(chosen, f"again_{chosen.base_url}_{chosen.model}")
    label = "Try the failed ones again" if progress.state == "done" else "Go on with this run"
    if st.button(label, icon=":material/resume:", key="explain_go_on"):
        folder.reopen()
        keys = key_parts.typed_keys(plan) if uses_language_model(plan) else {}
        launch(folder, cached.settings(), **keys)
        st.query_params["run"] = folder.path.name
        st.rerun()


def _failures(folder: RunFolder, progress: Progress) -> None:
    if progress.failures:
        with st.expander(f"{len(progress.failures)} neurons could not be done", expanded=True):
            st.text("\n".join(progress.failures))
    if progress.state in ("interrupted", "failed"):
        _log(folder)


def _log(folder: RunFolder) -> None:
    if log := folder.log_tail():
        with st.expander("What its process wrote last"):
            st.code(log, language=None)


def _results(dataset: Dataset, name: str, folder: RunFolder) -> None:
    plan, finished = folder.plan(), folder.finished()
    failed = folder.failed() if uses_language_model(plan) else {}
    found: list[Explanation] = []
    for neuron in plan.neuron_ids:
        known = dataset.manifest.model.require(*neuron) is None
        if known and (str(neuron) in finished or str(neuron) in failed):
            found += _of_run(cached.explanations(dataset, neuron), plan)
    if uses_language_model(plan):
        _language_results(name, folder, found, n_kept=len(finished | set(failed)))
        return
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
            "score",
            "low",
            "high",
            "n_sequences",
            "state",
            "explainer",
            "top_score",
            "random_score",
        ),
    )
    if len(found) == 1 and found[0].neuron is not None:
        nav.neuron_link(name, found[0].neuron, label=f"Open neuron {found[0].neuron}")


def _language_results(name: str, folder: RunFolder, found: Sequence[Explanation], *, n_kept: int) -> None:
    plan = folder.plan()
    if not n_kept:
        return
    st.markdown("#### Results")
    st.caption(f"{run_details.spent_words(folder.progress())} Kept on this computer, beside what other runs found.")
    run_details.results(found, plan, folder.failed(), dataset=name, rows=rows_of)
    later = len(folder.finished()) - len({entry.neuron for entry in found})
    if later > 0:
        st.caption(f"{later} more came out the same in a later run of the same plan, and are shown with that one.")


def _of_run(explanations: Sequence[Explanation], plan: RunPlan) -> list[Explanation]:
    """What the run found for a neuron; the stored equal, where the same rule was there before."""
    mine = [entry for entry in explanations if entry.explainer == _STORED_AS.get(plan.explainer, plan.explainer)]
    of_run = [entry for entry in mine if entry.provenance.created == plan.created]
    if uses_language_model(plan):
        return of_run
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
        pd.DataFrame(rows).astype({"failures": "Int64"}),
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
            "simulator": "Simulator",
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
        unknown = {"done": "", "failures": None, "explainer": "", "simulator": "", "neurons": "", "dataset": ""}
        return {"show": "Show", "started": None, "state": DAMAGED, **unknown}
    return {
        "show": "Show",
        "started": pd.to_datetime(plan.created, errors="coerce"),
        "state": STATE_WORDS[progress.state],
        "done": f"{progress.done} of {progress.total}",
        "failures": len(progress.failures),
        "explainer": plan.explainer,
        "simulator": ", ".join(dict.fromkeys((plan.simulator, simulator_of(plan).model)))
        if uses_language_model(plan)
        else plan.simulator,
        "neurons": _few(plan.neurons),
        "dataset": plan.dataset,
    }


def _run(folder: RunFolder) -> dict[str, object]:
    return {"run": folder.path.name}


def _few(neurons: Sequence[str]) -> str:
    shown = ", ".join(neurons[:6])
    return shown if len(neurons) <= 6 else f"{shown} and {len(neurons) - 6} more"
