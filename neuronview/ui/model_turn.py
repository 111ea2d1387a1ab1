"""Live calls of the model take turns, all sessions alike, and end when nobody waits for them any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from neuronview.ui.page_turn import step_aside

__all__ = ["in_turn", "run_while_wanted", "still_wanted"]

P = ParamSpec("P")
T = TypeVar("T")
_LOOK_EVERY = 0.2
"""Seconds."""


def still_wanted() -> None:
    """End this run of the page, as Streamlit does, where the visitor has asked for something else or is gone."""
    if get_script_run_ctx(suppress_warning=True) is not None:
        _ = "nv_wanted" in st.session_state  # every look at the state is a place where Streamlit may end a run


def in_turn(work: Callable[P, T]) -> Callable[P, T]:
    """The same function, waiting for its turn with the model first. Put it below a cache: what is kept needs none."""

    @wraps(work)
    def wait(*args: P.args, **kwargs: P.kwargs) -> T:
        from neuronview.model.fair import turn

        step_aside()
        with turn(check=still_wanted):
            return work(*args, **kwargs)

    return wait


def run_while_wanted(asked: Coroutine[object, object, T]) -> T:
    """What a coroutine gives; given up where the visitor goes on to something else, however long it would wait."""

    async def run() -> T:
        task = asyncio.ensure_future(asked)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=_LOOK_EVERY)
                still_wanted()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
            if not task.cancelled():
                task.exception()  # else asyncio complains where the visitor left at the moment at which it failed
        return task.result()

    step_aside()
    return asyncio.run(run())
