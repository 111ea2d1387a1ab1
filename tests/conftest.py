"""What holds for every test: no setting of the person who runs it, a user folder of its own, one torch thread."""

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

# Before torch or numpy is loaded; processes that tests start inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ["HF_HUB_OFFLINE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys last: the browser's library keeps an event loop running, in which `asyncio.run` refuses to start.

    Of these the longest files first, so that processes that share them end together.
    """
    lengths = Counter(item.path for item in items if "e2e" in item.path.parts)
    items.sort(key=lambda item: (item.path in lengths, -lengths[item.path]))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Remove every setting and key, and keep runs and notes in a temporary folder, whose path this gives."""
    for name in list(os.environ):
        if name.startswith(("NEURONVIEW_", "OPENAI_")) and name not in (
            "NEURONVIEW_CHROMIUM",
            "NEURONVIEW_SCREENSHOTS",
        ):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("NEURONVIEW_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Torch computes in one thread, where it is loaded at all: threads that share a core wait for one another."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
