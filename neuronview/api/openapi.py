"""The OpenAPI 3.1 document, made from the same table as the routes."""

from __future__ import annotations

from typing import Any

from neuronview.api.endpoints import ENDPOINTS, Endpoint
from neuronview.api.errors import CODES
from neuronview.api.schemas import SCHEMAS

__all__ = ["document"]

BASE = "/api/v1"


def document() -> dict[str, Any]:
    """The document as plain JSON."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "NeuronView",
            "version": "1",
            "description": "Datasets, neurons and activations, read-only, beside the pages of the app.",
        },
        "servers": [{"url": BASE}],
        "paths": {endpoint.path: _path(endpoint) for endpoint in ENDPOINTS} | {"/openapi.json": {"get": _own()}},
        "components": {"schemas": SCHEMAS},
    }


def _path(endpoint: Endpoint) -> dict[str, Any]:
    found = {"get": _operation(endpoint, endpoint.name) | _parameters(endpoint, "query", "path")}
    if endpoint.reads_model:
        asked = {"required": True, "content": {"application/json": {"schema": _of("Asked")}}}
        posted = _operation(endpoint, f"{endpoint.name}Posted") | _parameters(endpoint, "path")
        found["post"] = posted | {"requestBody": asked}
    return found


def _parameters(endpoint: Endpoint, *places: str) -> dict[str, Any]:
    listed = [parameter.document() for parameter in endpoint.parameters if parameter.place in places]
    return {"parameters": listed} if listed else {}


def _operation(endpoint: Endpoint, name: str) -> dict[str, Any]:
    statuses = sorted({status for status, _ in CODES.values()})
    errors = {str(status): _answer("Error", _codes(status)) for status in statuses}
    good = _answer(endpoint.answer, endpoint.summary)
    return {"operationId": name, "summary": endpoint.summary, "responses": {"200": good, **errors}}


def _own() -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}}
    good = {"description": "This document.", "content": content}
    return {"operationId": "getDocument", "summary": "This document.", "responses": {"200": good}}


def _codes(status: int) -> str:
    return "Codes: " + ", ".join(code for code, (other, _) in CODES.items() if other == status)


def _answer(schema: str, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _of(schema)}}}


def _of(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}
