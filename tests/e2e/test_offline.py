"""The pages work without a network: nothing is asked of any other host."""

import pytest
from playwright.sync_api import Browser

from neuronview.ui.nav import PAGES
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]


def test_no_request_leaves_this_machine(server: Server, browser: Browser) -> None:
    asked: list[str] = []
    context = browser.new_context()
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    for row in PAGES:
        page.goto(f"{server.address}/{'' if row.name == 'overview' else row.name}")
        settle(page)
        page.wait_for_timeout(500)
        links = page.eval_on_selector_all("link[rel~=icon]", "all => all.map(one => one.href)")
        asked += [link for link in links if not link.startswith("data:")]
    context.close()
    assert len(asked) > 10
    assert [
        url
        for url in asked
        if not url.startswith((server.address, server.address.replace("http", "ws"), "data:", "blob:"))
    ] == []
