"""Published neurons from the page Data: added from a folder, browsed, one opened, whose records then come and stay."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from neuronview.config import Settings
from neuronview.store import Dataset, open_dataset
from tests.e2e.conftest import Server
from tests.support.app_server import settle
from tests.support.published_tree import SET, build

pytestmark = pytest.mark.e2e


def opened(server: Server) -> Dataset:
    return open_dataset(SET, settings=Settings(home=server.home, data=server.data))


def test_a_set_is_added_browsed_and_its_neuron_s_records_fetched(page: Page, server: Server, tmp_path: Path) -> None:
    build(tmp_path / "tree")
    page.goto(f"{server.address}/data")
    settle(page)
    base = page.locator(".st-key-data_add_base input")
    base.fill(str(tmp_path / "tree"))
    base.press("Enter")
    expect(page.get_by_text(f"--base {tmp_path}")).to_be_visible()
    page.locator(".st-key-data_add_start button").click()
    expect(page.get_by_text("finished", exact=True)).to_be_visible()
    assert opened(server).count() == 6
    assert not opened(server).neuron((0, 1)).top

    page.get_by_role("link", name=f"Browse {SET}").click()
    page.wait_for_url("**/browse?**")
    settle(page)

    page.goto(f"{server.address}/neuron?dataset={SET}&layer=0&neuron=1")
    settle(page)
    expect(page.locator(".nv-token").first).to_be_visible()
    expect(page.locator(".st-key-neuron_fetch")).to_have_count(0)
    assert opened(server).neuron((0, 1)).top
    assert not opened(server).neuron((0, 2)).top
