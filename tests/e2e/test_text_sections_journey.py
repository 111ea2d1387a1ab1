"""What the text page does besides drawing one neuron: preview, spans, two texts, and its sections, in a browser."""

import re
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import locators
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]

TEXT = "The old mill"
OTHER = "She paid 42 coins"


def opened(server: Server, page: Page, **view: str) -> None:
    query = "".join(f"&{name}={quote_plus(value)}" for name, value in view.items())
    page.goto(f"{server.address}/text?dataset=demo&layer=1&neuron=17&text={quote_plus(TEXT)}{query}")
    expect(locators.strips(page).first).to_be_visible()
    settle(page)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def section(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key}")


def open_section(page: Page, key: str) -> Locator:
    found = section(page, key)
    found.locator("summary").click()
    return found


def test_the_preview_follows_the_typing_and_takes_neither_focus_nor_text(server: Server, page: Page) -> None:
    opened(server, page)
    shown = page.locator("[data-nv-preview]")
    before = int(shown.get_attribute("data-nv-preview") or "0")
    box = locators.text_box(page)
    box.focus()
    page.keyboard.press("End")
    page.keyboard.type(" by the river", delay=20)
    expect(shown).to_contain_text("Ctrl+Enter")
    expect(shown).not_to_have_attribute("data-nv-preview", str(before))
    typed = shown.get_attribute("data-nv-preview")
    expect(box).to_be_focused()
    page.keyboard.type(" x", delay=20)
    expect(shown).not_to_have_attribute("data-nv-preview", typed or "")
    expect(box).to_have_value(f"{TEXT} by the river x")
    assert query(page)["text"] == [TEXT]
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("river"))
    expect(shown).not_to_contain_text("Ctrl+Enter")
    drawn = locators.tokens(locators.strips(page).first)
    expect(drawn).to_have_count(int(shown.get_attribute("data-nv-preview") or "0"))


def test_a_span_is_chosen_by_two_clicks_and_restored_by_its_link(server: Server, page: Page) -> None:
    opened(server, page)
    tokens = locators.tokens(locators.strips(page).first)
    tokens.nth(1).click()
    page.get_by_text("The next click ends a span").click()
    expect(page.get_by_role("switch", name="The next click ends a span")).to_be_checked()
    tokens.nth(3).click()
    chosen = page.locator(".nv-chosen")
    expect(chosen).to_have_count(3)
    expect(page).to_have_url(re.compile(r"to=\d+"))
    page.goto(page.url)
    expect(chosen).to_have_count(3)
    expect(page.get_by_role("heading", name="in these 3 tokens")).to_be_visible()


def test_a_text_is_pinned_and_the_neurons_that_tell_it_apart_are_drawn_on_both(server: Server, page: Page) -> None:
    opened(server, page)
    page.get_by_role("button", name="Pin this text").click()
    expect(page).to_have_url(re.compile("pinned=The"))
    box = locators.text_box(page)
    box.fill(OTHER)
    box.press("Control+Enter")
    expect(page).to_have_url(re.compile("text=She"))
    expect(locators.strips(page)).to_have_count(2)
    page.get_by_role("button", name="Draw the first 3 on both texts").click()
    expect(locators.strips(page)).to_have_count(6)
    expect(page).to_have_url(re.compile("also="))
    names = [locators.strips(page).nth(place).get_attribute("data-neuron") for place in range(6)]
    assert names[0::2] == names[1::2]
    page.goto(page.url)
    expect(locators.strips(page)).to_have_count(6)
    expect(section(page, "text_apart").locator("[data-testid='stDataFrame']")).to_be_visible()


def test_the_tokens_of_the_text_are_listed_when_their_section_is_opened(server: Server, page: Page) -> None:
    opened(server, page)
    found = open_section(page, "text_tokens")
    rows = found.locator("tbody tr")
    expect(rows).to_have_count(locators.tokens(locators.strips(page).first).count())
    expect(rows.first).to_contain_text("%")
    expect(page).to_have_url(re.compile("text_tokens=true"))


def test_why_a_token_comes_next_is_checked_and_its_neurons_are_edited(server: Server, page: Page) -> None:
    opened(server, page)
    why = open_section(page, "text_why")
    expect(why.get_by_text("directly, neurons add")).to_be_visible()
    why.get_by_role("button", name=re.compile("Check these")).click()
    expect(why.get_by_text("two different numbers and may disagree")).to_be_visible()
    why.get_by_role("button", name="Edit the first 5").click()
    edit = section(page, "text_edit")
    expect(edit.get_by_text("times 0 at every token")).to_be_visible()
    expect(page).to_have_url(re.compile("edit_neurons="))
    named = edit.get_by_role("textbox", name="Neurons to edit").input_value()
    assert len(named.split(",")) == 5
    expect(why.get_by_text("directly, neurons add")).to_be_visible()


def test_an_edit_is_continued_and_restored_by_its_link(server: Server, page: Page) -> None:
    opened(server, page)
    edit = open_section(page, "text_edit")
    expect(edit.get_by_text("times 0 at every token")).to_be_visible()
    edit.get_by_role("textbox", name="Factor").fill("40")
    edit.get_by_role("textbox", name="Factor").press("Enter")
    expect(edit.get_by_text("times 40 at every token")).to_be_visible()
    edit.get_by_text("Continue the text by").click()
    continued = edit.locator("[data-nv-continuation]")
    expect(continued).to_have_count(2)
    edit.get_by_role("radio", name="drawn").click()
    expect(edit.get_by_text("with seed 0")).to_be_visible()
    expect(page).to_have_url(re.compile("edit_draw=drawn"))
    settle(page)
    said = continued.last.text_content() or ""
    page.goto(page.url)
    expect(edit.get_by_text("with seed 0")).to_be_visible()
    settle(page)
    assert continued.last.text_content() == said
