"""Every answer has headers that say who may show it, hold it and what it may use; what an answer says itself stays."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from neuronview import api


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    page = tmp_path / "index.html"
    page.write_text("<script>start()</script>")

    def own(request: object) -> PlainTextResponse:
        return PlainTextResponse("", headers={"X-Frame-Options": "DENY"})

    routes = [Route("/", lambda request: PlainTextResponse("")), Route("/own", own)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(api.Headers, page=page)]))


@pytest.mark.parametrize("path", ["/", "/nothing"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ],
)
def test_an_answer_has_the_header(client: TestClient, path: str, name: str, value: str) -> None:
    assert client.get(path).headers[name] == value


def test_what_an_answer_says_itself_stays(client: TestClient) -> None:
    assert client.get("/own").headers.get_list("X-Frame-Options") == ["DENY"]
