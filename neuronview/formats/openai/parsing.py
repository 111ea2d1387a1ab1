"""JSON from elsewhere, and the questions that are asked of it: FormatError says in words what a value should be."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from neuronview.errors import FormatError

__all__ = ["finite", "first_of", "list_of", "numbers_of", "object_of", "optional_number", "parse"]


def parse(raw: bytes) -> Any:
    """Any JSON, bare NaN and Infinity too; FormatError says what it is instead."""
    start = raw[:64].lstrip()
    if not start:
        raise FormatError("the file is empty")
    if start.startswith(b"<"):
        raise FormatError("it is a page of HTML or XML, not JSON")
    if start.startswith(b"version https://git-lfs"):
        raise FormatError("it is a pointer to a large file, not the file: fetch it with git lfs pull")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return _parse_with_nan(raw, error)


def _parse_with_nan(raw: bytes, error: orjson.JSONDecodeError) -> Any:
    """What Python's own writer makes of undefined numbers is no JSON, but plain enough."""
    if b"NaN" in raw or b"Infinity" in raw:
        try:
            content = json.loads(raw)
            orjson.dumps(content)  # which refuses what no dataset can hold, such as half a character
        except (ValueError, TypeError, RecursionError) as other:
            raise FormatError(f"it is not JSON, also with NaN allowed: {other}") from error
        return content
    end = " (cut off?)" if not raw.rstrip().endswith((b"}", b"]")) else ""
    raise FormatError(f"it is not whole JSON{end}: {error.msg} at byte {error.pos} of {len(raw)}") from error


def object_of(value: Any, where: str) -> dict[str, Any]:
    """The value, which must be a JSON object; FormatError otherwise."""
    if not isinstance(value, dict):
        raise FormatError(f"{where} is no JSON object")
    return value


def list_of(value: Any, where: str) -> list[Any]:
    """The value, which must be a list; FormatError otherwise."""
    if not isinstance(value, list):
        raise FormatError(f"{where} is no list")
    return value


def first_of(fields: Mapping[str, Any], *names: str) -> Any:
    """The value of the first of these names, newest first, that the object has."""
    for name in names:
        if name in fields:
            return fields[name]
    return None


def optional_number(fields: Mapping[str, Any], name: str, where: str = "the file") -> float | None:
    """A number that may be undefined; infinite it cannot be."""
    value = fields.get(name)
    if value is None or (type(value) is float and math.isfinite(value)):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isinf(value):
        raise FormatError(f"{where}: {name} is {value!r}, where a number or null belongs")
    return None if math.isnan(value) else float(value)


def numbers_of(value: Any, where: str) -> array[float]:
    """A list of numbers, finite or not."""
    flat: array[float] = array("d")
    try:
        flat.fromlist(value)
    except TypeError as error:
        raise FormatError(f"{where}: a list of numbers belongs there") from error
    return flat


def finite(values: array[float] | NDArray[Any], what: str) -> NDArray[Any]:
    """The same as an array; FormatError when one of them is infinite or NaN."""
    found = np.asarray(values)
    if not np.isfinite(found).all():
        raise FormatError(f"{what} is not finite, where each must be a number")
    return found
