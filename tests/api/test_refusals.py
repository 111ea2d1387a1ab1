"""What the API refuses: one shape of errors, the right status, no folder of this computer, no path taken as a name."""

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_path_security_middleware import PathSecurityMiddleware

from neuronview import api
from neuronview.api import handlers
from tests.api.conftest import check
from tests.support import by_hand, small_dataset

BASE = "/api/v1"
NEURONS = "/datasets/small/neurons"


def refused(answer: Any, status: int, code: str) -> str:
    assert answer.status_code == status, answer.text
    found = answer.json()
    check("Error", found)
    assert found["error"]["code"] == code
    assert found["error"]["message"]
    assert found["error"]["hint"]
    return str(found["error"]["message"])


@pytest.mark.parametrize(
    ("path", "status", "code", "words"),
    [
        ("/nothing", 404, "not_found", "nothing at this path"),
        ("/datasets/other", 404, "no_dataset", "Known by name: small"),
        (f"{NEURONS}/0/5", 404, "no_neuron", "neurons 0 to 4"),
        (f"{NEURONS}/-1/0", 422, "not_usable", "whole number"),
        (f"{NEURONS}/a/0", 422, "not_usable", "whole number"),
        (f"{NEURONS}?limit=0", 422, "not_usable", "from 1 to 500"),
        (f"{NEURONS}?limit=501", 422, "not_usable", "from 1 to 500"),
        (f"{NEURONS}?offset=-1", 422, "not_usable", "whole number"),
        (f"{NEURONS}?score=0.5", 422, "not_usable", "smallest and the largest"),
        (f"{NEURONS}?score=0.5,nan", 422, "not_usable", "a number"),
        (f"{NEURONS}?score=0.9,0.1", 422, "not_usable", "smallest and the largest"),
        (f"{NEURONS}?sort=rowid", 422, "not_usable", "one of layer, neuron"),
        (f"{NEURONS}?order=up", 422, "not_usable", "asc, desc"),
        (f"{NEURONS}?states=good", 422, "not_usable", "undefined"),
        (f"{NEURONS}?layers=0;1", 422, "not_usable", "whole number"),
        (f"{NEURONS}?neurons=17", 422, "not_usable", "layer:neuron"),
        (f"{NEURONS}?text=(&regex=true", 422, "not_usable", "regular expression"),
        (f"{NEURONS}?regex=maybe", 422, "not_usable", "true or false"),
        (f"{NEURONS}?explainr=lookup", 400, "unknown_parameter", "explainr"),
        (f"{NEURONS}?listed=mine", 400, "unknown_parameter", "listed"),
        (f"{NEURONS}?layers=0&layers=1", 422, "not_usable", "more than once"),
        ("/datasets/small/search", 422, "not_usable", "q is missing"),
        ("/datasets/small/search?q=%20", 422, "not_usable", "q is empty"),
        (f"{NEURONS}/1/3/records?group=best", 422, "not_usable", "It has: top, random"),
        ("/datasets/small/activations?text=Hello", 422, "not_usable", "neurons is missing"),
    ],
)
def test_what_is_wrong_is_said_in_one_shape(client: TestClient, path: str, status: int, code: str, words: str) -> None:
    assert words in refused(client.get(BASE + path), status, code)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_reading_is_served(client: TestClient, method: str) -> None:
    answer = client.request(method, f"{BASE}/datasets/small")
    refused(answer, 405, "read_only")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("name", ["..", "%2e%2e", "%2Fetc", "..%2Fsmall", "{place}", ".", "small%2F", "small%00"])
def test_a_path_is_no_name(client: TestClient, data: Path, name: str) -> None:
    place = str(data / "small").replace("/", "%2F")
    answer = client.get(f"{BASE}/datasets/{name.format(place=place)}/neurons")
    assert answer.status_code == 404
    check("Error", answer.json())


def test_no_answer_names_a_folder_of_this_computer(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_dataset.build(tmp_path / "small")
    by_hand.edit(folder / "dataset.json", lambda raw: raw["model"].update(path=f"{tmp_path}/models/tiny"))
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path))
    paths = ["/datasets", "/datasets/small", NEURONS, f"{NEURONS}/0/0", f"{NEURONS}/9/0", f"{NEURONS}/0/9"]
    paths.append("/datasets/small/activations?text=Hello&neurons=0:0")
    for path in paths:
        text = client.get(BASE + path).text
        assert str(tmp_path) not in text, path
    assert client.get(f"{BASE}/datasets/small").json()["model"]["name"] == "tiny"
    for part in folder.glob("records-*"):
        part.unlink()
    answer = client.get(f"{BASE}{NEURONS}/0/0")
    assert str(tmp_path) not in refused(answer, 503, "dataset_unreadable")
    (folder / "dataset.json").write_text("{")
    refused(client.get(f"{BASE}/datasets/small"), 503, "dataset_unreadable")
    assert client.get(f"{BASE}/datasets").json()["datasets"] == [
        {"name": "small", "state": "unreadable", "model": None}
    ]


def test_without_a_model_there_are_no_activations_and_words_say_so(client: TestClient) -> None:
    answer = client.get(f"{BASE}/datasets/small/activations?text=Hello&neurons=0:0")
    assert "tiny" in refused(answer, 503, "no_model")


def test_what_nobody_foresaw_is_an_error_of_the_same_shape(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of /home/someone")

    monkeypatch.setattr(handlers.answers, "described", broken)
    message = refused(client.get(f"{BASE}/datasets/small"), 500, "internal")
    assert "someone" not in message
    assert "a secret" in caplog.text


@pytest.mark.parametrize(
    "path",
    ["/datasets/..%2f..%2fetc", "/datasets/%2e%2e%2fsmall/neurons", "/datasets/small%00"],
)
def test_what_streamlit_refuses_before_the_api_is_an_error_of_the_same_shape(data: Path, path: str) -> None:
    middleware = [Middleware(api.OneShape), Middleware(PathSecurityMiddleware)]
    app = Starlette(routes=api.routes(), middleware=middleware)
    with TestClient(app) as client:
        assert client.get("/media/..%2fetc").text == "Bad Request"
        refused(client.get(BASE + path), 404, "not_found")
        refused(client.get(f"{BASE}/datasets?nothing=1"), 400, "unknown_parameter")
