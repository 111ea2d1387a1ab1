"""While a page is made, what stood there stays readable; what takes longer than half a second shows that it does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_server import ROOT, serve, settle

RUNNING = '[data-testid="stApp"][data-test-script-state="running"]'
FAINTEST = """() => {
  window.faintest = 1;
  window.moved = 0;
  const end = [...document.querySelectorAll('p')].find((one) => one.innerText === 'the end');
  const top = end.getBoundingClientRect().top;
  const look = () => {
    for (const one of document.querySelectorAll('[data-stale="true"]')) {
      window.faintest = Math.min(window.faintest, Number(getComputedStyle(one).opacity));
    }
    window.moved = Math.max(window.moved, Math.abs(end.getBoundingClientRect().top - top));
    requestAnimationFrame(look);
  };
  look();
}"""
DRAWN = """([selector, part]) => {
  const style = getComputedStyle(document.querySelector(selector), part);
  return Number(style.opacity) > 0.9 && parseFloat(style.height) > 2;
}"""
STALE = '[data-testid="stMain"] [data-stale="true"]'


@pytest.fixture
def slow(page: Page, tmp_path: Path) -> Iterator[Page]:
    with serve(tmp_path / "data", tmp_path / "home", dataset="none", script=ROOT / "tests/support/slow_page.py") as at:
        page.goto(at)
        settle(page)
        page.evaluate("document.fonts.ready.then(() => true)")
        yield page


def test_what_stood_there_stays_readable_and_in_its_place_and_then_shows_that_work_goes_on(slow: Page) -> None:
    slow.evaluate(FAINTEST)
    slow.get_by_role("button", name="again").click()
    slow.wait_for_selector(STALE)
    slow.wait_for_function(DRAWN, arg=[STALE, "::after"])
    slow.wait_for_function(DRAWN, arg=[RUNNING, "::before"])
    settle(slow)
    assert slow.evaluate("[window.faintest, window.moved]") == [1, 0]


@pytest.mark.parametrize(
    ("role", "name", "words"), [("tab", "Second", "second words"), ("", "Section", "section words")]
)
def test_a_section_that_takes_long_shows_its_room_until_it_is_there(
    slow: Page, role: str, name: str, words: str
) -> None:
    opener = slow.get_by_role("tab", name=name) if role else slow.get_by_text(name, exact=True)
    opener.click()
    part = "stTabPanel" if role else "stExpanderDetails"
    empty = f'{RUNNING} [data-testid="{part}"]:not([inert]) [data-testid="stVerticalBlock"]:empty'
    slow.wait_for_selector(empty, state="attached")
    slow.wait_for_function(
        "(selector) => parseFloat(getComputedStyle(document.querySelector(selector), '::before').height) > 100",
        arg=empty,
    )
    expect(slow.get_by_text(words)).to_be_visible()
    expect(slow.locator(empty)).to_have_count(0)
