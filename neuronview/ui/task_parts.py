"""Long commands that a page starts: begun, watched live through their folders, stopped, gone on with, put away.

Each is a process of its own: closing the page does not stop it, and the page computes nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from neuronview.errors import NeuronViewError
from neuronview.jobs.tasks import Task, TaskFolder, TaskProgress, list_tasks, new_task, start
from neuronview.jobs.watched import STATE_WORDS
from neuronview.links import Place
from neuronview.store import names
from neuronview.ui import cached, nav
from neuronview.ui.amounts import time_words
from neuronview.ui.plain import markdown_safe
from neuronview.ui.problems import problem, say, solved

__all__ = ["begin", "is_busy", "watch"]

SHOWN = 5


def begin(kind: str, arguments: Sequence[str], *, title: str, dataset: str = "") -> None:
    """Start a command and draw the page again, which then shows it; says why where it cannot be started."""
    settings = cached.settings()
    if is_busy(dataset):
        problem("start", f"Something is at work on {dataset} already. Wait for it, or stop it first.")
        return
    try:
        start(new_task(settings.home, kind, arguments, title=title, dataset=dataset), settings)
    except (NeuronViewError, OSError) as error:
        problem("start", f"“{title}” could not be started: {error}")
        return
    solved("start")
    st.rerun()


def is_busy(dataset: str) -> bool:
    """Whether a task is at work on the dataset of this name."""
    return bool(dataset) and any(
        not folder.progress().is_over and folder.task().dataset == dataset for folder in _readable()
    )


def watch() -> None:
    """The newest tasks: live while they go on, with what can be done with those that are over."""
    shown = _readable()[:SHOWN]
    if not shown:
        return
    st.subheader("Work in the background", anchor=False)
    for folder in shown:
        over = folder.progress().is_over
        known = folder.task().dataset in names(cached.settings())
        with st.container(border=True, key=f"task_{folder.path.name}"):
            st.fragment(_panel, run_every=None if over else 1.0)(folder, over, known)


def _panel(folder: TaskFolder, over: bool, known: bool) -> None:
    try:
        task, progress = folder.task(), folder.progress()
    except NeuronViewError as error:
        say(error)
        return
    here = bool(task.dataset) and task.dataset in names(cached.settings())
    if progress.is_over != over or here != known:
        st.rerun()  # the whole page once more: a dataset came, or the timer may rest
    st.markdown(f"**{markdown_safe(task.title)}**")
    share = 1.0 if progress.state == "done" else progress.done / progress.total if progress.total else 0.0
    st.progress(min(1.0, share), text=markdown_safe(_state(progress)))
    if told := ", ".join(part for part in (progress.words, _left(progress)) if part):
        st.caption(markdown_safe(told))
    if task.kind == "verify" and progress.state == "done":
        st.info("What it found is told below, under Model and verification, where the dataset is open.")
    elif progress.message and (task.kind == "add" or progress.state != "done"):
        (st.error if progress.state == "failed" else st.info)(markdown_safe(progress.message))
    _ways(folder, task, progress, here=here)


def _state(progress: TaskProgress) -> str:
    step = f", {progress.step}" if progress.step and not progress.is_over else ""
    count = f": {progress.done:,} of {progress.total:,}" if progress.total and progress.state != "done" else ""
    return f"{STATE_WORDS[progress.state]}{step}{count}"


def _left(progress: TaskProgress) -> str:
    if progress.is_over or progress.seconds_left is None:
        return ""
    return f"{time_words(progress.seconds_left)} left"


def _ways(folder: TaskFolder, task: Task, progress: TaskProgress, *, here: bool) -> None:
    """What can be done with a task, as a row of buttons."""
    key = folder.path.name
    with st.container(horizontal=True, vertical_alignment="center"):
        if here and task.kind != "remove":
            nav.link("browse", f"Browse {task.dataset}", place=Place(dataset=task.dataset))
        if not progress.is_over:
            if folder.is_cancelled():
                st.caption("Stopping after what it is doing …")
            else:
                st.button("Cancel", icon=":material/stop_circle:", key=f"task_cancel_{key}", on_click=folder.cancel)
            return
        label = "Go on" if progress.as_given else "Try again"
        if progress.state != "done" and st.button(label, icon=":material/resume:", key=f"task_resume_{key}"):
            start(folder, cached.settings())
            st.rerun()
        if st.button("Put away", icon=":material/close:", key=f"task_forget_{key}", help="What it made stays."):
            folder.forget()
            st.rerun()
    if not progress.as_given:
        st.caption(
            "As it is, it can only fail again. Mend what is said above and try again; or put this away and start it "
            "anew below, with other values."
        )
    if progress.state != "done":
        st.code(_command(task), language=None, wrap_lines=True)


def _command(task: Task) -> str:
    return "python -m neuronview " + " ".join(_quoted(word) for word in task.arguments)


def _quoted(word: str) -> str:
    return f"'{word}'" if any(letter.isspace() or letter in "*?$&;" for letter in word) else word


def _readable() -> list[TaskFolder]:
    """Tasks whose files can be read, newest first; a damaged one cannot be watched."""
    found = []
    for folder in list_tasks(cached.settings().home):
        try:
            folder.task()
            folder.progress()
        except NeuronViewError:
            continue
        found.append(folder)
    return found
