"""Parameters of requests: read as what they are declared to be, and told by the OpenAPI document from the same lines.

A parameter that is not declared, or is given twice, is refused: a misspelt filter must not look like an answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from neuronview.api.errors import ApiError
from neuronview.errors import BadInput
from neuronview.records import NeuronId, whole_number

__all__ = ["Kind", "Parameter", "read", "read_one"]

Kind = Literal["text", "number", "integer", "flag", "integers", "texts", "neurons", "range"]
_MOST_LIST = 1_000
_INNER: Mapping[Kind, Mapping[str, Any]] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "neurons": {"type": "string", "pattern": r"^\d+:\d+$"},
    "integers": {"type": "integer", "minimum": 0},
    "range": {"type": "number"},
}
"""Schema of a value, or of an entry of a list, by kind; of texts it is given below."""


@dataclass(frozen=True)
class Parameter:
    """One parameter. `default` None: it may be left out, and nothing is then asked for; lists have commas between."""

    name: str
    kind: Kind
    description: str
    default: Any = None
    required: bool = False
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    place: Literal["query", "path"] = "query"
    longest: int = 4_000
    """Characters."""

    def document(self) -> dict[str, Any]:
        """The parameter in an OpenAPI document."""
        found: dict[str, Any] = {
            "name": self.name,
            "in": self.place,
            "description": self.description,
            "schema": self._schema(),
        }
        found |= {"required": True} if self.required or self.place == "path" else {}
        listed = self.kind in ("integers", "texts", "neurons", "range")
        return found | ({"style": "form", "explode": False} if listed else {})

    def _schema(self) -> dict[str, Any]:
        inner: dict[str, Any] = dict(_INNER.get(self.kind, {"type": "string", "maxLength": self.longest}))
        bounds = {"minimum": self.least, "maximum": self.most, "enum": list(self.choices) or None}
        inner |= {name: value for name, value in bounds.items() if value is not None}
        if self.kind in ("integers", "texts", "neurons"):
            inner = {"type": "array", "items": inner, "maxItems": _MOST_LIST}
        elif self.kind == "range":
            inner = {"type": "array", "items": inner, "minItems": 2, "maxItems": 2}
        return inner if self.default is None else inner | {"default": self.default}


def read(declared: Iterable[Parameter], given: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Values by name; defaults for what is not given. Raises ApiError for what is unknown or not usable."""
    known = {parameter.name: parameter for parameter in declared}
    for name, _ in given:
        if name not in known:
            raise ApiError("unknown_parameter", f"There is no parameter “{name[:60]}” here. Known: {_listed(known)}.")
        if sum(other == name for other, _ in given) > 1:
            raise ApiError("not_usable", f"{name} is given more than once. Lists have commas between: {name}=a,b.")
    texts = dict(given)
    return {name: read_one(parameter, texts.get(name)) for name, parameter in known.items()}


def read_one(parameter: Parameter, text: str | None) -> Any:
    """The value of one parameter from its text; None stands for a parameter that is not given."""
    if text is None or (text == "" and not parameter.required):
        if parameter.required:
            raise ApiError("not_usable", f"{parameter.name} is missing: {parameter.description}")
        return parameter.default
    if len(text) > parameter.longest:
        most = f"at most {parameter.longest:,} are read"
        raise ApiError("not_usable", f"{parameter.name} has {len(text):,} characters; {most}.")
    return _READERS[parameter.kind](parameter, text)


def _listed(known: Mapping[str, Parameter]) -> str:
    return ", ".join(known) or "none"


def _wrong(parameter: Parameter, text: str, right: str) -> ApiError:
    return ApiError("not_usable", f"{parameter.name}={text[:60]} is not usable: give {right}.")


def _text(parameter: Parameter, text: str) -> str:
    if parameter.choices and text not in parameter.choices:
        raise _wrong(parameter, text, f"one of {', '.join(parameter.choices)}")
    if parameter.required and not text.strip():
        raise ApiError("not_usable", f"{parameter.name} is empty: {parameter.description}")
    return text


def _integer(parameter: Parameter, text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise _wrong(parameter, text, "a whole number from zero")
    return int(_within(parameter, text, number))


def _number(parameter: Parameter, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _wrong(parameter, text, "a number")
    return _within(parameter, text, value)


def _within(parameter: Parameter, text: str, value: float) -> float:
    low = -math.inf if parameter.least is None else parameter.least
    high = math.inf if parameter.most is None else parameter.most
    if not low <= value <= high:
        raise _wrong(parameter, text, f"a number from {low:g} to {high:g}")
    return value


def _flag(parameter: Parameter, text: str) -> bool:
    if text not in ("true", "false", "1", "0"):
        raise _wrong(parameter, text, "true or false")
    return text in ("true", "1")


def _pieces(parameter: Parameter, text: str) -> list[str]:
    found = [piece.strip() for piece in text.split(",") if piece.strip()]
    if not 0 < len(found) <= _MOST_LIST:
        raise _wrong(parameter, text, f"1 to {_MOST_LIST:,} entries with commas between")
    return found


def _integers(parameter: Parameter, text: str) -> tuple[int, ...]:
    return tuple(_integer(parameter, piece) for piece in _pieces(parameter, text))


def _texts(parameter: Parameter, text: str) -> tuple[str, ...]:
    return tuple(_text(parameter, piece) for piece in _pieces(parameter, text))


def _neurons(parameter: Parameter, text: str) -> tuple[NeuronId, ...]:
    try:
        return tuple(dict.fromkeys(NeuronId.parse(piece) for piece in _pieces(parameter, text)))
    except BadInput as error:
        raise ApiError("not_usable", f"{parameter.name}: {error}") from error


def _range(parameter: Parameter, text: str) -> tuple[float, float]:
    numbers = [_number(parameter, piece) for piece in _pieces(parameter, text)]
    if len(numbers) != 2 or numbers[0] > numbers[1]:
        raise _wrong(parameter, text, "the smallest and the largest value, such as 0.5,1")
    return numbers[0], numbers[1]


_READERS = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "flag": _flag,
    "integers": _integers,
    "texts": _texts,
    "neurons": _neurons,
    "range": _range,
}
