"""One visit in public mode: a folder of its own in the system's temporary folder, gone when the visit is over.

Everything that a visitor makes (lists, notes, views, runs, explanations) is written there and nowhere else; files that
are exported from it are what stays.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import secrets
import shutil
import tempfile
import threading
import weakref
from collections.abc import Container, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from neuronview.config import Settings
from neuronview.errors import NeuronViewError
from neuronview.jobs.processes import is_running

__all__ = ["as_visitor", "end_all_but", "forget_all", "look_after", "require_room"]

_LOG = logging.getLogger(__name__)
_VISIT = "nv_visit"
_PREFIX = "neuronview-public-"


_visits: weakref.WeakSet[_Visit] = weakref.WeakSet()
"""Those that the server remembers; each goes some two minutes after its window was closed."""
_over: set[Path] = set()
"""Folders of visits that were ended, as long as they are there."""
_entering, _forgetting = threading.RLock(), threading.RLock()
LOOKED_AFTER = 10.0
"""Seconds from one look for visits that are over to the next."""


class _Visit:
    """Its runs end and its folder is removed with it: when Streamlit forgets the session, or the server ends.

    It has to be looked for: an object is removed when a collection of garbage comes to it, which may be never.
    """

    def __init__(self, session: str = "") -> None:
        self.session = session
        self.folder = _place() / f"visit-{secrets.token_hex(8)}"  # made by what is kept first
        self.end = weakref.finalize(self, _forget, self.folder)


def as_visitor(settings: Settings) -> Settings:
    """The settings, in public mode with the visit's own folder as the place where things are kept."""
    if settings.public is None:
        return settings
    if _VISIT not in st.session_state:
        _enter()
    return replace(settings, home=st.session_state[_VISIT].folder)


def require_room() -> None:
    """Make this visit one of those that are served at once; stops the run, in words, where there is no room."""
    public = Settings.from_env().public
    if public is None or _VISIT in st.session_state:
        return
    with _entering:
        if len(_visits) < public.visits:
            return _enter()
    st.title("There are too many visitors just now", anchor=False)
    st.warning(
        f"This server serves {public.visits:,} visits at once, and so many are open. Reload this page in a few "
        "minutes. On your own computer NeuronView has no such limit.",
        icon=":material/groups:",
    )
    st.stop()


def _enter() -> None:
    context = get_script_run_ctx(suppress_warning=True)
    st.session_state[_VISIT] = visit = _Visit(context.session_id if context else "")
    with _entering:
        _visits.add(visit)


async def look_after() -> None:
    """End visits that are over, for as long as the server is there. Nothing without public mode.

    In the server's own loop, which alone changes what sessions there are. Visits are looked at first: who comes in
    between the two looks has a session that the second one sees.
    """
    while Settings.from_env().public:
        await asyncio.sleep(LOOKED_AFTER)
        if not runtime.exists():
            continue
        with _entering:
            visits = list(_visits)
        sessions = {info.session.id for info in runtime.get_instance()._session_mgr.list_sessions()}
        await asyncio.to_thread(end_all_but, sessions, visits)


def end_all_but(sessions: Container[str], visits: Iterable[_Visit]) -> None:
    """End those of the visits whose sessions are not among these; what cannot be ended is in the log, and goes later.

    What a process wrote while it was ended is removed the next time.
    """
    for visit in visits:
        if visit.session not in sessions:
            with _entering:
                _visits.discard(visit)
            _over.add(visit.folder)
            try:
                visit.end()
            except (OSError, NeuronViewError, ValueError, TypeError):  # its files cannot be read or written
                _LOG.exception("A visit that is over could not be ended whole.")
    for folder in list(_over):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            _over.discard(folder)


def forget_all() -> None:
    """Remove what all visits of this server made: for its end."""
    if _place.cache_info().currsize:
        for folder in _place().glob("visit-*"):
            try:
                _forget(folder)
            except OSError:
                _LOG.exception("What a visit took of language models could not be noted.")
        shutil.rmtree(_place(), ignore_errors=True)


def _forget(folder: Path) -> None:
    with _forgetting:
        if folder.exists():
            # Not at the top: they load what a server that begins does not need.
            from neuronview.jobs.launch import end_runs
            from neuronview.jobs.limits import note_gone

            try:
                end_runs(folder)
                note_gone(folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)


@cache
def _place() -> Path:
    """The folder of this server's visits, for its user alone; what servers that are gone left is removed first."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not is_running(int(pid)) and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
    place = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    atexit.register(forget_all)
    return place
