"""From a figure of the whole dataset to the neurons behind it: Overview's map, and Compare over many neurons."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from neuronview.store import Dataset, NeuronFilter
from neuronview.store.figures import density, readings
from neuronview.store.paired import compare_readings
from tests.support import small_dataset
from tests.support.app_server import serve, settle, unfold

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("scores")
    small_dataset.build(root / "data" / "small")
    return root


@pytest.fixture(scope="module")
def address(folders: Path) -> Iterator[str]:
    with serve(folders / "data", folders / "home", dataset="small") as found:
        yield found


@pytest.fixture(scope="module")
def dataset(folders: Path) -> Dataset:
    return Dataset(folders / "data" / "small")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1200})
    yield context.new_page()
    context.close()


def cells(page: Page) -> Locator:
    """The cells of the map that hold a score, in the order of layer and score."""
    return page.locator(".st-key-overview_density .barlayer .point path")


def test_a_cell_opens_browse_with_its_layer_and_range_and_as_many_rows(
    page: Page, address: str, dataset: Dataset
) -> None:
    reading = readings(dataset)[0]
    found = density(dataset, reading)
    layers, places = found.counts.nonzero()
    page.goto(address)
    settle(page)
    expect(cells(page)).to_have_count(len(layers))
    cells(page).nth(3).scroll_into_view_if_needed()
    box = cells(page).nth(3).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".st-key-overview_density .hoverlayer .hovertext")).to_contain_text("score")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(re.compile("/browse"))
    layer, low, high = layers[3], found.edges[places[3]], found.edges[places[3] + 1]
    expect(page).to_have_url(re.compile(rf"browse_layers={layer}&.*browse_score={low:g}&browse_score={high:g}"))
    settle(page)
    count = int(found.counts[layers[3], places[3]])
    expect(page.get_by_text(f"Rows 1 to {count} of {count}")).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Scores by layer")).to_be_visible()
    settle(page)
    expect(page).not_to_have_url(re.compile("/browse"))  # what was selected is not opened once more


def test_a_box_opens_browse_with_all_cells_that_it_touches(page: Page, address: str, dataset: Dataset) -> None:
    found = density(dataset, readings(dataset)[0])
    page.goto(address)
    settle(page)
    first, last = cells(page).first, cells(page).last
    first.scroll_into_view_if_needed()
    page.locator(".st-key-overview_density .modebar-btn[data-val='select']").click()
    start, end = first.bounding_box(), last.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 5, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_url(re.compile("/browse.*browse_layers=0&browse_layers=1"))
    settle(page)
    expect(page.get_by_text(re.compile(rf"Rows 1 to {found.counts.sum()} of {found.counts.sum()}"))).to_be_visible()


def test_the_table_of_links_leads_to_the_same_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    unfold(page, "The same as a table of links")
    link = page.get_by_role("link", name=re.compile("layer 1, .*explanations in Browse")).last
    expect(link).to_be_visible()
    count = int(link.inner_text())
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/browse.*browse_layers=1"))
    settle(page)
    expect(page.get_by_text(f"Rows 1 to {count} of {count}")).to_be_visible()


def test_a_comparison_over_a_filter_is_restored_from_its_address(page: Page, address: str, dataset: Dataset) -> None:
    page.goto(f"{address}/compare?compare_mode=Many+neurons&browse_layers=1&compare_tie=0.04")
    settle(page)
    found = compare_readings(dataset, *readings(dataset), NeuronFilter(layers=(1,)), tie=0.04)
    said = page.locator("[data-nv-paired]")
    expect(said).to_have_attribute("data-n", str(found.n))
    expect(said).to_have_attribute("data-wins", str(found.wins))
    expect(page.get_by_text("layers 1")).to_be_visible()
    page.get_by_role("button", name="All neurons").click()
    whole = compare_readings(dataset, *readings(dataset), NeuronFilter(), tie=0.04)
    expect(said).to_have_attribute("data-n", str(whole.n))
    expect(said).to_have_attribute("data-ties", str(whole.ties))
    expect(page).not_to_have_url(re.compile("browse_layers"))
    expect(page).to_have_url(re.compile("compare_tie=0.04"))


def test_a_point_opens_the_comparison_of_its_neuron(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?compare_mode=Many+neurons")
    settle(page)
    points = page.locator(".st-key-compare_points .scatterlayer .points path")
    expect(points).to_have_count(10)
    points.nth(7).scroll_into_view_if_needed()
    box = points.nth(7).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".st-key-compare_points .hoverlayer .hovertext")).to_contain_text(":")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(re.compile(r"layer=\d&neuron=\d&explanation=\w+&against=\w+"))
    settle(page)
    expect(page.get_by_role("radio", name="Two explanations")).to_be_checked()
    expect(page.locator("[data-nv-paired]")).to_have_count(0)
