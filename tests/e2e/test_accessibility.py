"""axe-core finds nothing serious on any page, in either theme, nor on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from neuronview.ui.nav import PAGES
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]

SERIOUS = ("serious", "critical")
DRAWN = "() => !document.querySelector(\"[data-testid='stSkeleton']\")"
TABS = ("Real against simulated", "Test a pattern", "Distribution", "What it depends on", "Connections")
WINDOWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
}


@pytest.fixture(scope="module")
def pages(browser: Browser) -> Iterator[dict[str, Page]]:
    contexts = {name: browser.new_context(**options) for name, options in WINDOWS.items()}
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with where it is."""
    page.wait_for_function(DRAWN)
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("window", list(WINDOWS))
@pytest.mark.parametrize("name", [row.name for row in PAGES])
def test_a_page_has_no_serious_finding(server: Server, pages: dict[str, Page], name: str, window: str) -> None:
    page = pages[window]
    page.goto(f"{server.address}/{'' if name == PAGES[0].name else name}")
    settle(page)
    assert serious(page) == []


@pytest.mark.parametrize("tab", TABS)
def test_a_section_of_the_neuron_page_has_none(server: Server, pages: dict[str, Page], tab: str) -> None:
    page = pages["dark"]
    page.goto(f"{server.address}/neuron?dataset=demo&layer=1&neuron=3&neuron_tab={tab.replace(' ', '+')}")
    settle(page)
    assert serious(page) == []
