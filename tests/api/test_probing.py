"""The API probed from its own document, and with paths and addresses that lead elsewhere. Longer: `make soak`."""

import os
from pathlib import Path
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from starlette.applications import Starlette
from starlette.testclient import TestClient

from neuronview import api
from tests.support.hostile_paths import PLACES, spellings

EXAMPLES = int(os.environ.get("NEURONVIEW_PROBES", "6"))
"""A path and method; a fixed seed, unless there are many."""
SCHEMA = schemathesis.openapi.from_asgi("/api/v1/openapi.json", Starlette(routes=api.routes()))
BASE = "/api/v1/datasets"


@pytest.fixture(autouse=True)
def _public(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_DATA", str(data))
    monkeypatch.setenv("NEURONVIEW_DATASET", "small")
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    monkeypatch.setenv("NEURONVIEW_PUBLIC_REQUESTS", "1000000")


@pytest.fixture
def public(client: TestClient) -> TestClient:
    """The API as a public server answers it."""
    return client


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 100,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_the_document_says(case: schemathesis.Case) -> None:
    case.call_and_validate(excluded_checks=[schemathesis.checks.CHECKS.get_one("positive_data_acceptance")])


@pytest.mark.parametrize("place", PLACES)
def test_no_place_of_this_computer_or_of_the_network_is_a_dataset(public: TestClient, data: Path, place: str) -> None:
    for name in spellings(place.format(data=data)):
        for path in (f"{BASE}/{name}", f"{BASE}/{name}/neurons", f"{BASE}/{name}/search?q=a"):
            answer = public.get(path)
            assert answer.status_code in (400, 404, 422), (path, answer.status_code)
            assert "root:" not in answer.text, path


@pytest.mark.parametrize("path", ["/a%0Ab", "/%0A", "%0A%0A/neurons", "/small/neurons/0/%0A", "/small/no%0Asuch"])
def test_a_line_break_in_a_path_is_refused_as_anything_else_is(client: TestClient, path: str) -> None:
    answer = client.get(BASE + path)
    assert answer.status_code in (400, 404, 422)
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("place", PLACES)
def test_no_parameter_is_a_place(public: TestClient, data: Path, place: str) -> None:
    value = quote(place.format(data=data), safe="")
    for path in (
        f"{BASE}/small/neurons?sort={value}",
        f"{BASE}/small/neurons?explainer={value}",
        f"{BASE}/small/search?q={value}",
        f"{BASE}/small/neurons/0/0/records?group={value}",
        f"{BASE}/small/neurons?{value}=1",
    ):
        answer = public.get(path)
        assert answer.status_code in (200, 400, 404, 422), path
        assert "root:" not in answer.text, path


def test_a_link_out_of_the_data_folder_is_a_dataset_only_where_its_owner_made_one(
    client: TestClient, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "etc").symlink_to("/etc")
    (folder / "loop").symlink_to(folder / "loop")
    monkeypatch.setenv("NEURONVIEW_DATA", str(folder))
    assert client.get(BASE).json() == {"datasets": []}
    for name in ("etc", "loop", "etc%2Fpasswd"):
        assert client.get(f"{BASE}/{name}/neurons").status_code == 404


def test_public_mode_answers_without_what_the_owner_made(
    client: TestClient, data: Path, clean_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dataset that the owner added to their folder, and a folder that their settings name, are not served."""
    own = clean_environment / "datasets"
    own.mkdir()
    (own / "mine").symlink_to(data / "small")
    monkeypatch.setenv("NEURONVIEW_DATASET", str(data / "small"))
    assert [entry["name"] for entry in client.get(BASE).json()["datasets"]] == ["small"]
    assert client.get(f"{BASE}/mine").status_code == 404
    monkeypatch.delenv("NEURONVIEW_PUBLIC")
    assert client.get(f"{BASE}/mine").status_code == 200
