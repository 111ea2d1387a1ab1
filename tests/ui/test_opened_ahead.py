"""The dataset of the settings is opened before a page asks for it, and where it cannot be, the page is who says so."""

import gc
import weakref
from pathlib import Path

import pytest

from neuronview.store import Dataset
from neuronview.ui import cached


@pytest.fixture
def opened(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders of the datasets that were opened; the settings name one that is there."""
    found: list[Path] = []
    plain = Dataset.__init__

    def noted(self: Dataset, folder: Path, *, overlay: Path | None = None) -> None:
        found.append(folder)
        plain(self, folder, overlay=overlay)

    monkeypatch.setattr(Dataset, "__init__", noted)
    return found


@pytest.mark.parametrize("public", ["", "1"])
def test_a_page_gets_what_was_opened_ahead(opened: list[Path], monkeypatch: pytest.MonkeyPatch, public: str) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", public)
    cached.open_ahead()
    assert len(opened) == 1
    assert cached.dataset("small").manifest.model.n_layers
    assert len(opened) == 1


def test_what_cannot_be_opened_is_left_to_the_page(opened: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_DATASET", "another")
    cached.open_ahead()
    assert opened == []


def test_settings_that_cannot_be_read_are_left_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    monkeypatch.setenv("NEURONVIEW_PUBLIC_TOKENS", "many")
    cached.open_ahead()


def test_excerpts_are_read_then_and_nothing_else_holds_the_dataset(
    opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(Dataset, "excerpts", lambda self, ids: asked.append(ids))
    cached.open_ahead()
    assert asked == [[]]
    dataset = weakref.ref(cached.dataset("small"))
    cached._dataset.clear()
    gc.collect()
    assert dataset() is None
