"""A server in public mode, as visitors meet it: what they make is theirs, what there is stays as it was."""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.support.app_server import serve, settle, wait_until
from tests.support.hostile_paths import PLACES, spellings
from tests.support.raw_requests import handshake, raw

pytestmark = pytest.mark.e2e
MB = 1024 * 1024
ROOTS = ("", "media", "component", "app/static", "static", "_stcore/bidi-components", "_stcore/upload_file", "api/v1")


@dataclass(frozen=True)
class Public:
    """The running app."""

    address: str
    data: Path
    home: Path
    temporary: Path


@pytest.fixture(scope="module")
def public(live_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    folder = tmp_path_factory.mktemp("public")
    temporary = folder / "tmp"
    temporary.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURONVIEW_PUBLIC", "1")
        patch.setenv("NEURONVIEW_PUBLIC_REQUESTS", "1000000")
        patch.setenv("NEURONVIEW_PUBLIC_SECONDS", "0")
        patch.setenv("TMPDIR", str(temporary))
        with serve(live_data, folder / "home", dataset="demo") as address:
            patch.undo()
            yield Public(address, live_data, folder / "home", temporary)
    assert not list(temporary.glob("neuronview-public-*")), "what visits made is gone with the server"


def _files(*folders: Path) -> dict[str, int]:
    paths = [path for folder in folders for path in folder.rglob("*") if path.name != "server.log"]
    return {str(path): path.stat().st_mtime_ns for path in paths if path.is_file()}


def test_the_server_listens_on_this_computer_alone(public: Public) -> None:
    port = urlsplit(public.address).port
    listening = []
    if not Path("/proc/net/tcp").exists():
        pytest.skip("no table of sockets on this system")
    for name, own in (("tcp", "0100007F"), ("tcp6", "00000000000000000000000001000000")):
        table = Path(f"/proc/net/{name}")
        if not table.exists():  # a system without IPv6 has none of it to listen on
            continue
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
        listening += [(row[1], own) for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]
    assert listening
    assert all(at.startswith(own) for at, own in listening)


def test_every_answer_has_the_headers(public: Public) -> None:
    for target in ("/", "/browse", "/_stcore/health", "/api/v1", "/static/nothing.js", "/media/nothing"):
        head = raw(public.address, target)[1].partition("\r\n\r\n")[0].lower()
        assert "frame-ancestors 'self'" in head, target
        assert "script-src 'self' blob: 'sha256-" in head, target
        assert "unsafe-eval" not in head, target
        assert "x-content-type-options: nosniff" in head, target
        assert "referrer-policy: no-referrer" in head, target
        assert "x-frame-options: sameorigin" in head, target
        assert "cross-origin-opener-policy: same-origin" in head, target
        assert "cross-origin-resource-policy: same-origin" in head, target
        assert "permissions-policy: camera=(), geolocation=(), microphone=()" in head, target


def test_a_path_of_the_api_that_streamlit_refuses_is_answered_in_the_apis_shape(public: Public) -> None:
    status, rest = raw(public.address, "/api/v1/datasets/..%2f..%2fetc")
    head, _, content = rest.partition("\r\n\r\n")
    assert "404" in status
    assert "frame-ancestors 'self'" in head
    assert json.loads(content)["error"]["code"] == "not_found"
    assert "Bad Request" in raw(public.address, "/media/..%2f..%2fetc")[1]


def test_no_path_leads_to_a_file_of_this_computer(public: Public) -> None:
    tried = 0
    for root in ROOTS:
        for place in PLACES:
            if "{data}" in place or len(place) > 1_000:
                continue
            for spelling in spellings(place)[:: 1 if root in ("media", "component") else 3]:
                status, rest = raw(public.address, f"/{root}/{spelling}".replace("//", "/", 1))
                tried += 1
                assert " 5" not in status[8:11], (root, spelling, status)
                assert "root:" not in rest, (root, spelling)
                assert "HOME=" not in rest, (root, spelling)
    assert tried > 500


def test_it_is_asked_by_any_name_where_none_is_given(public: Public) -> None:
    for target in ("/", "/api/v1/datasets", "/_stcore/health"):
        assert " 200 " in raw(public.address, target, host="nv.example.com")[0], target
    assert handshake(public.address, host="nv.example.com") == 101
    assert handshake(public.address, host="nv.example.com", origin="http://evil.test") == 403


def test_agents_are_not_served(public: Public) -> None:
    status, rest = raw(public.address, "/_stcore/agent/openapi.json")
    assert "interact" not in rest or "disabled" in rest.lower() or "off" in rest.lower() or "404" in status


def test_what_a_visitor_makes_is_theirs_alone(public: Public, browser: Browser) -> None:
    before = _files(public.data, public.home)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{public.address}/neuron?dataset=demo&layer=0&neuron=3")
    settle(page)
    page.get_by_role("button", name="Write an explanation").click()
    page.get_by_label("What does this neuron fire on?").fill("the word “the”, says visitor one")
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_text("Saved for neuron 0:3")).to_be_visible()
    assert _files(public.data, public.home) == before
    visits = list(public.temporary.glob("neuronview-public-*/visit-*"))
    assert len(visits) == 1
    assert visits[0].parent.stat().st_mode & 0o777 == 0o700
    other = browser.new_context()
    second = other.new_page()
    second.goto(f"{public.address}/neuron?dataset=demo&layer=0&neuron=3")
    settle(second)
    assert "says visitor one" not in second.content()
    second.goto(f"{public.address}/browse?dataset=demo&q=visitor")
    settle(second)
    assert "says visitor one" not in second.content()
    other.close()
    context.close()


def test_a_visitor_downloads_their_own_lists(public: Public, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{public.address}/neuron?dataset=demo&layer=0&neuron=5")
    settle(page)
    page.get_by_role("button", name="Bookmark").click()
    expect(page.get_by_role("button", name="Bookmarked")).to_be_visible()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Browse").click()
    page.get_by_role("heading", name="Browse").wait_for()
    settle(page)
    page.get_by_role("button", name="Lists").click()
    with page.expect_download() as told:
        page.get_by_role("button", name="Export all lists and notes").click()
    assert "0:5" in told.value.path().read_text()
    context.close()


def test_what_a_visit_gives_does_not_fill_the_memory(public: Public, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{public.address}/browse?dataset=demo")
    settle(page)
    page.get_by_role("button", name="Lists").click()
    export = {"kind": "neuronview-lists", "format": 1}
    given = {"name": "lists.json", "mimeType": "application/json", "buffer": json.dumps(export).encode()}
    with page.expect_request(lambda request: request.method == "PUT") as told:
        page.locator(".st-key-list_import input[type=file]").set_input_files(given)
    place, sent = told.value.url.rpartition("/")[0], told.value.all_headers()
    headers = {name: sent[name] for name in ("x-xsrftoken", "cookie")}
    names = [f"{place}/made-up-{number}" for number in range(15)]
    for name in names:
        assert _ask("PUT", name, headers, file=bytes(19 * MB)) == 204
        assert _held(public) <= 40 * MB
    wait_until(page, lambda: _held(public) == 2 * 19 * MB)
    for name in names:
        assert _ask("DELETE", name, headers) == 204
    wait_until(page, lambda: _held(public) == 0)  # the page's own had gone as the oldest
    page.keyboard.press("Escape")
    page.locator(".st-key-browse_view").get_by_text("Strips").click()  # the page is made anew, and asks for its file
    expect(page).to_have_url(re.compile("browse_view=Strips"))
    settle(page)
    expect(page.locator("[data-testid='stException']")).to_have_count(0)
    context.close()


def _ask(method: str, url: str, headers: dict[str, str], *, file: bytes | None = None) -> int:
    """Status of the answer; a file is sent as browsers do."""
    body = None
    if file is not None:
        headers = headers | {"Content-Type": "multipart/form-data; boundary=between"}
        head = b'--between\r\nContent-Disposition: form-data; name="file"; filename="f.json"\r\n\r\n'
        body = b"".join([head, file, b"\r\n--between--\r\n"])
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return int(answer.status)


def _held(public: Public) -> int:
    """Bytes of the files that visitors gave, as the server counted them some five seconds ago at most."""
    told = raw(public.address, "/_stcore/metrics")[1]
    found = re.search(r'cache_memory_bytes\{cache_type="UploadedFileManager".*\} (\d+)', told)
    return int(found[1]) if found else 0


def test_what_a_visitor_made_is_gone_soon_after_the_window_was_closed(
    live_data: Path, tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1")  # seconds, in place of two minutes
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    contexts, kept = [], []
    with serve(live_data, tmp_path / "home", dataset="demo") as address:
        for number in (1, 2):
            contexts.append(browser.new_context())
            page = contexts[-1].new_page()
            page.goto(f"{address}/neuron?dataset=demo&layer=0&neuron={number}")
            settle(page)
            page.get_by_role("button", name="Bookmark").click()
            wait_until(page, lambda n=number: len(list(tmp_path.glob("neuronview-public-*/visit-*"))) == n)
            kept += [folder for folder in tmp_path.glob("neuronview-public-*/visit-*") if folder not in kept]
        contexts[0].close()
        wait_until(page, lambda: not kept[0].exists())
        assert kept[1].exists()
        contexts[1].close()


def test_a_visitor_can_neither_add_nor_run_without_end_nor_ask_a_place(public: Public, browser: Browser) -> None:
    before = _files(public.data, public.home)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{public.address}/data?dataset=demo")
    settle(page)
    expect(page.get_by_role("heading", name="On this server")).to_be_visible()
    content = page.content()
    assert str(public.data) not in content
    assert str(public.home) not in content
    for words in ("Remove", "Verify", "Collect", "Published neurons", "Where its model is"):
        expect(page.get_by_role("button", name=words)).to_have_count(0)
        expect(page.get_by_label(words)).to_have_count(0)
    page.goto(f"{public.address}/explain?dataset=demo&layer=0&neuron=3")
    settle(page)
    expect(page.get_by_text("Used in this visit: 0 of 100,000 tokens")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("limit of 0 seconds is reached")).to_be_visible()
    expect(page.get_by_text("By a language model", exact=True)).to_have_count(0)  # this server lists none
    expect(page.get_by_label("Address")).to_have_count(0)
    context.close()
    assert _files(public.data, public.home) == before


@pytest.mark.parametrize(
    "place", ["{data}/demo", "../demo", "/etc", "http://169.254.169.254/", "demo/../demo", "demo\0"]
)
def test_no_address_of_a_page_names_a_place(public: Public, browser: Browser, place: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{public.address}/?dataset={quote(place.format(data=public.data), safe='')}")
    settle(page)
    expect(page.get_by_text("There is no dataset").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    context.close()
