"""The API alone, as an ASGI application over a small dataset and one with a model; no server, no network."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from neuronview import api
from neuronview.api.openapi import document
from tests.support import small_dataset

DOCUMENT = document()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with `small`: 2 layers x 5 neurons, no model."""
    folder = tmp_path_factory.mktemp("data")
    small_dataset.build(folder / "small")
    return folder


@pytest.fixture
def client(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Asks the API; what the server would log is not raised."""
    monkeypatch.setenv("NEURONVIEW_DATA", str(data))
    monkeypatch.setenv("NEURONVIEW_DATASET", "small")
    with TestClient(Starlette(routes=api.routes()), raise_server_exceptions=False) as opened:
        yield opened


def check(schema: str, answer: Any) -> None:
    """Hold an answer to a schema of the document."""
    wanted = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(wanted).validate(answer)
