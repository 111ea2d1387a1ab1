"""Datasets in a temporary data folder, a language model's server, and caches that no test leaves behind."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from neuronview.config import Settings
from neuronview.jobs.plan import RunFolder
from neuronview.llm.discover import discover
from neuronview.ui import endpoint_parts, estimate_parts, run_parts
from tests.support import live_dataset, run_dataset, small_dataset
from tests.support.language_page import Launched
from tests.support.scripted_server import ScriptedServer, scripted_server

if TYPE_CHECKING:
    from neuronview.model import SubjectModel


@pytest.fixture
def small_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folder that holds `data/small` and `home`; the settings name both."""
    small_dataset.build(tmp_path / "data" / "small")
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEURONVIEW_DATASET", "small")
    st.cache_data.clear()
    st.cache_resource.clear()
    yield tmp_path
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def live_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the dataset of a tiny model, 2 layers x 32 neurons; no test writes to it."""
    return live_dataset.build(tmp_path_factory.mktemp("live"))


@pytest.fixture
def live(live_data: Path, small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of that dataset; the settings name it."""
    monkeypatch.setenv("NEURONVIEW_DATA", str(live_data))
    monkeypatch.setenv("NEURONVIEW_DATASET", live_dataset.NAME)
    return live_data / live_dataset.NAME


@pytest.fixture(scope="session")
def model(live_data: Path) -> "SubjectModel":
    """The model of that dataset."""
    from neuronview.model import load

    return load(live_data / live_dataset.NAME / "model", device="cpu")


@pytest.fixture
def runs_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home beside a dataset that runs can be carried out on; the settings name both."""
    run_dataset.build(tmp_path / "data" / "runs")
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEURONVIEW_DATASET", "runs")
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()
    yield tmp_path / "home"
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A scripted server; nothing else on this computer is asked."""
    monkeypatch.setattr(endpoint_parts, "discover", lambda: discover([]))
    with scripted_server() as running:
        yield running


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Launched:
    """Runs by language model that the page started, with the keys that they were given; none is carried out."""
    started: Launched = []

    def note(folder: RunFolder, settings: Settings, **keys: str) -> int:
        started.append((folder, keys))
        return 1

    for module in (estimate_parts, run_parts):
        monkeypatch.setattr(module, "launch", note)
    return started
