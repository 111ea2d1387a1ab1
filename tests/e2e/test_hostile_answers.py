"""What a language model's endpoint answers is text too: nothing of it runs, leaves the page or is drawn as markup."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support import run_dataset
from tests.support.app_server import serve, settle, unfold
from tests.support.hostile_pages import Watched
from tests.support.hostile_text import CANARY, HOST
from tests.support.number_server import decide, play_numbers
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    MODEL,
    SYSTEMONE,
    chat_reply,
    scripted_server,
    status,
)

pytestmark = pytest.mark.e2e
START = "explain?explain_neurons=0:0&explain_with=Token-activation+pairs+%28language+model%29"
HOSTILE = (
    f"Dates <img src=x onerror=window.{CANARY}=1> ![x](https://{HOST}/a.png) [go](https://{HOST}) $\\sqrt 2$ "
    f":red[no] <script>window.{CANARY}=1</script> \x1b[31m \u202eyears"
)


def test_sentences_names_and_errors_of_an_endpoint_are_shown_as_text(tmp_path: Path, browser: Browser) -> None:
    run_dataset.build(tmp_path / "data" / "runs")
    with (
        scripted_server() as server,
        serve(tmp_path / "data", tmp_path / "home", dataset="runs") as address,
    ):
        watched = Watched.open(browser, address)
        page = watched.page

        def fill(key: str, value: str) -> None:
            field = page.locator(f".st-key-{key} input")
            field.fill(value)
            field.press("Enter")
            settle(page)

        for path in (CHAT, COMPLETIONS, DECISIONS, SYSTEMONE):
            server.play(path, status(400, message=HOSTILE))
        page.goto(f"{address}/{START}")
        settle(page)
        page.get_by_role("radio", name="At an address").click()
        fill("llm_explainer_address", server.base_url)
        fill("llm_explainer_model", MODEL)
        page.get_by_role("button", name="Check what it can do").click()
        expect(page.get_by_text("![x](").first).to_be_visible()
        found = watched.look("an error")

        play_numbers(server)
        server.play(SYSTEMONE, status(404, message=HOSTILE))
        page.get_by_role("button", name="Check what it can do").click()
        expect(page.get_by_text("It answers typed decisions with a probability for every level")).to_be_visible()
        found += watched.look("what it can do")
        unfold(page, "Calibration, candidates and other amounts")
        for key, value in {"explain_candidates": "1", "explain_excerpts": "4", "explain_others": "0"}.items():
            fill(key, value)
        page.get_by_role("button", name="Estimate").click()
        expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()
        server.play(CHAT, chat_reply(HOSTILE, model=HOSTILE))
        server.play(DECISIONS, *[status(400, message=HOSTILE)] * 2, decide)
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page).to_have_url(re.compile("run="))
        expect(page.get_by_text("finished: 1 of 1 neurons done")).to_be_visible()
        states = page.locator(".stMarkdownBadge").filter(has_text="scored")  # a badge that the page makes itself
        states.evaluate_all("nodes => nodes.forEach(node => node.classList.remove('stMarkdownBadge'))")
        found += watched.look("the run")
        found += watched.visit("neuron?layer=0&neuron=0")
        expect(page.get_by_text("![x](").first).to_be_visible()
        found += watched.visit("browse")
        watched.close()
    assert found == []
