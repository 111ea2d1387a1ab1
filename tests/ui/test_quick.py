"""Imported packages are set aside from the garbage collector, once."""

import gc
import sys
from types import ModuleType

import pytest

from neuronview.ui import quick


def test_what_was_imported_is_set_aside_and_again_when_more_is(monkeypatch: pytest.MonkeyPatch) -> None:
    freezes: list[int] = []
    monkeypatch.setattr(quick, "_spared", 0)
    monkeypatch.setattr(gc, "freeze", lambda: freezes.append(1))
    monkeypatch.setattr(gc, "collect", lambda: 0)
    quick.spare_imported()
    quick.spare_imported()
    assert len(freezes) == 1
    monkeypatch.setitem(sys.modules, "neuronview_one_more", ModuleType("neuronview_one_more"))
    quick.spare_imported()
    assert len(freezes) == 2
