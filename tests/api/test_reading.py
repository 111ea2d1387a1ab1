"""What the API answers, held to its own document and to what the store says."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from starlette.testclient import TestClient

from neuronview.api.endpoints import ENDPOINTS
from neuronview.records import Explanation, NeuronId, Score
from neuronview.store import NeuronFilter, open_dataset, save_explanations
from tests.api.conftest import DOCUMENT, check
from tests.support import small_dataset

BASE = "/api/v1"
PATHS = [
    ("/", "Index"),
    ("/datasets", "Datasets"),
    ("/datasets/small", "Dataset"),
    ("/datasets/small/neurons", "Rows"),
    ("/datasets/small/neurons?layers=1&explainer=lookup&sort=score&order=asc&limit=2&offset=1", "Rows"),
    ("/datasets/small/search?q=thing", "Rows"),
    ("/datasets/small/neurons/1/3", "Neuron"),
    ("/datasets/small/neurons/1/3/records?group=top&limit=2", "Records"),
]


def get(client: TestClient, path: str) -> Any:
    answer = client.get(BASE + path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    return answer.json()


@pytest.mark.parametrize(("path", "schema"), PATHS)
def test_every_answer_is_as_the_document_says(client: TestClient, path: str, schema: str) -> None:
    check(schema, get(client, path))


def test_every_path_of_the_document_is_served_and_none_besides(client: TestClient) -> None:
    found = get(client, "/openapi.json")
    assert found == json.loads(json.dumps(DOCUMENT))
    assert found["openapi"] == "3.1.0"
    assert set(found["paths"]) == {endpoint.path for endpoint in ENDPOINTS} | {"/openapi.json"}
    for path, operations in found["paths"].items():
        named = set(re.findall(r"{(\w+)}", path))
        for operation in operations.values():
            declared = [entry["name"] for entry in operation.get("parameters", []) if entry["in"] == "path"]
            assert set(declared) == named
            assert "$ref" not in operation or operation["$ref"]
    names = [operation["operationId"] for path in found["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_the_document_s_schemas_are_schemas_and_refer_to_one_another() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert referred <= set(schemas)


def test_every_filter_of_the_page_browse_is_a_parameter() -> None:
    listed = DOCUMENT["paths"]["/datasets/{dataset}/neurons"]["get"]["parameters"]
    assert {entry.name for entry in fields(NeuronFilter)} - {"listed"} <= {entry["name"] for entry in listed}


def test_rows_are_those_of_the_store_in_its_order(client: TestClient, data: Path) -> None:
    found = get(client, "/datasets/small/neurons?layers=1&score=-0.5,0.3&sort=score&order=asc&limit=3&offset=2")
    stored = open_dataset(data / "small")
    wanted = NeuronFilter(layers=(1,), score=(-0.5, 0.3))
    rows = stored.neurons(wanted, sort="score", descending=False, limit=3, offset=2)
    assert found["total"] == stored.count(wanted) > 5
    assert [(row["layer"], row["neuron"], row["explainer"]) for row in found["rows"]] == list(
        zip(rows["layer"], rows["neuron"], rows["explainer"], strict=True)
    )
    assert np.allclose([row["score"] for row in found["rows"]], rows["score"], rtol=1e-7)
    assert found["rows"][0]["page"].startswith("/neuron?dataset=small&layer=1&neuron=")


def test_pages_put_together_are_the_whole(client: TestClient) -> None:
    whole = get(client, "/datasets/small/neurons?limit=100")["rows"]
    parts = [get(client, f"/datasets/small/neurons?limit=7&offset={offset}")["rows"] for offset in (0, 7, 14)]
    assert [row for part in parts for row in part] == whole
    assert len(whole) == 20


def test_a_neuron_has_its_statistics_scores_and_the_counts_of_its_records(client: TestClient, data: Path) -> None:
    found = get(client, "/datasets/small/neurons/1/3")
    dataset = open_dataset(data / "small")
    record, explanations = dataset.neuron((1, 3)), dataset.explanations((1, 3))
    assert found["statistics"]["maximum"] == pytest.approx(record.statistics.maximum)
    assert found["statistics"]["histogram"] == np.asarray(record.statistics.histogram).tolist()
    assert found["records"] == {name: len(group) for name, group in record.groups.items()}
    for given, wanted in zip(found["explanations"], explanations, strict=True):
        assert given["text"] == wanted.text.strip()
        for score, stored in zip(given["scores"], wanted.scores, strict=True):
            assert score["value"] == pytest.approx(stored.value)
            assert score["n_sequences"] == stored.n_sequences


def test_records_have_tokens_and_activations_side_by_side(client: TestClient, data: Path) -> None:
    found = get(client, "/datasets/small/neurons/1/3/records?limit=100")
    stored = [entry for group in open_dataset(data / "small").neuron((1, 3)).groups.values() for entry in group]
    assert found["total"] == len(stored)
    for given, wanted in zip(found["records"], stored, strict=True):
        assert given["tokens"] == list(wanted.tokens)
        assert np.allclose(given["activations"], wanted.activations, rtol=1e-7)


def test_what_is_no_number_is_null_beside_its_state(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nan = float("nan")
    folder = small_dataset.build(tmp_path / "small")
    states = ("undefined", "unparsable", "provider_error")
    scores = [Score(nan, state=state, reason="why", simulator="s", split="held_out") for state in states]
    zero = Score(0.0, interval=(nan, nan), simulator="z", split="held_out")
    for place, score in enumerate((*scores, zero)):
        save_explanations(
            folder, [Explanation(f"Said {place}", "person", NeuronId(0, place), scores=[score])], label="test"
        )
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path))
    for place, score in enumerate((*scores, zero)):
        text = client.get(f"{BASE}/datasets/small/neurons/0/{place}").text
        assert "NaN" not in text
        found = json.loads(text)
        check("Neuron", found)
        given = next(e for e in found["explanations"] if e["text"] == f"Said {place}")["scores"][0]
        assert (given["state"], given["value"]) == (score.state, 0.0 if score is zero else None)
        assert given["interval"] is None
    rows = get(client, "/datasets/small/neurons?explainer=person&limit=50")["rows"]
    assert {(row["state"], row["score"]) for row in rows} == {*((state, None) for state in states), ("ok", 0.0)}


def test_a_new_commit_is_seen_at_once(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_dataset.build(tmp_path / "small")
    monkeypatch.setenv("NEURONVIEW_DATA", str(tmp_path))
    before = get(client, "/datasets/small")["rows"]
    save_explanations(folder, [Explanation("New", "person", NeuronId(0, 0))], label="test")
    assert get(client, "/datasets/small")["rows"] == before + 1


def test_head_is_served_as_get_is(client: TestClient) -> None:
    assert client.head(f"{BASE}/datasets").status_code == 200


def test_every_path_that_the_page_of_the_api_names_is_answered(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEURONVIEW_DATA")
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    paths = re.findall(r"`GET (/api/v1/\S+)`", text)
    assert len(paths) == len(ENDPOINTS) - 1, "all but the index"
    for path in paths:
        assert client.get(path).status_code == 200, path
