"""The app as a process of its own on a free port, and what journeys do on its pages."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def serve(data: Path, home: Path, *, dataset: str, script: str | Path = "app.py") -> Iterator[str]:
    """Run the app on these folders until the block ends; gives its address. Nothing is requested before.

    `script` is another main script than the app's own.
    """
    port = free_port()
    names = {"NEURONVIEW_DATA": str(data), "NEURONVIEW_HOME": str(home), "NEURONVIEW_DATASET": dataset}
    environment = usual_environment() | names | {"OMP_NUM_THREADS": "1"}
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    options = ["--server.headless", "true", "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        _wait(f"http://127.0.0.1:{port}", process, log)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def usual_environment() -> dict[str, str]:
    """This process's, in which Python keeps bytecode: without, each start compiles all modules again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def settle(page: Page) -> None:
    """Wait until the script has run to its end, and a page stands there; fail where that is only an exception.

    It has to stand for a moment: what was just typed reaches the server, and starts the script, a little later.
    """
    # Not while a neighbour is shown whose page is still to come.
    ended = 'body:not([data-nv-ahead]) [data-testid="stApp"][data-test-script-state="notRunning"]'
    # Of one moment: while one page takes the place of another there is no title.
    at_rest = f"{ended}:has(h1), {ended}:has([data-testid='stException'])"
    page.wait_for_selector(at_rest, timeout=90_000)
    page.wait_for_timeout(150)
    page.wait_for_selector(at_rest, timeout=90_000)
    told = page.locator(f"{ended}:not(:has(h1)) [data-testid='stException']").all_inner_texts()
    assert not told, told


def unfold(page: Page, label: str) -> None:
    """Open the section with this title where it is closed, and wait until it stands open."""
    title = page.locator("summary").filter(has_text=label)
    title.wait_for()
    if title.locator("..").get_attribute("open") is None:
        title.click()
    expect(title.locator("..")).to_have_attribute("open", "")


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Look again and again until it holds; fail where it does not within a minute and a half."""
    deadline = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < deadline, "it never held"
        page.wait_for_timeout(50)


def click_cell(page: Page, key: str, *, row: int, x: int = 42, height: int = 66) -> None:
    """Click a cell of a dataframe, which is a canvas: row from zero, `x` pixels from its left, rows of `height`."""
    table = page.locator(f".st-key-{key} [data-testid='stDataFrame']").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": x, "y": 36 + height * row + height // 2})


def click_header(page: Page, key: str, *, x: int) -> None:
    """Click a column's name in a dataframe: `x` is close to the column's left edge, since its menu lies at the right.

    Columns are as wide as their letters, so the page's fonts are waited for.
    """
    page.evaluate("document.fonts.ready.then(() => true)")
    table = page.locator(f".st-key-{key} [data-testid='stDataFrame']").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": x, "y": 18})


def key_of(page: Page, pattern: str) -> str:
    """The key of the first element whose class `st-key-…` matches the pattern."""
    found = re.search(rf"st-key-({pattern})", page.content())
    assert found, f"no element with a key like {pattern}"
    return found.group(1)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the app did not start: {log.read_text(errors='replace')[-2000:]}")
