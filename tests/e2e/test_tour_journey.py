"""The tour in a browser: guess, reveal, break, step on, out to GPT-2; back, forward and cold addresses."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from playwright.sync_api import Page, expect

from neuronview.store import open_dataset
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = pytest.mark.e2e

STOPS = [
    {
        "neuron": neuron,
        "kind": "partial",
        "title": f"Title {number}",
        "words": f"Notice {number}.",
        "says": f"The word “{word}”",
        "rule": {"kind": "pattern", "pattern": word},
        "breaks": f"Once {word} mill stood by {word} river.",
    }
    for number, (neuron, word) in enumerate([("1:3", "the"), ("0:17", "a"), ("1:17", "of")], start=1)
]


@pytest.fixture(scope="module", autouse=True)
def toured(server: Server) -> Iterator[None]:
    """A tour of three stops beside the dataset."""
    path = server.data / "demo" / "tour.json"
    fingerprint = open_dataset(path.parent).manifest.model.fingerprint
    path.write_bytes(orjson.dumps({"tours": [{"model_fingerprint": fingerprint, "stops": STOPS}]}))
    yield
    path.unlink()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_from_the_overview_a_guess_is_revealed_and_scored(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/?dataset=demo")
    page.get_by_role("button", name="Take the tour").click()
    expect(page.get_by_role("heading", name="What is it?")).to_be_visible()
    expect(page.locator(".nv-strip").first).to_be_visible()
    expect(page.get_by_text("Notice 1.")).to_have_count(0)
    box = page.get_by_role("textbox", name="Your guess")
    box.fill("the, a")
    box.press("Enter")
    page.get_by_text("The word “the”", exact=True).click()
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_text("Notice 1.")).to_be_visible()
    expect(page.get_by_text("You chose ours: “The word “the””")).to_be_visible()
    expect(page.get_by_text("Read as the words the, a")).to_be_visible()
    expect(page.get_by_text("1 of 3 revealed")).to_be_visible()
    expect(page).to_have_url(re.compile(r"seen=1"))


def test_a_text_is_broken_on_and_its_address_restores_it_cold(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/tour?dataset=demo&stop=2&seen=2")
    box = page.get_by_role("textbox", name="Your text")
    expect(box).to_have_value("Once a mill stood by a river.")
    page.get_by_role("button", name="See where it fails").click()
    told = page.get_by_test_id("stAlert").filter(has_text=re.compile("fires on|quieter|holds"))
    expect(told).to_be_visible()
    expect(page).to_have_url(re.compile(r"text=Once"))
    simulated = page.locator(".nv-token[data-simulated]").last
    expect(simulated).to_be_visible()
    said = told.inner_text().strip().splitlines()[-1]
    page.goto(page.url)
    expect(told).to_contain_text(said)
    expect(box).to_have_value("Once a mill stood by a river.")


def test_next_previous_and_the_browser_s_own_back_step_through_stops(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/tour?dataset=demo&stop=2&seen=1-2")
    expect(page.get_by_role("heading", name="Title 2")).to_be_visible()
    page.get_by_role("button", name="Next").first.click()
    expect(page.get_by_text("Stop 3 of 3: 2 of 3 revealed")).to_be_visible()
    expect(page.get_by_role("heading", name="Title 2")).to_have_count(0)
    assert query(page)["stop"] == ["3"]
    page.go_back()
    expect(page.get_by_text("Stop 2 of 3: 2 of 3 revealed")).to_be_visible()


def test_the_last_stop_ends_at_the_form_for_gpt2_without_network(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/tour?dataset=demo&stop=3")
    expect(page.get_by_role("heading", name="The end of the tour")).to_be_visible()
    page.get_by_role("button", name="See the published neurons of GPT-2").click()
    expect(page).to_have_url(re.compile("/data"))
    expect(page.get_by_text(re.compile("datasets add gpt2-small")).first).to_be_visible()
    settle(page)
    assert page.get_by_test_id("stException").count() == 0
