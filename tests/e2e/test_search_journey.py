"""Search from any page: go to a neuron, find words ranked and marked, use an expression, come back by address."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support import small_dataset
from tests.support.app_server import serve, settle

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("search")
    small_dataset.build(root / "data" / "small")
    with serve(root / "data", root / "home", dataset="small") as found:
        yield found


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1280, "height": 1200})
    found.goto(address)
    settle(found)
    yield found
    found.close()


def search(page: Page, text: str) -> None:
    box = page.locator(".st-key-global_search input")
    box.fill(text)
    box.press("Enter")


def hits(page: Page) -> Locator:
    return page.locator(".nv-search-hit")


def test_a_neuron_is_opened_and_one_that_there_is_not_is_refused_in_words(page: Page) -> None:
    search(page, "1:99")
    expect(page.get_by_text("layer 1 has neurons 0 to 4")).to_be_visible()
    search(page, "1:3")
    expect(page).to_have_url(re.compile(r"/neuron\?dataset=small&layer=1&neuron=3"))
    expect(page.locator("h1")).to_contain_text("1:3")


def test_words_lead_to_ranked_hits_that_are_marked_and_open_their_neuron(page: Page) -> None:
    search(page, "lookup thing 1")
    expect(page).to_have_url(re.compile(r"/browse\?dataset=small&q=lookup(\+|%20)thing(\+|%20)1"))
    expect(page.get_by_text(re.compile("Rows 1 to 5 of 5, by how well it fits the search"))).to_be_visible()
    expect(hits(page)).to_have_count(5)
    expect(hits(page).first.locator("mark")).to_have_text(["thing", "14", "lookup"])
    page.locator("[class*='st-key-nv_search_row_'] a").first.click()
    expect(page).to_have_url(re.compile(r"/neuron\?dataset=small&layer=1&neuron=4"))
    expect(page.locator("h1")).to_contain_text("1:4")
    settle(page)
    page.go_back()
    expect(page.get_by_label("Search explanations")).to_have_value("lookup thing 1")
    expect(hits(page)).to_have_count(5)


def test_another_search_from_browse_takes_the_place_of_the_last(page: Page, address: str) -> None:
    page.goto(f"{address}/browse?dataset=small&q=lookup&browse_page=1")
    settle(page)
    search(page, "/thing 0[12]/")
    expect(page.get_by_text(re.compile("Rows 1 to 4 of 4, by lower bound of the score"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=(%2F|/)thing"))
    expect(hits(page).first.locator("mark")).to_have_text(re.compile("thing 0[12]"))
    search(page, "dictionary")
    expect(page.get_by_text(re.compile("Rows 1 to 10 of 10, by how well it fits the search"))).to_be_visible()
    expect(page.get_by_label("Search explanations")).to_have_value("dictionary")


def test_a_cold_address_restores_words_place_and_order(page: Page, address: str) -> None:
    page.goto(f"{address}/browse?dataset=small&q=cat&browse_within=top+tokens&browse_sort=score")
    settle(page)
    expect(page.get_by_text(re.compile("Rows 1 to 20 of 20, by score, largest first"))).to_be_visible()
    expect(hits(page).first).to_contain_text("Top tokens: cat")
    expect(hits(page).first.locator("mark")).to_have_text(["cat"])


def test_a_broken_expression_is_refused_and_the_box_is_there_to_mend_it(page: Page) -> None:
    search(page, "/thing (/")
    expect(page.get_by_text("That is not a regular expression")).to_be_visible()
    search(page, "/thing 00/")
    expect(page.get_by_text(re.compile("Rows 1 to 2 of 2"))).to_be_visible()


def test_where_explanations_have_nothing_top_tokens_are_offered(page: Page) -> None:
    search(page, "cat")
    page.get_by_role("button", name="Look in top tokens").click()
    expect(page.get_by_text(re.compile("Rows 1 to 20 of 20"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"browse_within=top"))
