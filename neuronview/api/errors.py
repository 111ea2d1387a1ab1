"""What goes wrong, in one shape: `{"error": {"code", "message", "hint"}}` with the HTTP status that fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neuronview.errors import BadInput, DatasetError, ModelError, NeuronViewError, NotFound

__all__ = ["CODES", "ApiError", "body", "of_library"]

CODES: dict[str, tuple[int, str]] = {
    "unknown_parameter": (400, "Parameters are listed in /api/v1/openapi.json."),
    "not_json": (400, 'Send a JSON object such as {"text": "Hello", "neurons": ["2:17"]}.'),
    "wrong_host": (400, "Whoever runs the server lists its names in NEURONVIEW_HOSTS."),
    "not_found": (404, "Paths are listed in /api/v1/openapi.json."),
    "no_dataset": (404, "GET /api/v1/datasets lists the datasets that there are."),
    "no_neuron": (404, "GET /api/v1/datasets/{dataset} says how many layers and neurons there are."),
    "read_only": (405, "This API only reads: use GET or HEAD, and POST for the activations of a text."),
    "too_large": (413, "Send less: a text of one context of the model at most."),
    "wrong_type": (415, "Send the header Content-Type: application/json."),
    "not_usable": (422, "What each parameter may be is in /api/v1/openapi.json."),
    "too_many": (429, "Wait as long as the header Retry-After says."),
    "internal": (500, "The server's log says more."),
    "dataset_unreadable": (503, "On the server: python -m neuronview check DATASET"),
    "no_model": (503, "On the server: python -m neuronview doctor; everything but activations works without a model."),
    "busy": (503, "Try again in a few seconds."),
}
"""By code: status, and what to do next where nothing better is known."""


@dataclass
class ApiError(Exception):
    """A request that is answered with an error; `code` is one of CODES."""

    code: str
    message: str
    hint: str = ""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return CODES[self.code][0]


def body(error: ApiError) -> dict[str, Any]:
    """The error as it is answered."""
    hint = error.hint or CODES[error.code][1]
    return {"error": {"code": error.code, "message": error.message, "hint": hint}}


def of_library(error: NeuronViewError, message: str) -> ApiError:
    """An error of the library as an answer; `message` is its text, fit for people elsewhere."""
    for kind, code in (
        (BadInput, "not_usable"),
        (NotFound, "no_neuron"),
        (ModelError, "no_model"),
        (DatasetError, "dataset_unreadable"),
    ):
        if isinstance(error, kind):
            return ApiError(code, message)
    return ApiError("internal", message)
