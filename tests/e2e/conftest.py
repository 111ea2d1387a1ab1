"""One server a module on a free port, that has served nothing yet, and a browser that leaves nothing behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import chromium, live_dataset
from tests.support.app_server import serve

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


@pytest.fixture(scope="session")
def live_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the dataset `demo` of a tiny model: 2 layers x 32 neurons."""
    return live_dataset.build(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def server(live_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module alone."""
    folder = tmp_path_factory.mktemp("server")
    with serve(live_data, folder / "home", dataset=live_dataset.NAME) as address:
        yield Server(address, live_data, folder / "home", folder / "home" / "server.log")


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
