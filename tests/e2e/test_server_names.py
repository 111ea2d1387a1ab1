"""A server of one's own answers by this computer's names alone, whoever leads another name to it."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Server
from tests.support.app_server import serve, settle
from tests.support.raw_requests import handshake, raw

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]
TARGETS = ("/", "/browse", "/api/v1/datasets", "/_stcore/health", "/_stcore/host-config", "/static/nothing.js")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "neurons.localhost", "[::1]"])
def test_by_a_name_of_this_computer_all_is_answered(server: Server, host: str) -> None:
    name = f"{host}:{urlsplit(server.address).port}"
    for target in TARGETS:
        assert " 200 " in raw(server.address, target, host=name)[0], target
    assert handshake(server.address, host=name) == 101


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "10.0.0.3", "evil.test:8501"])
def test_by_another_nothing_is(server: Server, host: str) -> None:
    for target in TARGETS:
        status, rest = raw(server.address, target, host=host)
        assert " 400 " in status, target
        assert "NEURONVIEW_HOSTS" in rest, target
        assert "frame-ancestors 'self'" in rest.lower(), target
    assert handshake(server.address, host=host) == 403


def test_the_words_have_the_apis_shape_there(server: Server) -> None:
    content = raw(server.address, "/api/v1/datasets", host="evil.test")[1].partition("\r\n\r\n")[2]
    assert json.loads(content)["error"]["code"] == "wrong_host"


def test_a_page_of_another_site_is_refused_and_nobody_is_asked_about_it(server: Server) -> None:
    assert handshake(server.address, origin="http://evil.test") == 403
    log = server.log.read_text(errors="replace")
    assert "http://evil.test" in log
    assert "external IP" not in log


@pytest.mark.parametrize("host", ["127.0.0.1", "neurons.localhost"])
def test_pages_work_by_the_other_names_too(server: Server, browser: Browser, host: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.address.replace('localhost', host)}/browse?dataset=demo")
    settle(page)
    expect(page.get_by_role("heading", name="Browse")).to_be_visible()
    context.close()


@pytest.fixture(scope="module")
def named(live_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURONVIEW_PUBLIC", "1")
        patch.setenv("NEURONVIEW_HOSTS", "nv.example.com,*.example.org")
        with serve(live_data, tmp_path_factory.mktemp("named"), dataset="demo") as address:
            yield address


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("nv.example.com", True),
        ("a.example.org:443", True),
        ("localhost", True),
        ("example.com", False),
        ("evil.test", False),
    ],
)
def test_a_public_server_answers_by_the_names_that_it_was_given(named: str, host: str, served: bool) -> None:
    for target in TARGETS:
        assert (" 200 " if served else " 400 ") in raw(named, target, host=host)[0], target
    assert handshake(named, host=host) == (101 if served else 403)
