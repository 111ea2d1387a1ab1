"""The button that makes a file of a neuron: it is there, and makes nothing before it is asked."""

from pathlib import Path

import pytest

from neuronview.ui import neuron_file
from tests.support.pages import open_page


def test_the_file_is_made_when_asked_for_and_not_before(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neuron_file, "neuron_page", lambda *_, **__: pytest.fail("made before anyone asked"))
    at = open_page("neuron", layer="1", neuron="2")
    assert not at.exception
    assert any(button.proto.label == "Save as a file" for button in at.get("download_button"))
