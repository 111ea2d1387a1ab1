"""From the start of the process to the first neuron painted in Chromium, against `streamlit hello`: seconds.

Both servers are started by turns, and each time a new browser context goes to the address as soon as the server
answers; the files of both are cached, as the first round, which does not count, has read them, and Python has kept
their bytecode then, as it does where nobody forbids it. Painted means: the browser has drawn a frame that holds the
neuron's heat map, or the headline of the hello page. The browser itself runs already. Of the app's process it is looked
up (on Linux) that torch is not loaded.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.report import Row, show
from benchmarks.stepping import _NEURON_SEEN
from tests.support import chromium
from tests.support.app_server import ROOT, usual_environment

ROUNDS = 7
AT_MOST = 1.5
_OPTIONS = ["--server.headless", "true", "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
_HELLO_SEEN = (
    """return [...document.querySelectorAll("h1, h2")].some(e => e.textContent.includes("Welcome to Streamlit"))"""
)
_PAINTED = """async ([seen, wanted]) => {  // resolves after a frame that shows what is wanted
  const state = new Function("wanted", seen);
  const frame = () => new Promise(done => requestAnimationFrame(done));
  while (!state(wanted)) await frame();
  await frame();
}"""


def measure(rounds: int = ROUNDS) -> list[Row]:
    """Medians of both, the difference, and how often torch was loaded."""
    taken: dict[str, list[float]] = {"app": [], "hello": []}
    loaded: list[bool] = []
    with tempfile.TemporaryDirectory(prefix="neuronview-bench-") as folder, sync_playwright() as playwright:
        options: dict[str, Any] = {"executable_path": chromium.find(), "args": ["--no-sandbox", "--disable-gpu"]}
        browser = playwright.chromium.launch(**options)
        for turn in range(rounds + 1):
            for name, seconds in (
                ("app", _app(browser, Path(folder), loaded)),
                ("hello", _hello(browser, Path(folder))),
            ):
                if turn:
                    taken[name].append(seconds)
        browser.close()
    app, hello = (statistics.median(taken[name]) for name in ("app", "hello"))
    rows = [
        Row("start-up: process start to the first neuron painted", app, "s", hello),
        Row.within("start-up: more than streamlit hello", app - hello, unit="s", at_most=AT_MOST),
    ]
    if loaded:
        rows.append(Row.within(f"start-up: torch loaded, of {len(loaded)} times", sum(loaded), unit="", at_most=0))
    return rows


def _app(browser: Browser, home: Path, loaded: list[bool]) -> float:
    script = str(ROOT / "app.py")
    names = {"NEURONVIEW_DATA": str(ROOT / "data"), "NEURONVIEW_HOME": str(home), "NEURONVIEW_DATASET": "demo"}
    with _started(["run", script], names) as (begun, address, pid):
        place = f"{address}/neuron?dataset=demo&layer=1&neuron=17"
        seconds = _until_painted(browser, place, _NEURON_SEEN, "1:17", begun)
        if sys.platform == "linux":
            loaded.append("libtorch" in Path(f"/proc/{pid}/maps").read_text())
        return seconds


def _hello(browser: Browser, home: Path) -> float:
    with _started(["hello"], {"HOME": str(home)}) as (begun, address, _):
        return _until_painted(browser, address, _HELLO_SEEN, "", begun)


@contextmanager
def _started(command: list[str], names: dict[str, str]) -> Iterator[tuple[float, str, int]]:
    """A server of its own until the block ends: when its process began, its address once it answers, its number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [sys.executable, "-m", "streamlit", *command, "--server.port", str(port), *_OPTIONS]
    begun = time.perf_counter()
    process = subprocess.Popen(
        arguments, cwd=ROOT, env=usual_environment() | names, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(f"http://127.0.0.1:{port}/_stcore/health"):
            if process.poll() is not None or time.perf_counter() - begun > 120:
                raise AssertionError(f"streamlit {' '.join(command)} did not start")
            time.sleep(0.02)
        yield begun, f"http://localhost:{port}", process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except OSError:
        return False


def _until_painted(browser: Browser, address: str, seen: str, wanted: str, begun: float) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_selector('[data-testid="stApp"]', timeout=120_000, state="attached")
    page.evaluate(_PAINTED, [seen, wanted])
    seconds = time.perf_counter() - begun
    context.close()
    return seconds


if __name__ == "__main__":
    show(measure())
