"""A neuron's address, opened on a server that has served nothing."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from neuronview.store import open_dataset
from tests.e2e import locators
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = pytest.mark.e2e

LINK = "/neuron?dataset=demo&layer=1&neuron=17"


def test_a_cold_deep_link_shows_the_neurons_excerpts_with_their_values(server: Server, page: Page) -> None:
    """Must stay the first test of this module: nothing else may have been served before."""
    page.goto(server.address + LINK)
    strip = locators.strips(page).first
    expect(strip).to_be_visible()
    expect(page.get_by_role("heading", name="Neuron 1:17")).to_be_visible()
    for name, value in {"dataset": "demo", "layer": "1", "neuron": "17", "normalization": "neuron"}.items():
        expect(strip).to_have_attribute(f"data-{name}", value)
    record = open_dataset(server.data / "demo").neuron((1, 17)).first[0]
    expect(strip).to_have_attribute("data-excerpt", str(record.excerpt_id))
    drawn = locators.tokens(strip).evaluate_all(
        "all => all.map(e => [e.dataset.position, e.dataset.tokenId, e.dataset.activation].map(Number))"
    )
    positions, ids, values = zip(*drawn, strict=True)
    assert positions == tuple(range(len(record.tokens)))
    assert ids == record.token_ids
    assert np.allclose(values, record.activations, rtol=1e-6)


def test_the_sidebar_is_the_routers_own(server: Server, page: Page) -> None:
    page.goto(server.address + LINK)
    expect(page.get_by_role("link", name="Browse")).to_have_attribute("href", re.compile("/browse"))


def test_a_score_says_what_it_is_to_scripts(server: Server, page: Page) -> None:
    page.goto(server.address + LINK)
    score = locators.scores(page).first
    for name in ("data-scorer", "data-simulator", "data-state", "data-n"):
        expect(score).to_have_attribute(name, re.compile("."))


def test_hover_and_keyboard_show_the_same_facts(server: Server, page: Page) -> None:
    page.goto(server.address + LINK)
    strip = locators.strips(page).first
    first = locators.tokens(strip).first
    first.scroll_into_view_if_needed()
    settle(page)
    first.hover()
    expect(locators.tip(page)).to_contain_text("Position (from 0)0")
    hovered = locators.tip(page).inner_text()
    first.focus()
    expect(first).to_have_attribute("aria-label", re.compile("Token id"))
    assert locators.tip(page).inner_text() == hovered
    first.press("ArrowRight")
    expect(locators.tip(page)).to_contain_text("Position (from 0)1")
    assert strip.locator("[tabindex='0']").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_token_can_be_read_on_its_colour(server: Server, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(server.address + LINK)
    expect(locators.strips(page).first).to_be_visible()
    pairs = page.locator(".nv-word").evaluate_all(
        "all => all.map(e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor])"
    )
    worst = min(contrast(*map(channels, pair)) for pair in pairs)
    assert worst >= 4.5, worst


def test_the_next_neuron_is_one_key_away_and_back_goes_back(server: Server, page: Page) -> None:
    page.goto(server.address + LINK)
    expect(locators.strips(page).first).to_be_visible()
    page.get_by_role("button", name="Next").first.click()
    expect(page.get_by_role("heading", name="Neuron 1:18")).to_be_visible()
    expect(page).to_have_url(re.compile("neuron=18"))
    page.go_back()
    expect(page.get_by_role("heading", name="Neuron 1:17")).to_be_visible()


def test_a_deep_link_to_a_tab_shows_simulated_beside_real_values(server: Server, page: Page) -> None:
    page.goto(server.address + LINK + "&neuron_tab=Real+against+simulated")
    strip = locators.strips(page).first
    expect(strip).to_have_attribute("data-simulated-scale", "calibrated")
    pairs = locators.tokens(strip).evaluate_all("all => all.map(e => [e.dataset.activation, e.dataset.simulated])")
    assert pairs
    assert all(np.isfinite(float(real)) and np.isfinite(float(simulated)) for real, simulated in pairs)


def test_a_click_shows_the_rest_of_a_group_and_hides_it_again(server: Server, page: Page) -> None:
    page.goto(server.address + LINK)
    before = locators.strips(page)
    expect(before.first).to_be_visible()
    few = before.count()
    page.get_by_role("button", name=re.compile("Show all")).first.click()
    expect(before.nth(few)).to_be_visible()
    page.get_by_role("button", name=re.compile("Show 5 only")).first.click()
    expect(before).to_have_count(few)


def test_a_neuron_out_of_range_is_refused_in_words(server: Server, page: Page) -> None:
    page.goto(server.address + "/neuron?dataset=demo&layer=1&neuron=99999")
    expect(page.get_by_text("layer 1 has neurons 0 to 31")).to_be_visible()


@pytest.mark.parametrize(
    ("wrong", "way_out", "heading", "right"),
    [
        ("/neuron?layer=1&neuron=99999", "Open neuron 0:0", "Neuron 0:0", r"/neuron\?dataset=demo&layer=0&neuron=0$"),
        ("/?dataset=nothing", "Go to the overview", "Overview", r"/\?dataset=demo$"),
    ],
)
def test_the_way_out_of_a_wrong_address_leaves_it(
    server: Server, page: Page, wrong: str, way_out: str, heading: str, right: str
) -> None:
    page.goto(server.address + wrong)
    expect(page.get_by_role("heading", name="This address cannot be shown", level=1)).to_be_visible()
    page.get_by_role("button", name=way_out).click()
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(right))


def channels(colour: str) -> list[float]:
    return [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]


def contrast(one: list[float], other: list[float]) -> float:
    """WCAG 2 contrast ratio of two sRGB colours."""
    low, high = sorted(luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
