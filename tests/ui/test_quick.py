"""Imported packages are set aside from the garbage collector, once."""

import ast
import gc
import subprocess
import sys
import threading
import tomllib
import weakref
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import pytest
from streamlit.runtime.scriptrunner import script_runner

from neuronview.ui import quick
from tests.support.app_server import ROOT


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


class _Ring:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.self = self


def test_what_was_set_aside_and_became_garbage_goes_some_time_later(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = gc.get_freeze_count()
    now = [1000.0]
    monkeypatch.setattr(quick, "_spared", 0)
    monkeypatch.setattr(quick, "_looked_at", None)
    monkeypatch.setattr(quick, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr("atexit.register", lambda function: None)
    ring = _Ring()
    there = weakref.ref(ring)
    try:
        quick.spare_imported()
        del ring
        gc.collect()
        assert there() is not None
        now[0] += quick.LOOK_AGAIN_EVERY
        quick.spare_imported()
        assert there() is None
    finally:
        if not frozen:
            gc.unfreeze()


def test_after_what_is_imported_ahead_a_neurons_page_imports_nothing_more_and_torch_is_not_there() -> None:
    page = ast.parse((ROOT / "pages" / "neuron.py").read_text())
    names = [ast.unparse(line) for line in page.body if isinstance(line, ast.Import | ast.ImportFrom)]
    code = (
        "import sys; from neuronview.ui import quick; quick._import(*quick.NEEDED); before = set(sys.modules)\n"
        f"exec({chr(10).join(names)!r})\n"
        "more = sorted(set(sys.modules) - before) + [name for name in sys.modules if name == 'torch']\n"
        "sys.exit(str(more) if more else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


def test_what_else_may_be_asked_for_is_imported_whatever_became_of_the_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[tuple[str, ...]] = []

    def broken() -> None:
        raise RuntimeError("the dataset")

    monkeypatch.setattr(quick, "_import", lambda *names: imported.append(names))
    monkeypatch.setitem(sys.modules, "neuronview.ui.cached", cast(ModuleType, SimpleNamespace(open_ahead=broken)))
    with pytest.raises(RuntimeError, match="the dataset"):
        quick._make_ready("this", "that")
    assert imported == [quick.NEEDED, ("this", "that")]


def test_streamlit_makes_no_whole_collection_after_every_run() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["runner"]["postScriptGC"] is False
    runner = Path(script_runner.__file__).read_text()
    assert runner.count("gc.collect(") == runner.count('config.get_option("runner.postScriptGC")') == 1


def test_free_memory_is_given_back_from_time_to_time_and_not_with_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    given = threading.Semaphore(0)
    now = [1000.0]
    monkeypatch.setattr(quick, "_trim", given.release)
    monkeypatch.setattr(quick, "_given_back", now[0])
    monkeypatch.setattr(quick, "time", SimpleNamespace(monotonic=lambda: now[0]))
    for now[0] in (
        1001.0,
        1000 + quick.GIVE_BACK_EVERY,
        1001 + quick.GIVE_BACK_EVERY,
        1001 + 2 * quick.GIVE_BACK_EVERY,
    ):
        quick.give_back()
    assert given.acquire(timeout=10)
    assert given.acquire(timeout=10)
    assert not given.acquire(timeout=0.05)
