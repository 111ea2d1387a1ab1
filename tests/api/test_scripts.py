"""Streamlit's own files are answered as Streamlit answers them, whole ones without asking it."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from neuronview import api

STREAMLITS = Path(file_util.get_static_dir())
ASKED: list[str] = []
"""Paths that Streamlit was asked for."""


def largest(folder: str) -> str:
    """A path below Streamlit's folder."""
    found = max((STREAMLITS / "static" / folder).iterdir(), key=lambda file: file.stat().st_size)
    return f"/static/{folder}/{found.name}"


class _Noted:
    """The app, with a note of what it was asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            ASKED.append(scope["path"])
        await self._app(scope, receive, send)


@pytest.fixture(scope="module")
def plain() -> TestClient:
    """Streamlit's own."""
    app = create_streamlit_static_handler(str(STREAMLITS), "")
    return TestClient(Starlette(routes=[Mount("/", app=app)]), follow_redirects=False)


@pytest.fixture(scope="module")
def ours() -> TestClient:
    """The same behind ours."""
    app = create_streamlit_static_handler(str(STREAMLITS), "")
    layers = [Middleware(api.Scripts, folder=STREAMLITS), Middleware(_Noted)]
    return TestClient(Starlette(routes=[Mount("/", app=app)], middleware=layers), follow_redirects=False)


def same(plain: TestClient, ours: TestClient, method: str, path: str, **given: str) -> int:
    """The status, after both said the same."""
    wanted, found = (client.request(method, path, headers=given) for client in (plain, ours))
    assert (found.status_code, found.content) == (wanted.status_code, wanted.content)
    assert sorted(found.headers.items()) == sorted(wanted.headers.items())
    return found.status_code


@pytest.mark.parametrize("folder", ["js", "css", "media"])
def test_a_file_is_the_same_with_all_its_headers_and_streamlit_is_not_asked(
    plain: TestClient, ours: TestClient, folder: str
) -> None:
    ASKED.clear()
    assert same(plain, ours, "GET", largest(folder)) == 200
    assert ASKED == []


def test_of_a_file_the_headers_alone_are_streamlits(plain: TestClient, ours: TestClient) -> None:
    assert same(plain, ours, "HEAD", largest("js")) == 200


def test_a_file_that_the_browser_has_is_not_sent_again(plain: TestClient, ours: TestClient) -> None:
    tag = ours.get(largest("js")).headers["etag"]
    assert same(plain, ours, "GET", largest("js"), **{"If-None-Match": tag}) == 304


def test_a_part_of_a_file_is_that_part(plain: TestClient, ours: TestClient) -> None:
    assert same(plain, ours, "GET", largest("js"), Range="bytes=0-9") == 206


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/nothing.js",
        "/static/js/../../index.html",
        "/static/js/%2e%2e/%2e%2e/index.html",
        "/static/js/..%2f..%2findex.html",
        "/static/js/..",
        "/static/js/",
        "/static/js/a.js%00",
        "/static/js//etc/passwd",
        "/index.html",
    ],
)
def test_what_is_no_file_of_that_folder_is_answered_as_before(plain: TestClient, ours: TestClient, path: str) -> None:
    same(plain, ours, "GET", path)


def answered(folder: Path, path: str) -> str:
    """What is said where the app itself says only that it was asked."""
    routes = [Route("/{path:path}", lambda request: PlainTextResponse("the app"))]
    layers = [Middleware(api.Scripts, folder=folder)]
    return TestClient(Starlette(routes=routes, middleware=layers)).get(path).text


def test_files_that_are_hidden_or_pages_or_elsewhere_are_left_to_the_app(tmp_path: Path) -> None:
    (tmp_path / "static" / "js" / "folder.js").mkdir(parents=True)
    for name in ("a.js", ".c.js", "d.html", "\u65e5.js"):
        (tmp_path / "static" / "js" / name).write_text("1")
    (tmp_path / "static" / "other.js").write_text("1")
    assert answered(tmp_path, "/static/js/a.js") == "1"
    for path in ("js/.c.js", "js/d.html", "js/%E6%97%A5.js", "js/folder.js", "js/b.js", "other.js"):
        assert answered(tmp_path, f"/static/{path}") == "the app"


def test_in_the_app_it_stands_within_the_headers_of_every_answer() -> None:
    source = (Path(__file__).parents[2] / "app.py").read_text()
    assert source.index("api.Headers") < source.index("api.Scripts") < source.index("api.StartPage")
