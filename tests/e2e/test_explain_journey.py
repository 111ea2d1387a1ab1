"""Run an explanation live with the model, stop the server, start it again, and find the result on the neuron's page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from neuronview.config import Settings
from neuronview.store import open_dataset
from tests.support import live_dataset
from tests.support.app_server import serve, settle

pytestmark = pytest.mark.e2e


def test_an_explanation_made_live_is_there_after_a_restart(tmp_path: Path, browser: Browser) -> None:
    data, home = live_dataset.build(tmp_path, passages=60), tmp_path / "home"
    page = browser.new_page(viewport={"width": 1280, "height": 1200})
    with serve(data, home, dataset=live_dataset.NAME) as address:
        page.goto(f"{address}/explain?explain_neurons=1:5")
        settle(page)
        page.get_by_role("button", name="Start").click()
        expect(page).to_have_url(re.compile("run="))
        expect(page.get_by_text("finished: 1 of 1 neurons done")).to_be_visible(timeout=90_000)
        run = re.search(r"run=([\w-]+)", page.url)
    settings = Settings(home, data, live_dataset.NAME)
    (made,) = open_dataset(live_dataset.NAME, settings=settings).explanations((1, 5))
    with serve(data, home, dataset=live_dataset.NAME) as address:
        page.goto(f"{address}/neuron?layer=1&neuron=5")
        settle(page)
        expect(page.get_by_text(made.text.strip(), exact=True).first).to_be_visible(timeout=30_000)
        score = page.locator("[data-nv-score]").first
        expect(score).to_have_attribute("data-simulator", "dictionary")
        assert run
        page.goto(f"{address}/explain?run={run.group(1)}")
        settle(page)
        expect(page.get_by_text("finished: 1 of 1 neurons done")).to_be_visible(timeout=30_000)
        expect(page.get_by_role("link", name="Open neuron 1:5")).to_be_visible()
