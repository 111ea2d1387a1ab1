"""The start page: Streamlit's own, with our style and the scripts that pages ask for."""

import re
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from neuronview.api import StartPage
from neuronview.ui.start_page import SCRIPTS, start_page, style

PAGE = Path(st.__file__).with_name("static") / "index.html"
BROWSER = {"Accept": "text/html,*/*", "Accept-Encoding": "gzip"}
OTHER = "x" * PAGE.stat().st_size


@pytest.fixture(scope="module")
def client() -> TestClient:
    routes = [
        Route("/other", lambda request: HTMLResponse(OTHER)),
        Route("/{page:path}", lambda request: FileResponse(PAGE, media_type="text/html")),
    ]
    layers = [Middleware(StartPage, page=PAGE, ours=start_page(PAGE)), Middleware(GZipMiddleware, minimum_size=10)]
    return TestClient(Starlette(routes=routes, middleware=layers))


@pytest.mark.parametrize("name", SCRIPTS)
def test_streamlit_has_each_script_that_is_asked_for_ahead(name: str) -> None:
    assert len(list((PAGE.parent / "static" / "js").glob(f"{name}.*.js"))) == 1


def test_each_file_that_is_asked_for_ahead_is_there_and_asked_for_once() -> None:
    asked = re.findall(r'<link rel="(?:module)?preload"[^>]*href="\./([^"]+)"', start_page(PAGE).decode())
    assert len(asked) == len(set(asked)) > len(SCRIPTS)
    assert all((PAGE.parent / file).is_file() for file in asked)


def test_what_a_script_imports_is_asked_for_with_it() -> None:
    folder = PAGE.parent / "static" / "js"
    (script,) = folder.glob("BidiComponent.*.js")
    imported = re.findall(r'from"\./([\w.-]+\.js)"', script.read_text(encoding="utf-8"))
    page = start_page(PAGE).decode()
    assert imported
    assert all(f"./static/js/{name}" in page for name in imported)


def test_the_style_stands_after_what_streamlit_adds_to_the_head() -> None:
    page = start_page(PAGE).decode()
    assert page.count(style()) == 1
    assert page.index(style()) > page.index('<div id="root">')


@pytest.mark.parametrize("path", ["/", "/neuron?layer=1&neuron=17"])
def test_every_page_is_the_start_page_for_a_browser(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.content == start_page(PAGE)
    assert answer.headers["content-length"] == str(len(start_page(PAGE)))


def test_a_browser_never_keeps_the_page_of_another_version(client: TestClient) -> None:
    plain = FileResponse(PAGE, stat_result=PAGE.stat()).headers["etag"]
    answer = client.get("/", headers=BROWSER | {"If-None-Match": plain})
    assert answer.status_code == 200
    assert answer.headers["etag"] != plain
    assert "last-modified" not in answer.headers


def test_another_page_of_the_same_length_is_left_as_it_is(client: TestClient) -> None:
    assert client.get("/other", headers=BROWSER).text == OTHER
