"""Ask in SQL, be linked to by it, open a neuron from the answer, take the answer along."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import small_dataset
from tests.support.app_server import click_cell, serve, settle

pytestmark = pytest.mark.e2e
BEST = "select layer, neuron, score from browse order by score desc nulls last limit 3"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("query")
    small_dataset.build(root / "data" / "small")
    with serve(root / "data", root / "home", dataset="small") as found:
        yield found


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1280, "height": 1200})
    found.goto(f"{address}/query")
    settle(found)
    yield found
    found.close()


def ask(page: Page, sql: str) -> None:
    box = page.get_by_label("Query", exact=True)
    box.fill(sql)
    box.press("Control+Enter")


def test_a_query_is_answered_goes_into_the_address_and_is_restored_from_it(page: Page, address: str) -> None:
    ask(page, BEST)
    expect(page.get_by_text(re.compile(r"^3 rows, 3 columns"))).to_be_visible()
    expect(page).to_have_url(re.compile("sql=select"))
    page.goto(page.url)
    settle(page)
    expect(page.get_by_label("Query", exact=True)).to_have_value(BEST)
    expect(page.get_by_text(re.compile(r"^3 rows, 3 columns"))).to_be_visible()


def test_a_row_opens_its_neuron(page: Page) -> None:
    ask(page, "select layer, neuron from neurons where layer = 1 and neuron = 3")
    expect(page.get_by_text(re.compile(r"^1 row"))).to_be_visible()
    click_cell(page, "query_rows", row=0, height=35)
    expect(page).to_have_url(re.compile(r"/neuron\?dataset=small&layer=1&neuron=3"))


def test_the_answer_can_be_downloaded(page: Page) -> None:
    ask(page, BEST)
    expect(page.get_by_text(re.compile(r"^3 rows, 3 columns"))).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert lines[0].replace('"', "") == "layer,neuron,score"
    assert len(lines) == 4


def test_a_query_that_may_not_be_run_is_refused_in_words(page: Page) -> None:
    ask(page, "copy browse to 'stolen.csv'")
    expect(page.get_by_text("Only SELECT can be run here")).to_be_visible()
