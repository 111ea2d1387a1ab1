"""Finding one's way by keys, by the browser's history and by links."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import locators
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]

LINK = "/neuron?dataset=demo&layer=1&neuron=17"


def shows(page: Page, neuron: str) -> None:
    """Wait for a neuron's page with its excerpts, and for the end of its run."""
    expect(page.get_by_role("heading", name=f"Neuron {neuron}", exact=True)).to_be_visible()
    layer, index = neuron.split(":")
    expect(locators.strips(page).first).to_have_attribute("data-neuron", index)
    expect(locators.strips(page).first).to_have_attribute("data-layer", layer)
    settle(page)


@pytest.fixture
def opened(server: Server, page: Page) -> Page:
    """A neuron's page, with the focus on nothing."""
    page.goto(server.address + LINK)
    shows(page, "1:17")
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    return page


def test_arrows_lead_to_neighbours_and_layers_and_stop_at_the_end(opened: Page) -> None:
    for key, neuron in (("ArrowRight", "1:18"), ("ArrowLeft", "1:17"), ("ArrowDown", "0:17"), ("ArrowUp", "1:17")):
        opened.keyboard.press(key)
        shows(opened, neuron)
    opened.keyboard.press("ArrowUp")
    opened.keyboard.press("ArrowRight")
    shows(opened, "1:18")


def test_keys_faster_than_the_page_are_all_counted(opened: Page) -> None:
    for _ in range(5):
        opened.keyboard.press("ArrowRight")
    shows(opened, "1:22")


def test_keys_rest_where_they_mean_something_else(opened: Page) -> None:
    box = opened.locator(".st-key-global_search input")
    box.fill("1")
    box.press("ArrowLeft")
    box.press("r")
    expect(box).to_have_value("r1")
    box.fill("")
    token = locators.tokens(locators.strips(opened).first).first
    for key in ("ArrowRight", "ArrowUp", "ArrowDown"):
        token.focus()
        token.press(key)
    tab = opened.get_by_role("tab", name="Excerpts")
    tab.focus()
    tab.press("ArrowUp")
    opened.keyboard.press("Shift+ArrowRight")
    opened.locator("h1").click()
    opened.keyboard.press("Control+ArrowRight")
    opened.keyboard.press("?")
    expect(opened.get_by_role("dialog", name="Keys")).to_be_visible()
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("dialog", name="Keys")).to_be_hidden()
    opened.keyboard.press("ArrowRight")
    shows(opened, "1:18")


def test_a_key_goes_to_the_search_box_and_another_to_a_random_neuron(server: Server, page: Page) -> None:
    page.goto(server.address + "/browse?dataset=demo")
    settle(page)
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("page of the table")
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    expect(page.locator(".st-key-global_search input")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name=re.compile(r"Neuron \d+:\d+"))).to_be_visible()
    first = page.locator("h1").inner_text()
    settle(page)
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name=re.compile(r"Neuron \d+:\d+"))).not_to_have_text(first)


def test_arrows_turn_the_pages_of_browse(server: Server, page: Page) -> None:
    page.goto(server.address + "/browse?dataset=demo")
    settle(page)
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    expect(page.get_by_role("button", name="Next page")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile("Rows 26 to"))).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(re.compile("Rows 1 to 25"))).to_be_visible()


def test_back_and_forward_step_through_neurons_texts_and_pages(opened: Page) -> None:
    page = opened
    page.keyboard.press("ArrowRight")
    shows(page, "1:18")
    page.get_by_role("link", name="Text", exact=True).click()
    box = locators.text_box(page)
    expect(page).to_have_url(re.compile("text="))
    settle(page)
    expect(box).not_to_have_value("")
    offered = box.input_value()
    for text in ("The first text.", "And the second one."):
        box.fill(text)
        box.press("Control+Enter")
        expect(page).to_have_url(re.compile(re.escape(text.replace(" ", "+"))))
        settle(page)
    page.get_by_role("link", name="Neuron", exact=True).click()
    shows(page, "1:18")
    expect(page).to_have_url(re.compile(r"/neuron\?.*neuron=18"))
    page.go_back()
    expect(box).to_have_value("And the second one.")
    settle(page)
    page.go_back()
    expect(box).to_have_value("The first text.")
    settle(page)
    page.go_back()
    expect(box).to_have_value(offered)
    settle(page)
    page.go_forward()
    expect(box).to_have_value("The first text.")
    settle(page)
    page.go_forward()
    expect(box).to_have_value("And the second one.")
    settle(page)
    page.go_forward()
    shows(page, "1:18")
    for text in ("And the second one.", "The first text.", offered):
        page.go_back()
        expect(box).to_have_value(text)
        settle(page)
    page.go_back()
    shows(page, "1:18")
    page.go_back()
    shows(page, "1:17")


def test_back_leads_to_the_page_whose_button_led_to_a_neuron(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/")
    settle(page)
    expect(page.locator(".nv-tools.nv-ready")).to_be_attached()  # what keeps the history short is there
    page.get_by_role("button", name="Best explained neuron").click()
    page.wait_for_url(re.compile(r"/neuron\?"))
    settle(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Overview")
    expect(page).to_have_url(f"{server.address}/")


def test_the_link_that_is_copied_opens_the_same_state_elsewhere(opened: Page, browser: Browser, server: Server) -> None:
    opened.get_by_role("tab", name="Distribution").click()
    expect(opened.get_by_text("Activations over the whole corpus")).to_be_visible()
    settle(opened)
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.address)
    opened.get_by_role("button", name="Copy link").click()
    expect(opened.get_by_role("button", name="Copied")).to_be_visible()
    link = opened.evaluate("navigator.clipboard.readText()")
    other = browser.new_context()
    fresh = other.new_page()
    fresh.goto(link)
    expect(fresh.get_by_role("heading", name="Neuron 1:17")).to_be_visible()
    expect(fresh.get_by_text("Activations over the whole corpus")).to_be_visible()
    other.close()


@pytest.fixture
def without_clipboard(page: Page) -> Page:
    """A page in a browser that lets nobody copy."""
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new DOMException('no'))")
    return page


def test_where_nothing_may_be_copied_the_link_is_shown_and_selected(server: Server, without_clipboard: Page) -> None:
    page = without_clipboard
    page.goto(server.address + "/browse")
    settle(page)
    page.get_by_role("button", name="Copy link").click()
    box = page.get_by_label("Link", exact=True)
    expect(box).to_be_focused()
    assert box.input_value().endswith("/browse?dataset=demo")
    assert box.evaluate("box => box.selectionEnd - box.selectionStart") == len(box.input_value())


HEAD = "h1, .st-key-neuron_previous, .st-key-neuron_next, .st-key-neuron_down, .st-key-neuron_up"


def test_stepping_moves_nothing_above_the_explanations(opened: Page) -> None:
    places = "where => [...document.querySelectorAll(where)].map(e => e.getBoundingClientRect().y)"
    before = opened.evaluate(places, HEAD)
    opened.evaluate(
        """where => {
          window.nvShift = 0;
          new PerformanceObserver(list => list.getEntries().forEach(entry => {
            const moved = entry.sources.some(({node, previousRect, currentRect}) =>
              node?.closest?.(where) && previousRect.y !== currentRect.y);
            if (moved) window.nvShift += entry.value;
          })).observe({type: "layout-shift"});
        }""",
        HEAD,
    )
    opened.keyboard.press("ArrowRight")
    shows(opened, "1:18")
    assert opened.evaluate(places, HEAD) == before
    assert len(before) == 5
    assert opened.evaluate("window.nvShift") == 0
