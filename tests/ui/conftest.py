"""A small dataset in a temporary data folder, and caches that no test leaves behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from tests.support import small_dataset


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
