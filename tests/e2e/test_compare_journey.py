"""Compare two explanations of a neuron on the same excerpts: the paired interval is the library's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from neuronview.config import Settings
from neuronview.store import open_dataset
from neuronview.view.comparing import explanation_difference
from neuronview.view.evaluation import simulated_set
from tests.support import live_dataset
from tests.support.app_server import serve, settle

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("compare")
    live_dataset.build(root)
    return root


@pytest.fixture(scope="module")
def address(folders: Path) -> Iterator[str]:
    with serve(folders / "data", folders / "home", dataset=live_dataset.NAME) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1280, "height": 1400})
    yield found
    found.close()


def test_two_explanations_show_their_paired_difference_over_the_same_strips(
    page: Page, address: str, folders: Path
) -> None:
    dataset = open_dataset(live_dataset.NAME, settings=Settings(folders / "home", folders / "data", live_dataset.NAME))
    record = dataset.neuron((0, 3))
    first, second = (simulated_set(record, entry) for entry in dataset.explanations((0, 3))[:2])
    expected = explanation_difference(first, second)

    page.goto(f"{address}/compare?layer=0&neuron=3")
    settle(page)
    difference = page.locator("[data-nv-difference]")
    expect(difference).to_contain_text("interval")
    assert float(difference.get_attribute("data-value") or "nan") == pytest.approx(expected.value, abs=1e-6)
    assert difference.get_attribute("data-n") == str(len(first.chosen.records))
    expect(page.locator("[data-nv-score]")).to_have_count(2)
    for place in (0, 1):
        strips = page.locator(f".st-key-compare_strips_{place} .nv-strip")
        expect(strips.first).to_be_visible()
        expect(strips.first.locator(".nv-token[data-simulated]").first).to_be_visible()
    excerpts = [
        page.locator(f".st-key-compare_strips_{place} .nv-strip").first.get_attribute("data-excerpt")
        for place in (0, 1)
    ]
    assert excerpts[0] == excerpts[1]


def test_two_neurons_are_run_through_the_model_on_request(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?layer=0&neuron=3&compare_mode=Two+neurons&compare_with=0:17")
    settle(page)
    expect(page.locator("[data-nv-difference]")).to_have_count(0)
    page.get_by_text("Run the model over both neurons").click()
    expect(page.get_by_text(re.compile("Correlation of the two neurons"))).to_be_visible(timeout=60_000)
    expect(page.locator("[data-nv-difference]")).to_have_count(2)
