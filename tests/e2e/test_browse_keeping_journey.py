"""Brush the charts, remove a chip, bookmark by star and by keyboard, keep a list, a note and a view."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import small_dataset
from tests.support.app_server import click_cell, key_of, serve, settle

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("browse")
    small_dataset.build(root / "data" / "small")
    with serve(root / "data", root / "home", dataset="small") as found:
        yield found


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1280, "height": 1700})
    found.goto(f"{address}/browse")
    settle(found)
    yield found
    found.close()


def drag(page: Page, chart: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a box over a chart, from and to fractions of its plotting area."""
    area = page.locator(f"[class*='st-key-{chart}'] .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end)]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=8)
    page.mouse.up()


def test_a_box_on_either_chart_filters_and_its_chip_takes_it_back(page: Page) -> None:
    expect(page.get_by_text("Rows 1 to 20 of 20")).to_be_visible()
    drag(page, "browse_histogram", (0.55, 0.2), (0.72, 0.8))
    chip = page.get_by_role("button", name=re.compile(r"^score "))
    expect(chip).to_be_visible()
    expect(page).to_have_url(re.compile("browse_score="))
    expect(page.get_by_text("Rows 1 to 20 of 20")).to_have_count(0)
    chip.click()
    expect(page.get_by_text("Rows 1 to 20 of 20")).to_be_visible()
    expect(page).not_to_have_url(re.compile("browse_score="))
    drag(page, "browse_map", (0.05, 0.05), (0.8, 0.5))
    expect(page.get_by_role("button", name=re.compile(r"^score "))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^active on "))).to_be_visible()
    page.goto(page.url)
    settle(page)
    expect(page.get_by_role("button", name=re.compile(r"^score "))).to_be_visible()


def test_a_box_is_one_step_of_the_history_which_back_takes_back(page: Page) -> None:
    expect(page.get_by_text("Rows 1 to 20 of 20")).to_be_visible()
    drag(page, "browse_map", (0.05, 0.05), (0.8, 0.5))
    expect(page).to_have_url(re.compile("browse_score=.*browse_active=|browse_active=.*browse_score="))
    settle(page)
    page.go_back()
    expect(page.get_by_text("Rows 1 to 20 of 20")).to_be_visible()
    expect(page).not_to_have_url(re.compile("browse_(score|active)="))
    page.go_forward()
    expect(page.get_by_role("button", name=re.compile(r"^score "))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^active on "))).to_be_visible()


def test_a_wrong_value_of_an_address_is_told_and_stays_told(page: Page, address: str) -> None:
    page.goto(f"{address}/browse?browse_layers=99&browse_score=5&browse_score=9&browse_state=ok")
    settle(page)
    expect(page.get_by_text("it has layers 0 to 1")).to_be_visible()
    expect(page.get_by_text("between -1 and 1")).to_be_visible()


def test_a_star_puts_a_neuron_into_a_list_that_browse_can_be_filtered_by(page: Page) -> None:
    click_cell(page, key_of(page, "browse_low_True_table"), row=0, x=82)
    expect(page.get_by_text(re.compile("is in “Bookmarks” now"))).to_be_visible()
    page.goto(re.sub(r"/browse.*", "/browse?browse_list=Bookmarks", page.url))
    settle(page)
    expect(page.get_by_role("button", name=re.compile("in the list “Bookmarks”"))).to_be_visible()
    expect(page.get_by_text(re.compile("Rows 1 to 2 of 2,"))).to_be_visible()


def test_a_neuron_is_bookmarked_and_noted_on_its_page(page: Page, address: str) -> None:
    page.goto(f"{address}/neuron?dataset=small&layer=0&neuron=3")
    settle(page)
    page.get_by_role("button", name=re.compile("Bookmark$")).click()
    expect(page.get_by_role("button", name=re.compile("Bookmarked$"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Lists and note")).click()
    note = page.get_by_role("textbox", name="Note", exact=True)
    note.fill("<b>odd</b> $x$")
    note.press("Control+Enter")
    expect(page.get_by_text("The note for 0:3 is kept.")).to_be_visible()
    page.reload()
    settle(page)
    page.get_by_role("button", name=re.compile("Lists and note")).click()
    expect(page.get_by_role("textbox", name="Note", exact=True)).to_have_value("<b>odd</b> $x$")


def test_a_view_is_saved_and_opened_again(page: Page, address: str) -> None:
    page.goto(f"{address}/browse?q=lookup&browse_layers=1&browse_sort=score&browse_columns=kurtosis")
    settle(page)
    page.get_by_role("button", name=re.compile("Saved views")).click()
    name = page.get_by_role("textbox", name="Save what is shown as")
    name.fill("odd <i>ones</i>")
    name.press("Enter")
    expect(page.get_by_text(re.compile("is saved"))).to_be_visible()
    page.goto(f"{address}/browse")
    settle(page)
    page.get_by_role("button", name=re.compile("Saved views")).click()
    page.get_by_role("button", name="odd <i>ones</i>", exact=True).click()
    expect(page.get_by_text(re.compile("Rows 1 to 5 of 5, by score"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=lookup.*browse_layers=1|browse_layers=1.*q=lookup"))


def test_strips_open_their_neurons_from_the_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/browse?browse_view=Strips")
    settle(page)
    link = page.get_by_role("link", name=re.compile("^1:4 · Fires on thing 14"))
    expect(link.first).to_be_visible()
    expect(page.locator(".nv-strip")).to_have_count(20)
    link.first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/neuron\?dataset=small&layer=1&neuron=4"))
