"""What stands around the pages: the menu keeps the dataset that is open; tables know how wide the window is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import small_dataset
from tests.support.app_server import serve, settle


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    for name in ("other", "usual"):
        small_dataset.build(tmp_path / "data" / name)
    with serve(tmp_path / "data", tmp_path / "home", dataset="usual") as at:
        yield at


def menu(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()


def test_the_menu_keeps_the_dataset_and_back_leads_to_the_page_before(
    address: str, page: Page, browser: Browser
) -> None:
    page.goto(f"{address}/?dataset=other")
    settle(page)
    menu(page, "Browse")
    expect(page).to_have_url(re.compile(r"/browse\?dataset=other$"))
    settle(page)
    menu(page, "Query")
    expect(page).to_have_url(re.compile(r"/query\?dataset=other$"))
    cold = browser.new_page()
    cold.goto(page.url)
    settle(cold)
    expect(cold.get_by_role("combobox", name="Dataset", exact=True)).to_have_value("other")
    cold.close()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Browse", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/browse\?dataset=other$"))
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Overview", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "wide"), [(2560, True), (1280, False)])
def test_the_pages_know_whether_the_window_has_room_for_more_words(
    address: str, page: Page, width: int, wide: bool
) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto(f"{address}/browse")
    settle(page)
    page.wait_for_function("(wide) => window.nvTools?.view?.data.wide === wide", arg=wide)
