"""One server a module on a free port, that has served nothing yet, and a browser that leaves nothing behind."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import chromium, live_dataset

ROOT = Path(__file__).parents[2]
PATIENCE = 90_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Server:
    """The running app."""

    address: str
    data: Path
    home: Path
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, home: Path, log: Path, *, dataset: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app as `serve` does and wait until it answers; nothing but its health is asked for."""
    port = free_port()
    environment = os.environ | {
        "NEURONVIEW_DATA": str(data),
        "NEURONVIEW_HOME": str(home),
        "NEURONVIEW_DATASET": dataset,
        "OMP_NUM_THREADS": "1",
    }
    options = ["--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none"]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    address = f"http://localhost:{port}"
    wait_until_healthy(address, process, log)
    return process, address


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    process.terminate()
    pytest.fail(f"The app did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def live_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the dataset `demo` of a tiny model: 2 layers x 32 neurons."""
    return live_dataset.build(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def server(live_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module alone."""
    folder = tmp_path_factory.mktemp("server")
    process, address = start(live_data, folder / "home", folder / "server.log", dataset=live_dataset.NAME)
    yield Server(address, live_data, folder / "home", folder / "server.log")
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the machine's, else Playwright's own."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of a fresh visitor."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()
