"""From a token of a stored excerpt to all neurons ranked for it, and what the heat map keeps on the way."""

import re

import pytest
from playwright.sync_api import Page, expect

from neuronview.model import load
from neuronview.store import open_dataset
from tests.e2e import locators
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]

LAYER, NEURON = 1, 17


def open_neuron(server: Server, page: Page, **view: str) -> None:
    more = "".join(f"&{name}={value}" for name, value in view.items())
    page.goto(f"{server.address}/neuron?dataset=demo&layer={LAYER}&neuron={NEURON}{more}")
    expect(locators.strips(page).first).to_be_visible()
    # A tip goes when the page moves, which a click far below would make it do.
    locators.strips(page).first.scroll_into_view_if_needed()
    settle(page)


def test_a_token_of_an_excerpt_is_ranked_on_text_and_named_in_the_address(server: Server, page: Page) -> None:
    open_neuron(server, page)
    record = next(iter(open_dataset(server.data / "demo").neuron((LAYER, NEURON)).groups.values()))[0]
    position = len(record.tokens) // 2
    locators.tokens(locators.strips(page).first).nth(position).click()
    page.get_by_role("button", name="Rank all neurons for this token").click()
    expect(page).to_have_url(re.compile(r"/text\?"))
    start = len("".join(record.tokens[:position]))
    expect(page).to_have_url(re.compile(rf"\bat={start}\b"))
    chosen = page.locator(".nv-chosen").first
    tokens = load(server.data / "demo" / "model", device="cpu").tokenize("".join(record.tokens))
    expected = next(place for place, token in enumerate(tokens) if token.start <= start < token.end)
    expect(chosen).to_have_attribute("data-position", str(expected))
    expect(locators.text_box(page)).to_have_value("".join(record.tokens))
    page.reload()
    expect(page.locator(".nv-chosen").first).to_have_attribute("data-position", str(expected))


def test_an_excerpt_is_opened_on_text_without_a_choice(server: Server, page: Page) -> None:
    open_neuron(server, page)
    locators.tokens(locators.strips(page).first).nth(2).click()
    page.get_by_role("button", name="Open the excerpt on Text").click()
    expect(page).to_have_url(re.compile(rf"/text\?.*layer={LAYER}&neuron={NEURON}"))
    expect(locators.ranked(page).first).to_be_visible()
    assert " at=" not in page.url.replace("&", " ")


def test_the_scale_is_in_the_address_and_a_cold_link_restores_it(server: Server, page: Page) -> None:
    open_neuron(server, page, neuron_scale="a+fixed+value", neuron_scale_fixed="0.5")
    strip = locators.strips(page).first
    expect(strip).to_have_attribute("data-normalization", "fixed")
    assert float(strip.get_attribute("data-scale-max") or "nan") == 0.5
    expect(page.locator(".nv-root:not(.nv-glance) .nv-legend").first).to_contain_text("0.5 = a fixed value")


def test_how_strips_are_seen_is_kept_from_page_to_page(server: Server, page: Page) -> None:
    open_neuron(server, page)
    page.get_by_role("button", name="Snippet").click()
    page.get_by_role("button", name="Numbers").click()
    open_neuron(server, page)
    expect(locators.tokens(locators.strips(page).first).locator("visible=true")).to_have_count(10)
    expect(page.locator(".nv-number").locator("visible=true").first).to_be_visible()
    buttons = [page.get_by_role("button", name=name, exact=True) for name in ("Snippet", "Numbers")]
    assert [button.get_attribute("aria-pressed") for button in buttons] == ["true", "true"]
