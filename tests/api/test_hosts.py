"""The server answers by its own names alone: the API, pages, files and the connection of pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from neuronview import api
from neuronview.errors import BadInput

OURS = ["localhost", "localhost:8501", "LOCALHOST", "localhost.", "a.localhost:1", "127.0.0.1:8501", "[::1]:8501"]
OTHERS = [
    "evil.test", "evil.test:8501", "localhost.evil.test", "xlocalhost", "127.0.0.1.evil.test", "0.0.0.0", "10.0.0.3",
    "[fe80::1]", "2130706433", "evil.test@localhost", "localhost/", "localhost:evil.test", "localhost evil.test", "*",
    "*.localhost", "[::1", "",
]  # fmt: skip
PATHS = ["/api/v1/datasets", "/api/v1/nothing", "/", "/static/script.js", "/_stcore/health"]


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    monkeypatch.setenv("NEURONVIEW_DATA", str(data))
    monkeypatch.delenv("NEURONVIEW_PUBLIC", raising=False)
    monkeypatch.delenv("NEURONVIEW_HOSTS", raising=False)


def _reached(app: ASGIApp, at: str) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "server": (at, 8501)}, receive, send)

    return serve


Asks = Callable[..., TestClient]


@pytest.fixture
def asks() -> Asks:
    """A server with a page, a file, the API and a connection, reached at an address of this computer."""

    async def connect(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("connected")

    def made(at: str = "127.0.0.1", *, listed: tuple[str, ...] = (), own: tuple[str, ...] = ()) -> TestClient:
        found = [Route(path, lambda request: PlainTextResponse("served")) for path in PATHS[2:]]
        hosts = Middleware(api.Hosts, listed=lambda: listed, own=lambda: own)
        app = Starlette(routes=[*api.routes(), *found, WebSocketRoute("/stream", connect)], middleware=[hosts])
        return TestClient(_reached(app, at))

    return made


def _serves(client: TestClient, host: str, path: str = "/") -> bool:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code in (200, 400)
    return answer.status_code == 200


@pytest.mark.parametrize("host", OURS)
def test_by_names_of_this_computer_everything_is_answered(asks: Asks, host: str) -> None:
    client = asks()
    for path in PATHS:
        assert client.get(path, headers={"Host": host}).status_code == (404 if "nothing" in path else 200), path
    with client.websocket_connect("/stream", headers={"Host": host}) as connected:
        assert connected.receive_text() == "connected"


@pytest.mark.parametrize("host", OTHERS)
def test_by_any_other_nothing_is(asks: Asks, host: str) -> None:
    client = asks()
    for path in PATHS:
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "served" not in answer.text
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/stream", headers={"Host": host}):
        pass


def test_it_is_said_in_words_which_setting_names_the_server(asks: Asks) -> None:
    client = asks()
    error = client.get("/api/v1/datasets", headers={"Host": "evil.test"}).json()["error"]
    assert error["code"] == "wrong_host"
    assert error["message"] == "“evil.test” is no name of this server."
    assert "localhost" in error["hint"]
    assert "NEURONVIEW_HOSTS" in error["hint"]
    page = client.get("/", headers={"Host": "evil.test"})
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.text == f"{error['message']} {error['hint']}\n"


def test_what_is_no_name_is_not_said_again(asks: Asks) -> None:
    assert "script" not in asks().get("/", headers={"Host": "<script>"}).text


def test_two_hosts_are_none(asks: Asks) -> None:
    headers = [("Host", "localhost"), ("Host", "evil.test")]
    assert asks().get("/", headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("host", "served"),
    [("here.test:8501", True), ("a.example.com", True), ("localhost", True), ("xexample.com", False), ("evil", False)],
)
def test_an_owner_names_the_server(asks: Asks, monkeypatch: pytest.MonkeyPatch, host: str, served: bool) -> None:
    monkeypatch.setenv("NEURONVIEW_HOSTS", "Here.test, *.example.com")
    for public in ("0", "1"):
        monkeypatch.setenv("NEURONVIEW_PUBLIC", public)
        assert _serves(asks(), host) is served


def test_so_does_streamlits_setting(asks: Asks) -> None:
    client = asks(listed=("here.test", "*.example.com"))
    assert [_serves(client, host) for host in ("here.test", "a.example.com", "localhost")] == [True, True, False]
    assert "allowedHosts" in client.get("/", headers={"Host": "localhost"}).text
    assert _serves(asks(listed=("*",)), "any.test")


def test_where_streamlit_lists_names_only_those_count_since_its_pages_connect_by_no_other(
    asks: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURONVIEW_HOSTS", "here.test")
    client = asks(listed=("there.test",))
    assert [_serves(client, host) for host in ("here.test", "there.test", "evil.test")] == [False, True, False]
    assert "does not count" in client.get("/", headers={"Host": "here.test"}).text


def test_a_health_check_asks_by_the_address_however_the_server_is_named(
    asks: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURONVIEW_HOSTS", "here.test, 2001:DB8:0::5")
    assert _serves(asks("10.1.2.3"), "10.1.2.3:8501", "/_stcore/health")
    assert not _serves(asks("10.1.2.3"), "evil.test", "/_stcore/health")
    assert not _serves(asks(), "10.1.2.3:8501", "/_stcore/health")
    assert _serves(asks(), "[2001:db8::5]:8501")


def test_a_public_server_without_names_is_asked_by_any(asks: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    assert _serves(asks(), "any.test", "/api/v1/datasets")


def test_over_the_network_it_is_asked_by_numbers_and_by_no_name(asks: Asks) -> None:
    client = asks("192.168.1.7")
    assert _serves(client, "192.168.1.7:8501")
    assert _serves(client, "10.0.0.3:8501")  # of the machine around a container
    assert not _serves(client, "evil.test")
    assert "by its address in numbers" in client.get("/", headers={"Host": "mybox"}).text


def test_the_address_that_it_listens_on_is_its_name(asks: Asks) -> None:
    client = asks(own=("", "Mine.local", "127.0.0.2"))
    assert [_serves(client, host) for host in ("mine.local:8501", "127.0.0.2", "")] == [True, True, False]


def test_with_what_is_no_name_nothing_is_answered(asks: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_HOSTS", "https://here.test")
    with pytest.raises(BadInput, match="without http"):
        asks().get("/")
