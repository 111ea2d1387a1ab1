"""The next neuron is drawn before its page has come; what is not of it is not seen; what the server says then holds."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e import locators
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]

LINK = "/neuron?dataset=demo&layer=0&neuron=1"
HAS = "neuron => window.nvNeighbours.maps.has(neuron)"


class Line:
    """The line to the server: what it says can be held back."""

    def __init__(self, page: Page) -> None:
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None
        page.route_web_socket("**/_stcore/stream*", self._opened)

    def _opened(self, route: WebSocketRoute) -> None:
        route.connect_to_server().on_message(lambda message: self._said(route, message))

    def _said(self, route: WebSocketRoute, message: str | bytes) -> None:
        if self._held is None:
            route.send(message)
        else:
            self._held.append((route, message))

    def hold(self) -> None:
        """From now on nothing comes."""
        self._held = []

    def let_one(self) -> bool:
        """The oldest of what was held back comes; whether there was any."""
        if not self._held:
            return False
        route, message = self._held.pop(0)
        route.send(message)
        return True

    def let_go(self) -> None:
        """All that was said comes, and what is said from now on."""
        while self.let_one():  # in order, whatever comes meanwhile
            pass
        self._held = None


@pytest.fixture
def line(page: Page) -> Iterator[Line]:
    line = Line(page)
    yield line
    line.let_go()


def shows(page: Page, neuron: str) -> None:
    """Name and heat maps of a neuron."""
    expect(page.get_by_role("heading", name=f"Neuron {neuron}", exact=True)).to_be_visible()
    for strips in (locators.strips(page), page.locator(".st-key-neuron_glance .nv-strip")):
        expect(strips.first).to_have_attribute("data-neuron", neuron.split(":")[1])


_CONSISTENT = """() => {  // the neurons of the name and of both heat maps, and the explanation that is seen
  const inner = name => document.querySelector(name)?.querySelectorAll("*") ?? [];
  const strip = name => [...inner(name)].find(one => one.shadowRoot)?.shadowRoot.querySelector(".nv-strip");
  const answer = document.querySelector(".st-key-neuron_answer");
  const strips = [".st-key-neuron_glance", ".st-key-neuron_excerpts"].map(strip);
  return [document.querySelector("h1").textContent.replace("Neuron ", ""),
    ...strips.map(({dataset}) => `${dataset.layer}:${dataset.neuron}`),
    answer && answer.checkVisibility({visibilityProperty: true}) ? answer.innerText : ""];
}"""


def answer(page: Page) -> str:
    """The explanation that is seen; nothing while it is hidden."""
    return page.locator(".st-key-neuron_answer").inner_text()


@pytest.fixture
def ahead(server: Server, page: Page, line: Line) -> Line:
    """The page of 0:2, in a browser that has 0:3; the line to its server."""
    page.goto(server.address + LINK)
    shows(page, "0:1")
    settle(page)
    for _ in range(20):
        for key, neuron in (("ArrowRight", "0:2"), ("ArrowLeft", "0:1"), ("ArrowRight", "0:2")):
            page.keyboard.press(key)
            shows(page, neuron)
            settle(page)
        if page.evaluate(HAS, "0:3"):
            return line
    raise AssertionError("0:3 was never read ahead")


def test_a_key_shows_the_next_neuron_while_the_server_is_silent(page: Page, ahead: Line) -> None:
    before = answer(page)
    ahead.hold()
    page.keyboard.press("ArrowRight")
    shows(page, "0:3")
    assert before
    assert answer(page) == ""
    ahead.let_go()
    expect(page.locator(".st-key-neuron_answer")).to_be_visible()
    settle(page)
    shows(page, "0:3")
    assert answer(page) not in ("", before)


def test_nothing_that_is_said_of_the_last_neuron_is_seen(page: Page, ahead: Line) -> None:
    seen = """() => [".st-key-neuron_answer", "[class*=st-key-neuron_more_]"].flatMap(place =>
      [...document.querySelectorAll(`${place}, ${place} *`)]
        .filter(one => getComputedStyle(one).visibility !== "hidden").map(one => one.innerText || one.tagName))"""
    assert page.evaluate(seen)
    ahead.hold()
    page.keyboard.press("ArrowRight")
    shows(page, "0:3")
    assert page.evaluate(seen) == []


def test_a_click_does_as_well(page: Page, ahead: Line) -> None:
    ahead.hold()
    page.get_by_role("button", name="Next").click()
    shows(page, "0:3")
    ahead.let_go()
    settle(page)
    shows(page, "0:3")
    expect(page.locator(".st-key-neuron_answer")).to_be_visible()


def test_what_was_drawn_ahead_is_what_the_server_would_have_drawn(page: Page, ahead: Line, server: Server) -> None:
    ahead.hold()
    page.keyboard.press("ArrowRight")
    shows(page, "0:3")
    drawn = "all => all.map(strip => strip.outerHTML)"
    first = locators.strips(page).evaluate_all(drawn)
    ahead.let_go()
    settle(page)
    page.goto(server.address + LINK.replace("=1", "=3"))
    shows(page, "0:3")
    settle(page)
    assert locators.strips(page).evaluate_all(drawn)[: len(first)] == first


def test_where_no_answer_comes_the_page_is_what_it_was(page: Page, ahead: Line) -> None:
    before = answer(page)
    ahead.hold()
    page.keyboard.press("ArrowRight")
    shows(page, "0:3")
    shows(page, "0:2")
    assert answer(page) == before


def test_back_at_once_is_back(page: Page, ahead: Line) -> None:
    before = answer(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    settle(page)
    shows(page, "0:2")
    expect(page.locator("body[data-nv-ahead]")).to_have_count(0)
    assert answer(page) == before


@pytest.fixture
def said(page: Page, ahead: Line) -> dict[str, str]:
    """What is said of 0:1, 0:2 and 0:3, all of which the browser has; the page of 0:2."""
    found = {}
    for key, neuron in (("ArrowLeft", "0:1"), ("ArrowRight", "0:2"), ("ArrowRight", "0:3"), ("ArrowLeft", "0:2")):
        page.keyboard.press(key)
        settle(page)
        shows(page, neuron)
        found[neuron] = answer(page)
    return found


def test_name_heat_maps_and_explanation_are_of_one_neuron_whatever_has_come(
    page: Page, ahead: Line, said: dict[str, str]
) -> None:
    ahead.hold()
    page.keyboard.press("ArrowRight")
    shows(page, "0:3")
    page.wait_for_timeout(600)
    while ahead.let_one():
        page.wait_for_timeout(4)
        name, few, every, explained = page.evaluate(_CONSISTENT)
        assert [few, every] == [name, name]
        assert explained in ("", said[name])
    ahead.let_go()
    settle(page)
    assert page.evaluate(_CONSISTENT) == ["0:3"] * 3 + [said["0:3"]]


def test_pages_that_are_overtaken_are_not_seen(page: Page, said: dict[str, str]) -> None:
    page.evaluate(f"""() => {{
      window.seen = [];
      const look = () => (seen.push(({_CONSISTENT})()), requestAnimationFrame(look));
      look();
    }}""")
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    settle(page)
    shows(page, "0:3")
    frames = page.evaluate("seen")
    assert all([few, every] == [name, name] and said[name].startswith(said_of) for name, few, every, said_of in frames)
    names = [name for name, *_ in frames]
    steps = [name for place, name in enumerate(names) if names[place - 1 : place] != [name]]
    assert steps == ["0:2", "0:1", "0:2", "0:3"]


def test_what_is_open_over_the_page_is_not_seen_beside_the_next_neuron(page: Page, ahead: Line) -> None:
    page.get_by_role("button", name="Lists and note").click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    ahead.hold()
    page.keyboard.press("ArrowRight")
    shows(page, "0:3")
    expect(page.get_by_test_id("stPopoverBody")).not_to_be_visible()


def test_in_another_tab_the_server_is_waited_for(page: Page, ahead: Line) -> None:
    ahead.hold()
    page.get_by_role("tab", name="Distribution").click()
    page.get_by_role("button", name="Next").click()
    page.wait_for_timeout(300)
    shows(page, "0:2")


def test_nothing_is_asked_of_a_token_whose_page_has_not_come(page: Page, ahead: Line) -> None:
    ahead.hold()
    page.keyboard.press("ArrowRight")
    shows(page, "0:3")
    locators.strips(page).first.locator(".nv-token").first.click()
    page.get_by_role("button", name="Open the excerpt on Text").click()
    ahead.let_go()
    settle(page)
    shows(page, "0:3")


def test_the_link_that_is_copied_is_of_the_neuron_that_is_shown(page: Page, ahead: Line, server: Server) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.address)
    ahead.hold()
    page.keyboard.press("ArrowRight")
    shows(page, "0:3")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith("layer=0&neuron=3")


@pytest.mark.parametrize(("key", "neuron"), [("ArrowRight", "0:3"), ("ArrowLeft", "0:1")])
def test_a_link_that_had_the_focus_has_it_again_unless_the_page_has_another_in_its_place(
    page: Page, ahead: Line, key: str, neuron: str
) -> None:
    page.evaluate("(window.focused = document.querySelector('.st-key-neuron_ways a')).focus()")
    page.keyboard.press(key)
    settle(page)
    shows(page, neuron)
    assert page.evaluate("focused.isConnected === (document.activeElement === focused)")


def test_on_another_scale_the_server_is_waited_for(page: Page, ahead: Line) -> None:
    page.get_by_role("radio", name="each excerpt's own maximum").click()
    settle(page)
    ahead.hold()
    page.get_by_role("button", name="Next").click()  # arrows are the radio buttons' own
    page.wait_for_timeout(300)
    shows(page, "0:2")
    ahead.let_go()
    settle(page)
    shows(page, "0:3")


def test_a_token_of_what_was_drawn_ahead_leads_to_its_own_text(page: Page, ahead: Line) -> None:
    page.keyboard.press("ArrowRight")
    settle(page)
    shows(page, "0:3")
    locators.strips(page).first.locator(".nv-token").first.click()
    page.get_by_role("button", name="Open the excerpt on Text").click()
    expect(page).to_have_url(re.compile(r"/text\?.*neuron=3(&|$)"))
