"""A page that begins or ends changes nothing for a thread that is importing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from neuronview.ui.import_path import keep_import_path

ROOT = Path(__file__).parents[2]


def page() -> None:
    import sys

    import streamlit as st

    st.json(list(sys.path))


def path_within() -> list[str]:
    """Where modules are looked for while a page is made."""
    return json.loads(AppTest.from_function(page).run().json[0].value)


@pytest.fixture
def own_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_runner, "modified_sys_path", script_runner.modified_sys_path)  # which puts it back


@pytest.mark.usefixtures("own_context")
def test_the_path_is_the_same_while_a_page_is_made() -> None:
    keep_import_path()
    assert path_within() == sys.path


@pytest.mark.usefixtures("own_context")
def test_without_it_streamlit_changes_the_path() -> None:
    """Once it does not any more, what is done here can go."""
    assert path_within() != sys.path


def test_the_app_keeps_it() -> None:
    asked = """
import sys
import app
from streamlit.runtime.scriptrunner import script_runner
before = list(sys.path)
with script_runner.modified_sys_path("neuronview/ui/main.py"):
    print(sys.path == before)
"""
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True"]
