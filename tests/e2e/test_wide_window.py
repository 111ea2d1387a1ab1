"""A wide window: the app hears of it once the page stands, so that nothing of the page is lost."""

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from neuronview.links import Place, href
from tests.e2e.conftest import Server
from tests.support.app_server import settle, wait_until

pytestmark = pytest.mark.e2e
TEXT = "The ferry left at 9:40."


@pytest.mark.looks_only
def test_the_text_of_an_address_stands_in_its_box_however_late_the_box_comes(server: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 2560, "height": 1440})
    page, held = context.new_page(), list[Route]()
    page.route(re.compile(r"/TextArea\.[^/]*\.js"), lambda route: held.append(route))
    page.goto(server.address + href("text", Place(text=TEXT)))
    settle(page)
    page.wait_for_function("() => window.nvTools?.view")
    page.wait_for_timeout(500)  # in which the app would have heard of the window
    wait_until(page, lambda: bool(held))
    for route in held:
        route.continue_()
    page.wait_for_function("() => window.nvTools?.view?.data.wide === true")
    settle(page)
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value(TEXT)
    context.close()


@pytest.mark.looks_only
def test_boxes_are_no_longer_than_what_is_written_in_them_and_those_of_compare_are_alike(
    server: Server, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 2560, "height": 1440})
    page = context.new_page()
    page.goto(server.address + href("compare", Place(layer=0, neuron=3)))
    settle(page)
    boxes = {
        name: page.get_by_test_id(kind).filter(has_text=re.compile(f"^{name}")).bounding_box(timeout=20_000)
        for kind, name in (("stTextInput", "Neuron"), ("stSelectbox", "First"), ("stSelectbox", "Excerpts"))
    }
    widths = {name: box["width"] for name, box in boxes.items() if box is not None}
    assert 1000 < widths["Neuron"] <= 70 * 16
    assert widths["Excerpts"] == pytest.approx(widths["First"], abs=1)
    button = page.get_by_role("button", name="Compare this neuron").bounding_box()
    neuron = boxes["Neuron"]
    assert button is not None
    assert neuron is not None
    assert button["x"] - (neuron["x"] + neuron["width"]) < 32
    context.close()
