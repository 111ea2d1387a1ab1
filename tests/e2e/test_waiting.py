"""While a page is made, what stood there stays readable; what takes longer than half a second shows that it does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server
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
        page.wait_for_load_state("networkidle")
        expect(page.get_by_test_id("stNumberInput").get_by_role("spinbutton")).to_be_visible()
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
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


SHIFTS = """() => {
  window.shifts = [];
  window.headShifted = 0;
  const height = (one) => one?.getBoundingClientRect().top;
  const words = ({ node, previousRect: was, currentRect: is }) =>
    [node?.className || node?.innerText, was.x, was.y, was.height, is.x, is.y, is.height].join(' ');
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts.push([entry.value, entry.sources.map(words)]);
  }).observe({ type: 'layout-shift', buffered: true });
  let title;
  const look = () => {
    const top = height(document.querySelector('h1'));
    if (top !== undefined && document.querySelector('.nv-ready')) {
      window.headShifted = Math.max(window.headShifted, Math.abs(top - (title ??= top)));
    }
    requestAnimationFrame(look);
  };
  look();
}"""
SLOW_NETWORK = {"offline": False, "latency": 80, "downloadThroughput": 1_500_000, "uploadThroughput": 200_000}


@pytest.mark.looks_only
@pytest.mark.parametrize("path", ["/neuron?layer=1&neuron=17", "/browse", "/text"])
def test_on_a_slow_network_hardly_anything_moves_while_a_page_comes(server: Server, page: Page, path: str) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})  # as for who comes for the first time
    devtools.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    page.add_init_script(f"({SHIFTS})()")
    page.goto(server.address + path, wait_until="commit")
    settle(page)
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.headShifted") == 0
    shifts = page.evaluate("window.shifts")
    large = "\n".join(f"{value:.3f} {moved}" for value, moved in shifts if value > 0.005)
    # What the authors of the measure call good (web.dev/articles/cls).
    assert sum(value for value, _ in shifts) < 0.1, large
