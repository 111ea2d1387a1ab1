"""Filter the table, see the filter in the address, sort by a header, open a neuron."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import small_dataset
from tests.support.app_server import click_cell, click_header, key_of, serve, settle, wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("browse")
    small_dataset.build(root / "data" / "small")
    with serve(root / "data", root / "home", dataset="small") as found:
        yield found


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1280, "height": 1400})
    found.goto(f"{address}/browse")
    settle(found)
    yield found
    found.close()


def test_a_filter_goes_into_the_address_and_a_row_opens_its_neuron(page: Page) -> None:
    box = page.get_by_label("Search explanations")
    box.fill("thing 13 lookup")
    box.press("Enter")
    expect(page.get_by_text(re.compile("Rows 1 to 1 of 1"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=thing(\+|%20)13"))
    click_cell(page, key_of(page, r"browse_\w+_True_table"), row=0)
    expect(page).to_have_url(re.compile(r"/neuron\?dataset=small&layer=1&neuron=3"))
    expect(page.locator("h1")).to_contain_text("1:3")


def test_the_address_alone_restores_the_filter(page: Page, address: str) -> None:
    page.goto(f"{address}/browse?q=thing+0&browse_layers=0")
    settle(page)
    expect(page.get_by_text(re.compile("Rows 1 to 10 of 10"))).to_be_visible()
    expect(page.get_by_label("Search explanations")).to_have_value("thing 0")


def test_a_header_sorts_all_rows_and_again_the_other_way_round(page: Page) -> None:
    click_header(page, "browse_low_True_table", x=565)
    expect(page.get_by_text(re.compile("by score, largest first"))).to_be_visible()
    expect(page).to_have_url(re.compile("browse_sort=score"))
    click_header(page, "browse_score_True_table", x=565)
    expect(page.get_by_text(re.compile("by score, smallest first"))).to_be_visible()


def test_the_filtered_table_can_be_downloaded(page: Page) -> None:
    box = page.get_by_label("Search explanations")
    box.fill("lookup")
    box.press("Enter")
    expect(page.get_by_text(re.compile("Rows 1 to 10 of 10"))).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert len(lines) == 11
    assert lines[0].startswith('"layer","neuron",')


def test_the_table_offers_no_second_download_of_only_the_rows_shown(page: Page) -> None:
    page.get_by_test_id("stDataFrame").hover()
    buttons = page.get_by_test_id("stElementToolbarButton").get_by_role("button")
    expect(buttons.filter(visible=True).first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Search: "))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Download as CSV"))).to_have_count(0)


def test_the_ways_from_a_neuron_stand_in_one_row_beside_a_wide_sidebar(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1210, "height": 900})
    page.goto(f"{address}/neuron?layer=1&neuron=2")
    settle(page)
    ways = page.locator(".st-key-neuron_ways")
    first, last = ways.get_by_role("button", name="Try a text"), ways.get_by_role("link", name="Explain")
    expect(last).to_be_visible()

    def level() -> bool:
        boxes = [way.bounding_box() for way in (first, last)]
        return all(boxes) and abs(boxes[0]["y"] - boxes[1]["y"]) <= 4

    wait_until(page, level)
