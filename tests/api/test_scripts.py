"""Streamlit's own files are answered as Streamlit answers them, whole ones without its pieces."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from neuronview import api
from neuronview.api import scripts

STREAMLITS = Path(file_util.get_static_dir())


def small(folder: str) -> str:
    """A path below Streamlit's folder."""
    found = next(file for file in sorted((STREAMLITS / "static" / folder).iterdir()) if file.stat().st_size < 1 << 18)
    return f"/static/{folder}/{found.name}"


@pytest.fixture(scope="module")
def plain() -> TestClient:
    """Streamlit's own."""
    app = create_streamlit_static_handler(str(STREAMLITS), "")
    return TestClient(Starlette(routes=[Mount("/", app=app)]), follow_redirects=False)


@pytest.fixture(scope="module")
def ours() -> TestClient:
    """The same behind ours."""
    app = create_streamlit_static_handler(str(STREAMLITS), "")
    layers = [Middleware(api.Scripts, folder=STREAMLITS)]
    return TestClient(Starlette(routes=[Mount("/", app=app)], middleware=layers), follow_redirects=False)


def same(plain: TestClient, ours: TestClient, method: str, path: str, **given: str) -> int:
    """The status, after both said the same."""
    wanted, found = (client.request(method, path, headers=given) for client in (plain, ours))
    assert (found.status_code, found.content) == (wanted.status_code, wanted.content)
    assert sorted(found.headers.items()) == sorted(wanted.headers.items())
    return found.status_code


@pytest.mark.parametrize("folder", ["js", "css", "media"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_file_is_the_same_with_all_its_headers(plain: TestClient, ours: TestClient, folder: str, method: str) -> None:
    assert same(plain, ours, method, small(folder)) == 200


def test_a_file_that_the_browser_has_is_not_sent_again(plain: TestClient, ours: TestClient) -> None:
    tag = ours.get(small("js")).headers["etag"]
    assert same(plain, ours, "GET", small("js"), **{"If-None-Match": tag}) == 304


def test_a_part_of_a_file_is_that_part(plain: TestClient, ours: TestClient) -> None:
    assert same(plain, ours, "GET", small("js"), Range="bytes=0-9") == 206


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


def test_files_that_are_large_or_elsewhere_are_left_to_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "LARGEST", 4)
    (tmp_path / "static" / "js" / "folder.js").mkdir(parents=True)
    for name, text in {"a.js": "1234", "b.js": "12345", ".c.js": "1"}.items():
        (tmp_path / "static" / "js" / name).write_text(text)
    (tmp_path / "static" / "other.js").write_text("1")
    assert answered(tmp_path, "/static/js/a.js") == "1234"
    for path in ("js/b.js", "js/.c.js", "js/folder.js", "js/d.js", "other.js"):
        assert answered(tmp_path, f"/static/{path}") == "the app"
