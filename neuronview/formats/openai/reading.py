"""One published file, from its bytes to what it says: tolerant where files vary, strict where data would be wrong.

Tolerated: both names of a simulation and every older name of a field, numbers of layers and neurons as strings, null
and NaN for scores and moments, missing optional parts, a missing `dataclass_name`, unknown fields, no or several
explanations, empty lists, any number and length of records. Refused, with FormatError: anything after which a stored
number would be wrong. Knows no files, addresses or datasets.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np

from neuronview.errors import FormatError
from neuronview.formats.openai.content import (
    MOMENTS,
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
    excerpt_key,
)
from neuronview.formats.openai.parsing import (
    finite,
    first_of,
    list_of,
    numbers_of,
    object_of,
    optional_number,
    parse,
)
from neuronview.formats.openai.plain import plain_explanations, plain_records
from neuronview.records import NeuronId, whole_number

__all__ = ["careful_explanations", "careful_records", "read_explanations", "read_records"]

_NUMBERS = {"true_activations", "expected_activations", "distribution_values", "distribution_probabilities"}
_TRUTH = re.compile(rb"[\[,]\s*(true|false)")
"""In a list, or in a text."""


def read_records(raw: bytes, neuron: NeuronId) -> RecordsFile:
    """The file of a neuron's activations; FormatError says why it is refused."""
    return plain_records(raw, neuron) or careful_records(raw, neuron)


def read_explanations(raw: bytes, neuron: NeuronId) -> ExplanationsFile:
    """The file of a neuron's explanations; FormatError says why it is refused."""
    return plain_explanations(raw, neuron) or careful_explanations(raw, neuron)


# --- inside a file of activations ------------------------------------------------------------------------------------


def careful_records(raw: bytes, neuron: NeuronId) -> RecordsFile:
    """The same, of any file."""
    content = _content(raw, "NeuronRecord")
    if "scored_explanations" in content:
        raise FormatError("it holds explanations, where activations belong")
    _require_neuron(content, neuron)
    groups, ranks, records, places = list[str](), list[int](), list[Any](), list[str]()
    for group, name, listed in _groups(content):
        groups += [group] * len(listed)
        ranks += range(len(listed))
        records += listed
        places += [name] * len(listed)
    try:
        tokens, numbers = [record["tokens"] for record in records], [record["activations"] for record in records]
        keys, lengths, values = _keys(tokens), list(map(len, tokens)), array("d")
        for entry in numbers:
            values.fromlist(entry)
        whole = lengths == list(map(len, numbers))
    except (TypeError, KeyError):
        whole = False
    if not whole:
        raise FormatError(_first_fault(records, places, ranks))
    activations = finite(values, "one of the activations")
    if _seem_true_or_false(activations) and (fault := _first_fault(records, places, ranks)):
        raise FormatError(fault)
    return RecordsFile(
        neuron=neuron,
        groups=groups,
        ranks=ranks,
        keys=keys,
        lengths=lengths,
        activations=activations,
        moments=tuple(optional_number(content, name) for name in MOMENTS),
        boundaries=_boundaries(content.get("quantile_boundaries")),
    )


def _groups(content: Mapping[str, Any]) -> list[tuple[str, str, list[Any]]]:
    """Group, name of the field and records of everything that the file lists; top records first."""
    found = []
    for group, name in (("top", "most_positive_activation_records"), ("random", "random_sample")):
        found.append((group, name, list_of(content.get(name) or [], name)))
    name = "random_sample_by_quantile"
    for k, records in enumerate(list_of(content.get(name) or [], name)):
        found.append((f"quantile_{k}", f"{name}[{k}]", list_of(records or [], f"{name}[{k}]")))
    return found


def _keys(tokens: list[list[str]]) -> list[bytes]:
    """`excerpt_key` of each; TypeError for tokens that are not lists of strings."""
    if set(map(type, tokens)) - {list}:
        raise TypeError
    return list(map(excerpt_key, tokens))


def _first_fault(records: list[Any], places: list[str], ranks: list[int]) -> str:
    """What is wrong with the first record that is not as it must be."""
    found = (
        _why_no_pair(record, "activations", f"{place}, record {rank}")
        for record, place, rank in zip(records, places, ranks, strict=True)
    )
    return next((fault for fault in found if fault), "")


def _seem_true_or_false(values: Doubles) -> bool:
    """Whether a number is what Python makes of a truth value: then, and only then, the slow look is worth it."""
    return bool(((values == 0) | (values == 1)).any())


def _why_no_pair(record: Any, name: str, where: str) -> str:
    """Why these are not tokens and as many numbers of this name; empty when they are."""
    if not isinstance(record, dict):
        return f"{where} is no object with tokens and {name}"
    for field in ("tokens", name):
        if not isinstance(record.get(field), list):
            return f"{where} has no list of {field}"
    tokens, numbers = record["tokens"], record[name]
    if any(not isinstance(token, str) for token in tokens):
        return f"{where}: a token is not a string"
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in numbers):
        return f"{where}: one of the {name} is not a number"
    return "" if len(tokens) == len(numbers) else f"{where}: {len(tokens)} tokens but {len(numbers)} {name}"


def _boundaries(value: Any) -> tuple[float, ...] | None:
    if _holds_truth(value):
        raise FormatError("one of the quantile_boundaries is true or false, where a number belongs")
    return (
        None
        if value is None
        else tuple(finite(numbers_of(value, "quantile_boundaries"), "one of the quantile_boundaries").tolist())
    )


# --- inside a file of explanations -----------------------------------------------------------------------------------


def careful_explanations(raw: bytes, neuron: NeuronId) -> ExplanationsFile:
    """The same, of any file."""
    content = _content(_one_line(raw), "NeuronSimulationResults")
    _require_neuron(content, neuron)
    if _TRUTH.search(raw):
        _require_no_truth(content)
    listed = first_of(content, "scored_explanations", "scored_explanation_or_baseline_list")
    explanations = list_of(listed, "scored_explanations")
    found = ExplanationsFile(neuron, [_explanation(entry, f"explanation {i}") for i, entry in enumerate(explanations)])
    _require_finite(found)
    return found


def _require_no_truth(content: Any) -> None:
    """FormatError where one of the numbers is true or false, which Python takes for 1 and 0."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for name in _NUMBERS & value.keys():
                if _holds_truth(value[name]):
                    raise FormatError(f"one of the {name} is true or false, where a number belongs")
        if isinstance(value, (dict, list)):
            waiting += value.values() if isinstance(value, dict) else value


def _holds_truth(value: Any) -> bool:
    """Whether this is a list, or one of lists, with true or false in it."""
    lists = [value, *(value if isinstance(value, list) else ())]
    return any(isinstance(entry, bool) for listed in lists if isinstance(listed, list) for entry in listed)


def _explanation(entry: Any, where: str) -> PublishedExplanation:
    fields = object_of(entry, where)
    text = first_of(fields, "explanation", "explanation_or_baseline")
    if not isinstance(text, str):
        raise FormatError(f"{where} has no text")
    scored = fields.get("scored_simulation")
    if scored is None:
        return PublishedExplanation(text, None, [])
    scored = object_of(scored, f"{where}, scored_simulation")
    name = "scored_sequence_simulations"
    sequences = list_of(scored.get(name) or [], f"{where}, {name}")
    return PublishedExplanation(
        text, _scores(scored, where), [_sequence(item, f"{where}, sequence {i}") for i, item in enumerate(sequences)]
    )


def _scores(fields: Mapping[str, Any], where: str) -> PublishedScores:
    return PublishedScores(*[optional_number(fields, name, where) for name in SCORES])


def _sequence(item: Any, where: str) -> ScoredSequence:
    fields = object_of(item, where)
    simulation = object_of(first_of(fields, "simulation", "sequence_simulation"), f"{where}: its simulation")
    key, expected, scale, distribution = _simulation(simulation, where)
    true = _narrow(numbers_of(fields.get("true_activations"), f"{where}, true_activations"))
    if len(true) != len(expected):
        raise FormatError(f"{where}: {len(expected)} tokens but {len(true)} true_activations")
    before, before_distribution = _uncalibrated(simulation.get("uncalibrated_simulation"), key, where)
    return ScoredSequence(key, true, expected, scale, distribution, before, before_distribution, _scores(fields, where))


def _simulation(fields: Mapping[str, Any], where: str) -> tuple[bytes, Floats, Scale, Distribution | None]:
    name = "expected_activations"
    tokens, numbers = fields.get("tokens"), fields.get(name)
    try:
        key, expected = _keys([tokens])[0], array("d")  # type: ignore[list-item]
        expected.fromlist(numbers)  # type: ignore[arg-type]
        whole = len(tokens) == len(expected)  # type: ignore[arg-type]
    except TypeError:
        whole = False
    if not whole:
        raise FormatError(_why_no_pair(fields, name, where))
    scale = first_of(fields, "activation_scale", "unit")
    if not isinstance(scale, str) or scale not in SCALES:
        raise FormatError(f"{where}: its activation_scale is {scale!r}; known are {', '.join(SCALES)}")
    return key, _narrow(expected), SCALES[scale], _distribution(fields, len(expected), where)


def _uncalibrated(value: Any, key: bytes, where: str) -> tuple[Floats | None, Distribution | None]:
    if value is None:
        return None, None
    where = f"{where}, uncalibrated_simulation"
    other, expected, _, distribution = _simulation(object_of(value, where), where)
    if other != key:
        raise FormatError(f"{where} is of other tokens")
    return expected, distribution


def _distribution(fields: Mapping[str, Any], length: int, where: str) -> Distribution | None:
    """None where the file has null, nothing or an empty list for the whole; a token may have none too."""
    values, probabilities = fields.get("distribution_values"), fields.get("distribution_probabilities")
    if not values and not probabilities:
        return None
    try:
        counts, others = _counts(values), _counts(probabilities)
        flat = [_narrow(array("d", _flat(field))) for field in (values, probabilities)]
    except TypeError as error:
        raise FormatError(f"{where}: its distributions are no lists of lists of numbers") from error
    if len(counts) != length or len(others) != length:
        raise FormatError(f"{where}: {length} tokens but distributions of {len(counts)} and {len(others)}")
    if counts != others:
        raise FormatError(f"{where}: a token has more or fewer distribution_values than probabilities")
    return Distribution(np.array(counts, np.int32), *flat)


def _counts(lists: Any) -> list[int]:
    return [len(entry or ()) for entry in lists]


def _flat(lists: Any) -> list[float]:
    return list(chain.from_iterable(filter(None, lists)))


def _narrow(values: array[float]) -> Floats:
    with np.errstate(over="ignore"):  # what does not fit is not finite
        return np.array(values, np.float32)


def _require_finite(found: ExplanationsFile) -> None:
    for sequence in (sequence for explanation in found.explanations for sequence in explanation.sequences):
        parts = [sequence.true, sequence.expected, sequence.uncalibrated]
        for distribution in (sequence.distribution, sequence.uncalibrated_distribution):
            parts += [] if distribution is None else [distribution.values, distribution.probabilities]
        for part in parts:
            finite(np.zeros(0) if part is None else part, "one of the simulated or true activations")


# --- whose file it is ---


def _content(raw: bytes, kind: str) -> dict[str, Any]:
    """The object that a file holds, of this class or of none."""
    content = object_of(parse(raw), "the file")
    found = content.get("dataclass_name")
    if found not in (None, kind):
        raise FormatError(f"it holds a {found}, where a {kind} belongs")
    return content


def _one_line(raw: bytes) -> bytes:
    """The one line of a JSONL file that is not empty."""
    if b"\n" not in raw.rstrip():
        return raw
    lines = [line for line in raw.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith(b"{") for line in lines):
        raise FormatError(f"it has {len(lines)} lines, where one is expected")
    return raw if len(lines) != 1 else lines[0]


def _require_neuron(content: Mapping[str, Any], neuron: NeuronId) -> None:
    identity = content.get("neuron_id")
    if not isinstance(identity, dict):
        raise FormatError("it has no neuron_id")
    found = [
        _index(first_of(identity, *names), names[0])
        for names in (("layer_index", "layer"), ("neuron_index", "idx", "neuron"))
    ]
    if tuple(found) != tuple(neuron):
        raise FormatError(f"it is of neuron {found[0]}:{found[1]}, but lies where {neuron} belongs")


def _index(value: Any, name: str) -> int:
    number = whole_number(value.strip()) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not float(number).is_integer():
        raise FormatError(f"its {name} is {repr(value)[:40]}, where a whole number belongs")
    return int(number)
