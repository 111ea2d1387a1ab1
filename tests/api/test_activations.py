"""Activations of a text: as the model gives them, one request at a time, refused in words when too much is asked."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from neuronview import api
from neuronview.api import serving
from neuronview.api.library import Library
from neuronview.model import load
from neuronview.records import NeuronId
from neuronview.store import Dataset, open_dataset
from tests.api.conftest import check
from tests.api.test_refusals import refused
from tests.support import live_dataset

PATH = f"/api/v1/datasets/{live_dataset.NAME}/activations"
TEXT = "The cat, and the dog."
WANTED = [NeuronId(1, 17), NeuronId(0, 3)]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return live_dataset.build(tmp_path_factory.mktemp("live"), passages=8)


@pytest.fixture
def client(live: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("NEURONVIEW_DATA", str(live))
    with TestClient(Starlette(routes=api.routes()), raise_server_exceptions=False) as opened:
        yield opened


def test_values_are_those_of_the_model_in_the_order_asked_for(client: TestClient, live: Path) -> None:
    found = client.get(PATH, params={"text": TEXT, "neurons": "1:17,0:3"}).json()
    check("Activations", found)
    model = load(open_dataset(live / live_dataset.NAME).model_source)
    tokens = model.tokenize(TEXT)
    expected = model.activations([token.id for token in tokens], WANTED)
    assert [token["text"] for token in found["tokens"]] == [token.text for token in tokens]
    assert [neuron["id"] for neuron in found["neurons"]] == ["1:17", "0:3"]
    for column, neuron in enumerate(found["neurons"]):
        assert np.allclose(neuron["activations"], expected[:, column], atol=1e-6)
    assert found["values"] == "recomputed"


def test_a_posted_text_gets_the_same_answer(client: TestClient) -> None:
    posted = client.post(PATH, json={"text": TEXT, "neurons": ["1:17", "0:3"]})
    assert posted.json() == client.get(PATH, params={"text": TEXT, "neurons": "1:17,0:3"}).json()


@pytest.mark.parametrize(
    ("options", "status", "code", "words"),
    [
        ({"content": '{"text": "a"}', "headers": {"Content-Type": "text/plain"}}, 415, "wrong_type", "JSON"),
        ({"content": "{", "headers": {"Content-Type": "application/json"}}, 400, "not_json", "not JSON"),
        ({"json": ["a"]}, 400, "not_json", "no text"),
        ({"json": {"text": "a", "neurons": "0:3"}}, 400, "not_json", "no list"),
        ({"json": {"text": "a", "neurons": [3]}}, 422, "not_usable", "such as 2:17"),
        ({"json": {"text": "a", "neurons": ["0:3"], "model": "x"}}, 400, "unknown_parameter", "model"),
        ({"json": {"text": "", "neurons": ["0:3"]}}, 422, "not_usable", "text is empty"),
        ({"json": {"text": "a", "neurons": ["0:99"]}}, 404, "no_neuron", "0 to 31"),
        ({"json": {"text": "a b " * 900, "neurons": ["0:3"]}}, 422, "not_usable", "reads at most"),
        ({"json": {"text": "a" * 300_000, "neurons": ["0:3"]}}, 413, "too_large", "bytes"),
        (
            {"json": {"text": "a", "neurons": [f"{n // 32}:{n % 32}" for n in range(65)]}},
            *(422, "not_usable", "at most 64"),
        ),
    ],
)
def test_what_cannot_be_read_is_refused(client: TestClient, options: Any, status: int, code: str, words: str) -> None:
    assert words in refused(client.post(PATH, **options), status, code)


def test_the_model_that_is_there_must_be_the_dataset_s(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        fingerprint = "ffff"

    monkeypatch.setattr("neuronview.model.load", lambda *_, **__: Other())
    answer = client.get(PATH, params={"text": TEXT, "neurons": "0:3"})
    assert "not the model" in refused(answer, 503, "no_model")


def test_texts_are_read_one_at_a_time_in_order_and_too_many_are_sent_away(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURONVIEW_DATA", str(live))
    monkeypatch.setattr(serving, "MOST_WAITING", 3)
    go, running, most, order = threading.Event(), [0], [0], list[str]()
    plain = Library.model

    def slow(self: Library, dataset: Dataset) -> Any:
        running[0] += 1
        most[0] = max(most[0], running[0])
        go.wait(timeout=60)
        running[0] -= 1
        return plain(self, dataset)

    monkeypatch.setattr(Library, "model", slow)

    async def ask(client: httpx2.AsyncClient, name: str) -> int:
        answer = await client.get(PATH, params={"text": name, "neurons": "0:3"})
        order.append(name if answer.status_code == 200 else f"{name}!")
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "5"
            refused(answer, 503, "busy")
        return int(answer.status_code)

    async def crowd() -> list[int]:
        transport = httpx2.ASGITransport(app=Starlette(routes=api.routes()))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            tasks = []
            for name in ("one", "two", "three", "four", "five"):
                tasks.append(asyncio.create_task(ask(client, name)))
                await asyncio.sleep(0)
            await tasks[-1]
            other = await client.get("/api/v1/datasets")
            assert other.status_code == 200, "what needs no model does not wait"
            go.set()
            return list(await asyncio.gather(*tasks))

    assert asyncio.run(crowd()) == [200, 200, 200, 200, 503]
    assert order == ["five!", "one", "two", "three", "four"]
    assert most[0] == 1
