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

    def let_go(self) -> None:
        """All that was said comes, and what is said from now on."""
        held, self._held = self._held or [], None
        for route, message in held:
            route.send(message)


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
