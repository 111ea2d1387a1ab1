"""A language model behind an address: checked, estimated, run, found again after a restart; and its faults."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import run_dataset
from tests.support.app_server import serve, settle, unfold
from tests.support.number_server import SENTENCE, decide, play_numbers
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    MODEL,
    SYSTEMONE,
    ScriptedServer,
    chat_answer,
    chat_reply,
    scripted_server,
    status,
)

pytestmark = pytest.mark.e2e

CANARY = "sk-canary-7d20e5"
START = "explain?explain_neurons=0:0&explain_with=Token-activation+pairs+%28language+model%29"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        play_numbers(running)
        yield running


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("language") / "data"
    run_dataset.build(folder / "runs")
    return folder


def choose_model(page: Page, address: str, server: ScriptedServer) -> None:
    page.goto(f"{address}/{START}")
    settle(page)
    page.get_by_role("radio", name="At an address").click()
    fill(page, "llm_explainer_address", server.base_url)
    fill(page, "llm_explainer_model", MODEL)


def fill(page: Page, key: str, value: str) -> None:
    field = page.locator(f".st-key-{key} input")
    field.fill(value)
    field.press("Enter")
    settle(page)


def fewer(page: Page, *, candidates: int = 1) -> None:
    unfold(page, "Calibration, candidates and other amounts")
    amounts = {"explain_candidates": str(candidates), "explain_excerpts": "4", "explain_others": "0"}
    for key, value in amounts.items():
        fill(page, key, value)


def check(page: Page) -> None:
    page.get_by_role("button", name="Check what it can do").click()


def estimate(page: Page) -> None:
    page.get_by_role("button", name="Estimate").click()
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page).to_have_url(re.compile("run="))


def nowhere(secret: str, page: Page, home: Path) -> None:
    """Assert that a key is in no file, no address and nowhere on the page."""
    assert secret not in page.content()
    assert secret not in page.url
    found = [path for path in home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert found == []


def test_an_explanation_by_a_language_model_is_found_on_the_neuron_page_after_a_restart(
    tmp_path: Path, data: Path, server: ScriptedServer, browser: Browser
) -> None:
    home = tmp_path / "home"
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    with serve(data, home, dataset="runs") as address:
        choose_model(page, address, server)
        unfold(page, "This server wants a key")
        fill(page, "llm_explainer_key", CANARY)
        expect(page.get_by_text("in this visit's memory")).to_be_visible()
        check(page)
        expect(page.locator("[data-nv-able]").first).to_be_visible()
        expect(page.get_by_text("It answers typed decisions with a probability for every level")).to_be_visible()
        fewer(page)
        estimate(page)
        run(page)
        expect(page.get_by_text("finished: 1 of 1 neurons done")).to_be_visible()
        expect(page.get_by_text("1 neuron: scored")).to_be_visible()
        nowhere(CANARY, page, home)
        table = page.locator("[data-testid='stDataFrame']").first
        table.click(position={"x": table.bounding_box()["width"] - 40, "y": 36 + 33})
        expect(page).to_have_url(re.compile(r"compare\?.*explanation=\w+"))
    assert f"Bearer {CANARY}" in {request.headers.get("authorization") for request in server.asked(CHAT)}
    with serve(data, home, dataset="runs") as address:
        page.goto(f"{address}/neuron?layer=0&neuron=0")
        settle(page)
        expect(page.get_by_text(SENTENCE, exact=True).first).to_be_visible()
        expect(page.locator("[data-nv-score][data-simulator=decisions]").first).to_have_attribute("data-state", "ok")
        page.get_by_role("button", name="Where it comes from").first.click()
        expect(page.locator("[data-nv-made]").filter(has_text="scripted-2026-11-01").first).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("tab", name="Real against simulated").click()
        expect(page.locator(".nv-strip").first).to_be_visible()
        nowhere(CANARY, page, home)
    page.close()


def test_faults_are_said_in_words_waited_for_and_tried_again(
    tmp_path: Path, data: Path, server: ScriptedServer, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    for path in (CHAT, COMPLETIONS, DECISIONS, SYSTEMONE):
        server.play(path, status(401, message="wrong key"))
    with serve(data, tmp_path / "home", dataset="runs") as address:
        choose_model(page, address, server)
        check(page)
        expect(page.get_by_text("wants an API key (401)")).to_be_visible()
        play_numbers(server)
        server.play(SYSTEMONE, status(404, message="no such route"))
        check(page)
        expect(page.locator("[data-nv-able]").first).to_be_visible()
        fewer(page)
        estimate(page)
        server.play(DECISIONS, *[status(429, {"Retry-After": "4"})] * 8, decide)
        run(page)
        expect(page.get_by_text("too many requests (429)").first).to_be_visible()
        expect(page.get_by_text("finished: 1 of 1 neurons done")).to_be_visible()

        server.play(CHAT, chat_reply(""))
        unfold(page, "Start another run")
        fill(page, "explain_neurons", "1:0")
        fewer(page, candidates=2)
        estimate(page)
        run(page)
        expect(page.get_by_text("answer could not be read").first).to_be_visible()
        server.play(CHAT, chat_answer)
        page.get_by_role("button", name="Try the failed ones again").click()
        expect(page.get_by_text("finished: 1 of 1 neurons done")).to_be_visible()
        expect(page.get_by_text("1 neuron: scored")).to_be_visible()
    page.close()
