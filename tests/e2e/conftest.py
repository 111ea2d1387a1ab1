"""One server a module on a free port, that has served nothing yet, or one for all modules that change nothing there.

The browser leaves nothing behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support import chromium, live_dataset
from tests.support.app_server import serve

PATIENCE = 90_000
STORED = "local_storage,indexeddb,service_workers,cache_storage,file_systems"
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that fails is done once more, by a new visitor; the summary names it (R).

    Script, server and browser are processes that share a busy machine: what fails by their timing passes then, and
    what is wrong fails again.
    """
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=1))


@pytest.fixture(scope="session")
def live_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the dataset `demo` of a tiny model: 2 layers x 32 neurons."""
    return live_dataset.build(tmp_path_factory.mktemp("live"))


@contextmanager
def served(data: Path, folder: Path) -> Iterator[Server]:
    with serve(data, folder / "home", dataset=live_dataset.NAME) as address:
        yield Server(address, data, folder / "home", folder / "home" / "server.log")


@pytest.fixture(scope="session")
def common_server(live_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of all modules that only look."""
    with served(live_data, tmp_path_factory.mktemp("common")) as found:
        yield found


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, live_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server for this module alone; one that is marked `looks_only` shares its own with others."""
    if request.node.get_closest_marker("looks_only"):
        yield request.getfixturevalue("common_server")
        return
    with served(live_data, tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the machine's, else Playwright's own."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        opened.on("context", lambda context: context.set_default_timeout(PATIENCE))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def kept(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser of its own that keeps what scripts compile to: a page takes two thirds of the time then."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=chromium.find(),
        args=FLAGS,
        viewport={"width": 1280, "height": 1000},
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(kept: BrowserContext) -> Iterator[Page]:
    """A fresh page of a fresh visitor, of whom nothing stays."""
    first = kept.pages[0]  # which is there as long as the browser
    origins: set[str] = set()

    def opened(page: Page) -> None:
        page.on("framenavigated", lambda frame: origins.add("/".join(frame.url.split("/")[:3])))

    kept.on("page", opened)
    yield kept.new_page()
    kept.remove_listener("page", opened)
    for page in kept.pages[1:]:
        page.close()
    kept.clear_cookies()
    kept.clear_permissions()
    kept.unroute_all()
    devtools = kept.new_cdp_session(first)
    for origin in origins:
        if origin.startswith("http"):
            devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
    devtools.detach()
