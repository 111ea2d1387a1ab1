"""Files of the usual shape, read without a Python object for every number: an import spends most of its time on that.

Numbers are copied from the parser's memory, tokens as the JSON by which they are told apart. Nothing is tolerated and
nothing explained: None for a file that is unusual in any way (a name twice, a list too deep, NaN, null in a list, a
field of another type), which `reading` then takes, or refuses in words. What is read is what it would read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from neuronview.errors import FormatError
from neuronview.formats.openai.content import (
    MOMENTS,
    MOST_KNOWN,
    SCALES,
    SCORES,
    Distribution,
    Doubles,
    ExplanationsFile,
    Floats,
    PublishedExplanation,
    PublishedScores,
    RecordsFile,
    Scale,
    ScoredSequence,
)
from neuronview.formats.openai.parsing import first_of, optional_number
from neuronview.records import NeuronId

try:
    import simdjson
except ImportError:  # a Python for which there is none yet: all files are unusual then
    simdjson = None  # type: ignore[assignment]

__all__ = ["plain_explanations", "plain_records"]

LARGEST = 16 * 1024 * 1024
"""Bytes: the parser keeps several times the memory of the largest file that it saw."""
LARGEST_SQUARE = 1e76
"""Below that of the largest 32-bit number."""
FEW = 2048
"""Bytes that are soon looked at one by one."""
_EXPLANATION = ("explanation", "scored_simulation")
_SCORED = ("scored_sequence_simulations", *SCORES)
_SEQUENCE = ("simulation", "true_activations", *SCORES)
_SIMULATION = (
    "tokens",
    "expected_activations",
    "activation_scale",
    "distribution_values",
    "distribution_probabilities",
    "uncalibrated_simulation",
)
_ABSENT = object()
UNUSUAL = (AttributeError, FormatError, KeyError, RuntimeError, TypeError, ValueError)
"""What comes of asking for something that is not there, or that is of another type; and of what is no JSON."""

_parser: Any = simdjson and simdjson.Parser(LARGEST)


def plain_records(raw: bytes, neuron: NeuronId) -> RecordsFile | None:
    """`reading.read_records` of a usual file; None for any other."""
    try:
        return _records(raw, neuron)
    except UNUSUAL:
        return None


def plain_explanations(raw: bytes, neuron: NeuronId) -> ExplanationsFile | None:
    """`reading.read_explanations` of a usual file; None for any other."""
    try:
        return _explanations(raw, neuron)
    except UNUSUAL:
        return None


# --- inside a file of activations ------------------------------------------------------------------------------------


def _records(raw: bytes, neuron: NeuronId) -> RecordsFile:
    document = _document(raw, neuron, "NeuronRecord")
    fields = {name: document[name] for name in document}
    _require("scored_explanations" not in fields)
    boundaries, quantiles = fields.get("quantile_boundaries"), fields.get("random_sample_by_quantile") or ()
    depth = _Depth()
    depth.add_lists(*fields.values(), *quantiles)
    groups, ranks, records = list[str](), list[int](), list[Any]()
    for group, listed in _groups(fields, quantiles):
        records += listed
        groups += [group] * len(listed)
        ranks += range(len(listed))
    tokens = [record["tokens"] for record in records]
    buffers = [record["activations"].as_buffer(of_type="d") for record in records]
    _require(all([len(record) == 2 + ("dataclass_name" in record) for record in records]))  # so no name twice
    keys, lengths = [entry.mini for entry in tokens], list(map(len, tokens))
    _require(all(map(_are_strings, keys)) and [buffer.size for buffer in buffers] == [8 * n for n in lengths])
    depth.lists += len(keys)
    depth.keys = keys
    depth.require(raw)
    return RecordsFile(
        neuron=neuron,
        groups=groups,
        ranks=ranks,
        keys=keys,
        lengths=lengths,
        activations=np.frombuffer(b"".join(buffers)),
        moments=tuple(optional_number(fields, name) for name in MOMENTS),
        boundaries=None if boundaries is None else tuple(_doubles(boundaries).tolist()),
    )


def _groups(fields: Mapping[str, Any], quantiles: Any) -> Iterator[tuple[str, Any]]:
    yield "top", fields.get("most_positive_activation_records") or ()
    yield "random", fields.get("random_sample") or ()
    for k, records in enumerate(quantiles):
        yield f"quantile_{k}", records or ()


# --- inside a file of explanations -----------------------------------------------------------------------------------


def _explanations(raw: bytes, neuron: NeuronId) -> ExplanationsFile:
    _require(raw.find(b"\n") in (-1, len(raw) - 1))
    document = _document(raw, neuron, "NeuronSimulationResults")
    listed = _first_of(document, "scored_explanations", "scored_explanation_or_baseline_list")
    depth = _Depth()
    depth.add_lists(listed)
    found = ExplanationsFile(neuron, [_explanation(entry, depth) for entry in listed])
    depth.require(raw)
    return found


def _explanation(entry: Any, depth: _Depth) -> PublishedExplanation:
    text, scored = _values(entry, _EXPLANATION)
    if type(text) is not str:
        text = _first_of(entry, "explanation", "explanation_or_baseline")
    depth.texts.append(text.encode())
    if scored is None:
        return PublishedExplanation(text, None, [])
    listed, *scores = _values(scored, _SCORED)
    depth.add_lists(listed)
    sequences = [_sequence(item, depth) for item in listed or ()]
    return PublishedExplanation(text, PublishedScores(*map(_number, scores)), sequences)


def _sequence(item: Any, depth: _Depth) -> ScoredSequence:
    simulation, true, *scores = _values(item, _SEQUENCE)
    depth.add_lists(true)
    lists = [true.as_buffer(of_type="d")]
    if simulation is None:
        simulation = _first_of(item, "simulation", "sequence_simulation")
    key, scale, counts, before = _simulation(simulation, depth, lists)
    counts_before = None
    if before is not None:
        other, _, counts_before, _ = _simulation(before, depth, lists)
        _require(other == key)
    true, expected, *rest = _floats(lists)
    _require(len(true) == len(expected))
    distribution = None if counts is None else Distribution(counts, rest.pop(0), rest.pop(0))
    uncalibrated = None if before is None else rest.pop(0)
    other_distribution = None if counts_before is None else Distribution(counts_before, *rest)
    return ScoredSequence(
        key,
        true,
        expected,
        scale,
        distribution,
        uncalibrated,
        other_distribution,
        PublishedScores(*map(_number, scores)),
    )


def _simulation(fields: Any, depth: _Depth, lists: list[Any]) -> tuple[bytes, Scale, NDArray[np.int32] | None, Any]:
    """Key of the tokens, scale, how many values each token has, and what was simulated before calibration.

    The numbers of its lists are added to `lists`.
    """
    tokens, expected, scale, values, probabilities, before = _values(fields, _SIMULATION)
    key = tokens.mini
    _require(_are_strings(key))
    depth.keys.append(key)
    depth.add_lists(expected, values, probabilities)
    lists.append(expected.as_buffer(of_type="d"))
    length = len(tokens)
    _require(lists[-1].size == 8 * length)
    scale = SCALES[_first_of(fields, "activation_scale", "unit") if scale is None else scale]
    if not values and not probabilities:
        return key, scale, None, before
    counts = list(map(len, values))
    _require(len(counts) == length and counts == list(map(len, probabilities)))
    depth.lists += 2 * length
    lists += (values.as_buffer(of_type="d"), probabilities.as_buffer(of_type="d"))
    return key, scale, np.array(counts, np.int32), before


def _number(value: Any) -> float | None:
    """`parsing.optional_number`, of what the parser gives: it knows no infinite numbers."""
    return value if value is None or type(value) is float else optional_number({"": value}, "")


def _floats(lists: list[Any]) -> list[Floats]:
    """These numbers in 32 bits, which all of them fit; one array is much sooner made and looked at than several."""
    joined = np.frombuffer(b"".join(lists))
    # So that none is too large. Where that cannot be said, as of a few very large ones, the careful way decides.
    _require(bool(np.vdot(joined, joined) < LARGEST_SQUARE))  # which says nothing of squares that are too large
    numbers = joined.astype(np.float32)
    found, start = [], 0
    for buffer in lists:
        end = start + buffer.size // 8
        found.append(numbers[start:end])
        start = end
    return found


# --- what both are asked ---------------------------------------------------------------------------------------------


class _Depth:
    """Lists as they should be: the parser copies numbers out of deeper ones without a word."""

    def __init__(self) -> None:
        self.lists = 0
        self.keys, self.texts = list[bytes](), list[bytes]()
        """Lists of tokens, and other texts."""

    def add_lists(self, *values: Any) -> None:
        """Count those of the values that are lists, but not of tokens."""
        for value in values:
            if type(value) is simdjson.Array:
                self.lists += 1

    def require(self, raw: bytes) -> None:
        """No bracket opens elsewhere than at these lists and in these texts."""
        written = _brackets(b"".join([*self.keys, *self.texts]))
        _require(_brackets(raw) == self.lists + written)
        # An escaped one would be counted in the text, and make up for another elsewhere.
        _require(written == len(self.keys) or b"\\u005" not in raw)


def _brackets(raw: bytes) -> int:
    if len(raw) < FEW:
        return raw.count(b"[")
    return int(np.count_nonzero(np.frombuffer(raw, np.uint8) == ord("[")))


def _document(raw: bytes, neuron: NeuronId, kind: str) -> Any:
    """The object of a file that is of this class or of none, and of this neuron."""
    _require(raw.startswith(b"{"))
    try:
        document = _parser.parse(raw)
    except RuntimeError:  # another thread reads a file
        document = simdjson.Parser(LARGEST).parse(raw)
    _named_once(document)
    _require(document.get("dataclass_name") in (None, kind))
    identity = document["neuron_id"].as_dict()
    found = (identity["layer_index"], identity["neuron_index"])
    _require(found == neuron and type(found[0]) is int and type(found[1]) is int)
    return document


def _named_once(found: Any) -> None:
    """This is an object, each of whose names stands there once: of two the parser would give the first."""
    _require(type(found) is simdjson.Object)
    names = list(found)
    _require(len(set(names)) == len(names))


def _values(found: Any, names: Sequence[str]) -> list[Any]:
    """The values of an object's fields of these names and `dataclass_name`, None where there is none; and as above."""
    _require(type(found) is simdjson.Object)
    values = [found.get(name, _ABSENT) for name in names]
    n_absent = values.count(_ABSENT)
    if len(found) != len(names) - n_absent + (found.get("dataclass_name", _ABSENT) is not _ABSENT):
        _named_once(found)  # to read every name takes longer
    return [None if value is _ABSENT else value for value in values] if n_absent else values


def _first_of(fields: Any, *names: str) -> Any:
    """`parsing.first_of`; to ask such an object for a value is quick, and to ask whether it has a name is not."""
    found = fields.get(names[0])
    return first_of(fields, *names) if found is None else found


@lru_cache(MOST_KNOWN)
def _are_strings(key: bytes) -> bool:
    """Whether this is a list of strings; TypeError when something else is in it. Most excerpts come again."""
    found = orjson.loads(key)
    "".join(found)
    return type(found) is list


def _doubles(found: Any) -> Doubles:
    return np.frombuffer(found.as_buffer(of_type="d"))


def _require(usual: bool) -> None:
    if not usual:
        raise ValueError
