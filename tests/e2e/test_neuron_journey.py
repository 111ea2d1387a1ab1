"""One neuron: what it is at first sight, its meanings, where its score suffers, what it depends on, what is like it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from neuronview.explain.facets import exciting_records
from neuronview.store import open_dataset
from tests.e2e import locators
from tests.e2e.conftest import Server
from tests.support.app_server import settle, wait_until

pytestmark = pytest.mark.e2e

LAYER, NEURON = 1, 17
SENTENCE = "articles such as “the” and “a”, & <b>no others</b>"


def go(server: Server, page: Page, tab: str = "", **view: str) -> None:
    parameters = ({"neuron_tab": tab} if tab else {}) | view
    more = "".join(f"&{name}={value.replace(' ', '+')}" for name, value in parameters.items())
    page.goto(f"{server.address}/neuron?dataset=demo&layer={LAYER}&neuron={NEURON}{more}")
    settle(page)


def lies_within(element: Locator, height: int) -> None:
    """Wait until all of it is seen without scrolling."""

    def seen() -> bool:
        box = element.bounding_box()
        return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height

    wait_until(element.page, seen)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_first_screen_says_what_it_is_how_sure_that_is_and_shows_it(
    server: Server, page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    go(server, page)
    best = open_dataset(server.data / "demo").explanations((LAYER, NEURON))[0]
    answer, glance = page.locator(".st-key-neuron_answer"), page.locator(".st-key-neuron_glance .nv-strip")
    lies_within(answer.get_by_text(best.text.strip(), exact=True), height)
    score = answer.locator("[data-nv-score]")
    lies_within(score, height)
    assert float(score.get_attribute("data-value") or "nan") == pytest.approx(best.scores[0].value, abs=1e-5)
    for said in ("excerpts,", "scorer simulation", "simulator pattern"):
        expect(answer).to_contain_text(said)
    expect(glance).to_have_count(3)
    for place in range(3):
        lies_within(glance.nth(place), height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_cold_link_opens_the_meanings_with_every_exciting_excerpt_once(server: Server, page: Page) -> None:
    go(server, page, "Meanings")
    wanted = exciting_records(open_dataset(server.data / "demo").neuron((LAYER, NEURON)))
    cards = page.locator("[class*='st-key-neuron_meaning_']:not([class*='strips'])")
    expect(cards.first).to_be_visible()
    closed = page.get_by_role("button", name=re.compile("^Show all"))
    strips = locators.strips(page)
    while (shown := strips.count()) < len(wanted):
        closed.first.click()
        expect(strips.nth(shown)).to_be_visible()
    expect(strips).to_have_count(len(wanted))
    drawn = locators.strips(page).evaluate_all("all => all.map(e => e.dataset.excerpt)")
    assert sorted(drawn) == sorted(str(entry.excerpt_id) for entry in wanted)


def test_what_hurts_the_score_is_listed_with_its_mistakes_marked(server: Server, page: Page) -> None:
    go(server, page, "Real against simulated")
    expect(page.get_by_role("heading", name="Excerpts that hurt the score most")).to_be_visible()
    listed = page.locator(".st-key-neuron_sim_hurting .nv-strip")
    expect(listed.first).to_have_attribute("aria-label", re.compile(r"without it −?\d\.\d+ \(\+0\.\d+\)"))
    marked = page.locator(".st-key-neuron_sim_hurting").locator(".nv-token.nv-false-positive, .nv-token.nv-miss").first
    # A tip goes when the page moves under it; what a screen reader is told stays.
    marked.focus()
    expect(marked).to_have_attribute("aria-label", re.compile("Marked as (false positive|miss)"))


def test_a_sentence_is_written_scored_and_shown_and_a_text_tried(server: Server, page: Page) -> None:
    go(server, page)
    page.get_by_role("button", name="Write an explanation").click()
    page.get_by_label("What does this neuron fire on?").fill(SENTENCE)
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_text(SENTENCE, exact=True).first).to_be_visible()
    expect(page.get_by_text("scored by its words in quotation marks").first).to_be_visible()
    assert not page.locator("b", has_text="no others").count()
    page.get_by_role("button", name="Try a text").click()
    page.get_by_label("Your text").fill("The mill & the 42 doors")
    page.get_by_role("button", name="See where it fires").click()
    expect(page).to_have_url(re.compile(rf"/text\?.*layer={LAYER}&neuron={NEURON}&text=The\+mill"))
    expect(locators.strips(page).first).to_have_attribute("data-neuron", str(NEURON))


def test_what_it_depends_on_is_asked_for_a_token_and_drawn(server: Server, page: Page) -> None:
    go(server, page, "What it depends on")
    whole = page.locator(".st-key-depends_excerpt .nv-token")
    expect(whole.nth(5)).to_be_visible()
    whole.nth(5).click()
    expect(page.locator(".st-key-depends_excerpt .nv-chosen")).to_have_attribute("data-position", "5")
    page.get_by_role("button", name="See what it depends on").click()
    changes = page.locator(".st-key-depends_changes .nv-token")
    expect(changes).to_have_count(5)
    expect(page.get_by_text("5 of 5 earlier tokens were tried")).to_be_visible()
    page.locator(".st-key-depends_way").get_by_text(re.compile("swap", re.IGNORECASE)).first.click()
    expect(changes).to_have_count(0)
    expect(page).to_have_url(re.compile("depends_way="))


def test_connections_lead_to_other_neurons_and_those_like_it_are_computed(server: Server, page: Page) -> None:
    go(server, page, "Connections", neuron_alike="correlation, read from the model here", neuron_alike_size="50")
    expect(page.get_by_text("Input: excite it")).to_be_visible()
    page.get_by_role("button", name="Compute the correlations").click()
    cards = page.locator("[data-nv-alike]")
    expect(cards).to_have_count(8)
    expect(cards.first).to_contain_text(re.compile(r"r −?\d\.\d\d \(halves"))
    expect(page.get_by_text(re.compile(r"Pearson correlation .* random excerpts"))).to_be_visible()
    other = cards.first.get_attribute("data-nv-alike")
    page.get_by_role("link", name=f"Neuron {other}", exact=True).click()
    expect(page.get_by_role("heading", name=f"Neuron {other}")).to_be_visible()
    expect(page).to_have_url(re.compile("neuron_tab=Connections"))
    expect(page.get_by_text("Input: excite it")).to_be_visible()


def test_the_four_lists_of_tokens_stand_level_and_uncut_on_a_phone_too(server: Server, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    go(server, page, "Connections")
    lists = page.locator("[role=region]:has(caption)")
    expect(lists).to_have_count(4)
    heights = lists.locator("caption").evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    cut = lists.evaluate_all("all => all.map(e => e.scrollWidth - e.clientWidth)")
    assert len(set(heights)) == 1
    assert max(cut) <= 0
