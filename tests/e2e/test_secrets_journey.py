"""A key that is typed in a visit, through a refusal, a broken answer, a silent server, none at all, and a good run:
nowhere but where it has to go.
"""

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.e2e.test_language_journey import check, choose_model, estimate, fewer, fill, play_numbers, run
from tests.support import run_dataset
from tests.support.app_server import ROOT, serve, settle, unfold
from tests.support.ports import free_port
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    SYSTEMONE,
    Received,
    Reply,
    ScriptedServer,
    chat_reply,
    scripted_server,
    status,
)
from tests.support.secrets import KEY, files_with, texts_with

pytestmark = pytest.mark.e2e
_HELD = """() => [
    document.documentElement.outerHTML,
    ...[...document.querySelectorAll('input, textarea')].map(field => field.value),
    location.href, document.cookie, document.title,
    JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), JSON.stringify(history.state),
]"""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


# Python imports a module of this name as it starts, in the server as in its runs.
_HASTY = """
from neuronview.llm.openai_endpoint import OpenAIEndpoint

OpenAIEndpoint.__init__.__kwdefaults__ ["timeout"] = 3.0
"""


def _repeats(request: Received) -> Reply:
    return status(401, message=f"Incorrect API key provided: {request.headers.get('authorization', '')}")


def _watched(page: Page, heard: list[str]) -> None:
    """Note every address that is asked, and all that the server sends."""

    def opened(socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda frame: heard.append(frame if isinstance(frame, str) else frame.decode("latin-1"))
        )

    page.on("websocket", opened)
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda said: heard.append(said.text))


def test_a_typed_key_is_nowhere(tmp_path: Path, server: ScriptedServer, browser: Browser) -> None:
    run_dataset.build(tmp_path / "data" / "runs")
    (tmp_path / "tmp").mkdir()
    (tmp_path / "hasty").mkdir()
    (tmp_path / "hasty" / "sitecustomize.py").write_text(_HASTY)
    heard: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    page = context.new_page()
    _watched(page, heard)
    for path in (CHAT, COMPLETIONS, DECISIONS, SYSTEMONE):
        server.play(path, _repeats)

    def nowhere(where: Page = page) -> None:
        assert texts_with([*where.evaluate(_HELD), *heard]) == []
        assert files_with(tmp_path) == []

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path / "tmp"))
        patch.setenv("PYTHONPATH", f"{tmp_path / 'hasty'}{os.pathsep}{ROOT}")
        with serve(tmp_path / "data", tmp_path / "home", dataset="runs") as address:
            choose_model(page, address, server)
            unfold(page, "This server wants a key")
            fill(page, "llm_explainer_key", KEY)
            expect(page.get_by_text("in this visit's memory")).to_be_visible()
            nowhere()
            check(page)
            expect(page.get_by_text("refused the API key").first).to_be_visible()
            nowhere()
            for path in (CHAT, COMPLETIONS, DECISIONS, SYSTEMONE):
                server.play(path, Reply(b"{", length=90))
            check(page)
            expect(page.get_by_text("No connection to").first).to_be_visible()
            nowhere()
            server.play(CHAT, Reply(delay=60))
            check(page)
            expect(page.get_by_text("did not finish its answer within 3 s").first).to_be_visible()
            nowhere()
            fill(page, "llm_explainer_address", f"http://127.0.0.1:{free_port()}/v1")
            unfold(page, "This server wants a key")
            fill(page, "llm_explainer_key", KEY)
            check(page)
            expect(page.get_by_text("ConnectError").first).to_be_visible()
            nowhere()
            fill(page, "llm_explainer_address", server.base_url)
            play_numbers(server)
            check(page)
            expect(page.locator("[data-nv-able]").first).to_be_visible()
            fewer(page)
            estimate(page)
            nowhere()
            server.play(CHAT, chat_reply(f"fires on {KEY}"))
            run(page)
            expect(page.get_by_text("finished: 1 of 1 neurons done")).to_be_visible()
            nowhere()
            other = browser.new_context().new_page()
            _watched(other, heard)
            for target in ("explain", "neuron?layer=0&neuron=0", "data"):
                other.goto(f"{address}/{target}")
                settle(other)
                nowhere(other)
            other.context.close()
            for path in ("datasets", "datasets/runs/neurons", "datasets/runs/neurons/0/0", "openapi.json"):
                with urllib.request.urlopen(f"{address}/api/v1/{path}") as answer:
                    heard.append(answer.read().decode())
            nowhere()
    context.close()
    assert f"Bearer {KEY}" in {request.headers.get("authorization") for request in server.asked(CHAT)}
