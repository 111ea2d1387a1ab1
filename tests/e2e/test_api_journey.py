"""The API on the running app: served beside the pages, and not readable by other sites' pages."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.api.conftest import check
from tests.e2e.conftest import Server
from tests.support import live_dataset
from tests.support.app_server import ROOT, settle
from tests.support.ports import free_port

pytestmark = pytest.mark.e2e


def get(address: str, path: str) -> dict:
    with urllib.request.urlopen(f"{address}/api/v1{path}", timeout=60) as answer:
        assert answer.headers["content-type"] == "application/json"
        return dict(json.load(answer))


def test_the_api_is_served_before_any_page_was_and_pages_beside_it(server: Server, page: Page) -> None:
    check("Datasets", get(server.address, "/datasets"))
    found = get(server.address, f"/datasets/{live_dataset.NAME}/activations?text=The+cat&neurons=0:3")
    check("Activations", found)
    rows = get(server.address, f"/datasets/{live_dataset.NAME}/neurons?limit=1")["rows"]
    page.goto(f"{server.address}{rows[0]['page']}")
    settle(page)
    expect(page.get_by_role("heading", name=f"Neuron {rows[0]['id']}")).to_be_visible()


def test_the_data_page_leads_to_the_api(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/data")
    settle(page)
    link = page.get_by_role("link", name="JSON API")
    expect(link).to_be_visible()
    answer = page.request.get(f"{server.address}{link.get_attribute('href')}")
    assert answer.json()["openapi"] == "3.1.0"


def test_another_site_s_page_cannot_read_an_answer(server: Server, page: Page) -> None:
    other = server.address.replace("localhost", "127.0.0.1")
    page.goto(f"{other}/api/v1/datasets")
    read = "address => fetch(address).then(answer => answer.text(), () => 'kept back')"
    assert page.evaluate(read, f"{server.address}/api/v1/datasets") == "kept back"
    assert "demo" in page.evaluate(read, f"{other}/api/v1/datasets")


@pytest.fixture
def served(live_data: Path, tmp_path: Path) -> Iterator[str]:
    """The address of what `serve` starts."""
    port = free_port()
    environment = os.environ | {"NEURONVIEW_DATA": str(live_data), "NEURONVIEW_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "neuronview", "serve", "--port", str(port), "--no-open"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_serve_serves_it_too(served: str) -> None:
    deadline = time.monotonic() + 240
    while True:
        try:
            check("Datasets", get(served, "/datasets"))
            break
        except OSError:
            assert time.monotonic() < deadline, "serve did not start"
            time.sleep(0.2)
