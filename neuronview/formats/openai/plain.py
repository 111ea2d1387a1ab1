"""Files of the usual shape, read without a Python object for every number: an import spends most of its time on that.

Numbers are copied from the parser's memory, tokens as the JSON by which they are told apart. Nothing is tolerated and
nothing explained: None for a file that is unusual in any way (a name twice, a list too deep, NaN, null in a list, a
field of another type), which `reading` then takes, or refuses in words. What is read is what it would read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

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
        with np.errstate(over="ignore"):  # looked at afterwards
            return _explanations(raw, neuron)
    except UNUSUAL:
        return None


# --- inside a file of activations ------------------------------------------------------------------------------------


def _records(raw: bytes, neuron: NeuronId) -> RecordsFile:
    fields = _document(raw, neuron, "NeuronRecord")
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
    fields = _document(raw, neuron, "NeuronSimulationResults")
    listed = first_of(fields, "scored_explanations", "scored_explanation_or_baseline_list")
    depth, numbers = _Depth(), list[Floats]()
    depth.add_lists(listed)
    found = ExplanationsFile(neuron, [_explanation(_fields(entry), depth, numbers) for entry in listed])
    depth.require(raw)
    _require(bool(np.isfinite(np.concatenate(numbers)).all()) if numbers else True)
    return found


def _explanation(fields: Mapping[str, Any], depth: _Depth, numbers: list[Floats]) -> PublishedExplanation:
    text = first_of(fields, "explanation", "explanation_or_baseline")
    depth.texts.append(text.encode())
    if fields.get("scored_simulation") is None:
        return PublishedExplanation(text, None, [])
    scored = _fields(fields["scored_simulation"])
    listed = scored.get("scored_sequence_simulations")
    depth.add_lists(listed)
    sequences = [_sequence(_fields(item), depth, numbers) for item in listed or ()]
    return PublishedExplanation(text, _scores(scored), sequences)


def _scores(fields: Mapping[str, Any]) -> PublishedScores:
    return PublishedScores(*[optional_number(fields, name) for name in SCORES])


def _sequence(fields: Mapping[str, Any], depth: _Depth, numbers: list[Floats]) -> ScoredSequence:
    simulation = _fields(first_of(fields, "simulation", "sequence_simulation"))
    key, expected, scale, distribution = _simulation(simulation, depth, numbers)
    true = _floats(fields["true_activations"], depth, numbers)
    _require(len(true) == len(expected))
    before, uncalibrated, uncalibrated_distribution = simulation.get("uncalibrated_simulation"), None, None
    if before is not None:
        other, uncalibrated, _, uncalibrated_distribution = _simulation(_fields(before), depth, numbers)
        _require(other == key)
    scores = _scores(fields)
    return ScoredSequence(key, true, expected, scale, distribution, uncalibrated, uncalibrated_distribution, scores)


def _simulation(
    fields: Mapping[str, Any], depth: _Depth, numbers: list[Floats]
) -> tuple[bytes, Floats, Scale, Distribution | None]:
    tokens = fields["tokens"]
    key = tokens.mini
    _require(_are_strings(key))
    depth.keys.append(key)
    expected = _floats(fields["expected_activations"], depth, numbers)
    _require(len(tokens) == len(expected))
    scale = SCALES[first_of(fields, "activation_scale", "unit")]
    values: Any = fields.get("distribution_values")
    probabilities: Any = fields.get("distribution_probabilities")
    if not values and not probabilities:
        depth.add_lists(values, probabilities)
        return key, expected, scale, None
    counts = list(map(len, values))
    _require(len(counts) == len(tokens) and counts == list(map(len, probabilities)))
    depth.lists += 2 * len(counts)
    flat = [_floats(field, depth, numbers) for field in (values, probabilities)]
    return key, expected, scale, Distribution(np.array(counts, np.int32), *flat)


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
    return int(np.count_nonzero(np.frombuffer(raw, np.uint8) == ord("["))) if raw else 0


def _document(raw: bytes, neuron: NeuronId, kind: str) -> dict[str, Any]:
    """The fields of a file that is of this class or of none, and of this neuron."""
    _require(raw.startswith(b"{"))
    try:
        document = _parser.parse(raw)
    except RuntimeError:  # another thread reads a file
        document = simdjson.Parser(LARGEST).parse(raw)
    fields = _fields(document)
    _require(fields.get("dataclass_name") in (None, kind))
    identity = fields["neuron_id"].as_dict()
    found = (identity["layer_index"], identity["neuron_index"])
    _require(found == tuple(neuron) and all(type(number) is int for number in found))
    return fields


def _fields(found: Any) -> dict[str, Any]:
    """An object's values by name, each of which may stand there once: of two the parser would give the first."""
    _require(type(found) is simdjson.Object)
    names = list(found)
    fields = {name: found[name] for name in names}
    _require(len(fields) == len(names))
    return fields


@lru_cache(MOST_KNOWN)
def _are_strings(key: bytes) -> bool:
    """Whether this is a list of strings; TypeError when something else is in it. Most excerpts come again."""
    found = orjson.loads(key)
    "".join(found)
    return type(found) is list


def _doubles(found: Any) -> Doubles:
    return np.frombuffer(found.as_buffer(of_type="d"))


def _floats(found: Any, depth: _Depth, numbers: list[Floats]) -> Floats:
    depth.add_lists(found)
    values = _doubles(found).astype(np.float32)
    numbers.append(values)
    return values


def _require(usual: bool) -> None:
    if not usual:
        raise ValueError
