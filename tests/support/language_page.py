"""The page Explain with a language model of a test's own: runs that are planned and carried out, what the page says."""

from contextlib import suppress
from typing import Any

from streamlit.testing.v1 import AppTest

from neuronview.config import Settings
from neuronview.errors import NeuronViewError
from neuronview.jobs.choices import Chosen
from neuronview.jobs.endpoints import Keys, connect, probe_cached
from neuronview.jobs.execute import execute
from neuronview.jobs.plan import RunFolder, RunPlan, new_run
from neuronview.store import open_dataset
from tests.support import run_dataset
from tests.support.scripted_server import MODEL, ScriptedServer

Launched = list[tuple[RunFolder, dict[str, str]]]
CANARY = "sk-canary-3f9b1d"


def html_of(at: AppTest) -> str:
    """All HTML of a page."""
    return " ".join(str(entry.proto.body) for entry in at.get("html"))


def keys_in(at: AppTest) -> set[str]:
    """Keys of the controls that are there."""
    return {str(getattr(entry, "key", "")) for entry in (*at.button, *at.text_input, *at.number_input, *at.selectbox)}


def planned(server: ScriptedServer, *neurons: str, **options: Any) -> RunFolder:
    """A run of few calls by the server's model, with other options where they are given."""
    chosen: dict[str, Any] = {
        "explainer": "pairs",
        "simulator": "auto",
        "explainer_model": MODEL,
        "explainer_url": server.base_url,
        "candidates": 1,
        "excerpts": 4,
        "others": 0,
    }
    return new_run(Settings.from_env().home, RunPlan("", "runs", neurons, **(chosen | options)))


def carry_out(folder: RunFolder) -> None:
    """Do what the run plans, to its end or its refusal."""
    opened = open_dataset("runs", settings=Settings.from_env())
    with suppress(NeuronViewError):
        execute(folder, opened, load_model=run_dataset.FakeModel, report=lambda progress: None)


async def known(server: ScriptedServer) -> None:
    """Have it found out what the server can do, so that a run's first call is its own."""
    endpoint = connect(Chosen(MODEL, server.base_url), keys=Keys())
    try:
        await probe_cached(endpoint, Settings.from_env().home)
    finally:
        await endpoint.close()
