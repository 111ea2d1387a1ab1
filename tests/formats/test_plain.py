"""The quick way of reading published files gives what the careful one gives, and leaves to it what is unusual."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from neuronview.errors import FormatError
from neuronview.formats.openai.content import excerpt_key, tokens_of
from neuronview.formats.openai.plain import plain_explanations, plain_records
from neuronview.formats.openai.reading import careful_explanations, careful_records, read_explanations, read_records
from neuronview.records import NeuronId
from tests.formats import faults
from tests.formats import published_files as files

NEURON = NeuronId(0, 4)
WAYS: dict[str, tuple[Callable[[bytes, NeuronId], Any], Callable[[bytes, NeuronId], Any]]] = {
    "activations": (plain_records, careful_records),
    "explanations": (plain_explanations, careful_explanations),
}
NASTY: tuple[Any, ...] = (
    *(None, True, False, 0, -0.0, 1, 2.5, 1e39, -1e-50, 2**63, 2**64, 10**30, "", "a", "[", '",', "\ud800", [], {}),
    *([1.5], [[1.5]], [[]], ["a"], ["["], [" a", 1], {"a": 1}, {"tokens": ["a"], "activations": [1.0]}, float("nan")),
    float("inf"),
)


def said(value: Any) -> Any:
    """A value as something that is equal to itself, types and signs included."""
    if is_dataclass(value):
        return [said(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.tobytes()
    return [said(entry) for entry in value] if isinstance(value, list | tuple) else repr(value)


def outcome(read: Callable[[bytes, NeuronId], Any], raw: bytes) -> Any:
    try:
        return said(read(raw, NEURON))
    except FormatError as error:
        return f"refused: {error}"


def require_agreement(kind: str, raw: bytes) -> bool:
    """Whether the quick way took the file; if so as the careful one takes it."""
    quick, careful = WAYS[kind]
    found = quick(raw, NEURON)
    if found is not None:
        assert said(found) == outcome(careful, raw), raw
    return found is not None


@pytest.mark.parametrize("kind", WAYS)
@pytest.mark.parametrize("tight", [True, False])
def test_usual_files_are_read_quickly_and_to_the_last_bit(kind: str, tight: bool) -> None:
    content = files.content(kind, *NEURON)
    separators = (",", ":") if tight else None
    assert require_agreement(kind, json.dumps(content, separators=separators, ensure_ascii=False).encode() + b"\n")


@pytest.mark.parametrize("fault", [f for f in faults.FAULTS if f.kind in WAYS and f.refused], ids=lambda f: f.what)
def test_no_damaged_file_is_read_quickly(fault: faults.Fault) -> None:
    assert WAYS[fault.kind][0](fault.damage(files.raw(fault.kind, *NEURON)), NEURON) is None or "16 bits" in fault.what


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("number", "quick"), [(1e37, True), (1e200, False)])
def test_numbers_whose_squares_are_too_large_are_left_to_the_careful_way_without_a_warning(
    number: float, quick: bool
) -> None:
    content = files.explanations(*NEURON)
    scored = content["scored_explanations"][0]["scored_simulation"]["scored_sequence_simulations"][0]
    scored["true_activations"][0] = number
    assert (plain_explanations(json.dumps(content).encode(), NEURON) is not None) == quick


def places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a file with each of its keys."""
    for key in content if isinstance(content, dict) else range(len(content)):
        yield content, key
        if isinstance(content[key], dict | list):
            yield from places(content[key])


@pytest.mark.parametrize("kind", WAYS)
def test_whatever_stands_at_any_place_both_ways_agree(kind: str) -> None:
    quick = 0
    for seed in range(400):
        chance = random.Random(seed)
        content = files.content(kind, *NEURON)
        for _ in range(chance.choice((1, 1, 2))):
            container, key = chance.choice(list(places(content)))
            change = chance.random()
            if change < 0.15:
                del container[key]
            elif change < 0.3 and isinstance(container, list):
                container.insert(key, chance.choice(NASTY))
            else:
                container[key] = chance.choice(NASTY)
        quick += require_agreement(kind, json.dumps(content).encode())
    assert 10 < quick < 300


@pytest.mark.parametrize("kind", WAYS)
def test_whatever_byte_is_changed_both_ways_agree(kind: str) -> None:
    whole = files.raw(kind, *NEURON)
    for seed in range(600):
        chance = random.Random(seed)
        raw, at = bytearray(whole), chance.randrange(len(whole))
        raw[at : at + chance.choice((0, 1, 1, 4))] = chance.choice(
            (b"[", b"]", b'"', b",", b"\\", b"0", b" ", b"e", b"")
        )
        require_agreement(kind, bytes(raw))


def twice(raw: bytes, name: str, value: str) -> bytes:
    """Another value of a name put before the first."""
    return raw.replace(f'"{name}":'.encode(), f'"{name}": {value}, "{name}":'.encode(), 1)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("activations", "tokens", '["a", "b", "c", "d", "e", "f", "g", "h"]'),
        ("activations", "activations", "[1, 2, 3, 4, 5, 6, 7, 8]"),
        ("activations", "mean", "2.0"),
        ("activations", "neuron_id", "{}"),
        ("activations", "layer_index", "7"),
        ("explanations", "true_activations", "[1.0]"),
        ("explanations", "explanation", '"other"'),
        ("explanations", "activation_scale", '"neuron_activations"'),
        ("explanations", "rsquared_score", "0.5"),
    ],
)
def test_of_a_name_that_stands_twice_the_last_counts(kind: str, name: str, value: str) -> None:
    raw = files.raw(kind, *NEURON)
    again = twice(raw, name, value)
    assert again != raw
    require_agreement(kind, again)
    assert outcome(WAYS[kind][1], again) == outcome(WAYS[kind][1], raw)


@pytest.mark.parametrize("instead", ["dataclass_name", "explanation", "scored_simulation", "ours"])
@pytest.mark.parametrize("gone", ["dataclass_name", "explanation", "scored_simulation", "nothing"])
def test_a_name_that_stands_twice_is_seen_though_another_is_missing(gone: str, instead: str) -> None:
    content = files.content("explanations", *NEURON)
    content["scored_explanations"][0].pop(gone, None)
    raw = json.dumps(content).encode()
    taken = require_agreement(
        "explanations",
        raw.replace(b'"scored_explanations": [{', f'"scored_explanations": [{{"{instead}": null, '.encode(), 1),
    )
    names = [instead, *content["scored_explanations"][0]]
    assert taken == (len(set(names)) == len(names) and "explanation" in names[1:])


def test_unknown_fields_are_no_reason_to_read_slowly() -> None:
    raw = files.raw("explanations", *NEURON).replace(b'"tokens":', b'"ours": 7, "tokens":')
    assert require_agreement("explanations", raw)


SIMULATION = "scored_explanations.0.scored_simulation.scored_sequence_simulations.0.simulation"
UNUSUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "a text for an object": ("explanations", {"scored_explanations.0.scored_simulation": ""}),
    "an object for tokens": ("activations", {"random_sample.0": {"tokens": {"a": 1}, "activations": [0.5]}}),
    "false for layer 0": ("activations", {"neuron_id.layer_index": False}),
    "both kinds at once": ("activations", {"scored_explanations": 0}),
    "distributions of a token too few": (
        "explanations",
        {f"{SIMULATION}.distribution_values": [[1.0]], f"{SIMULATION}.distribution_probabilities": [[1.0]]},
    ),
    "probabilities of other tokens than values": (
        "explanations",
        {
            f"{SIMULATION}.distribution_values": [[1.0, 2.0], [3.0], *([[]] * 6)],
            f"{SIMULATION}.distribution_probabilities": [[1.0], [0.5, 0.5], *([[]] * 6)],
        },
    ),
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_it_is_refused_as_ever(what: str) -> None:
    kind, changes = UNUSUAL[what]
    raw = files.raw(kind, *NEURON)
    for path, value in changes.items():
        raw = faults.put(path, value)(raw)
    assert WAYS[kind][0](raw, NEURON) is None
    assert outcome(WAYS[kind][1], raw).startswith("refused")


def test_a_record_whose_last_tokens_are_none_is_refused() -> None:
    raw = files.raw("activations", *NEURON).replace(b'"dataclass_name": "ActivationRecord"', b'"tokens": 1', 1)
    assert plain_records(raw, NEURON) is None
    assert outcome(careful_records, raw) == "refused: random_sample, record 0 has no list of tokens"


@pytest.mark.parametrize("escaped", [False, True])
def test_a_list_among_activations_is_seen_though_the_numbers_add_up(escaped: bool) -> None:
    content = files.content("activations", *NEURON)
    first = content["random_sample"][0]
    first["tokens"][0] = "\u0001["
    first["activations"][:2] = [first["activations"][:2], []]
    raw = json.dumps(content).encode()
    raw = raw.replace(b"\\u0001[", b"\\u005b\\u005b" if escaped else b"\\u0001")
    assert plain_records(raw, NEURON) is None
    assert outcome(careful_records, raw).startswith("refused: random_sample, record 0: one of the activations")


def test_two_lines_a_mark_of_byte_order_and_another_neuron_are_left_to_the_careful_way() -> None:
    raw = files.raw("explanations", *NEURON)
    lines = raw.replace(b'"neuron_id": {', b'"neuron_id":\n{')
    assert outcome(careful_explanations, lines) == "refused: it has 2 lines, where one is expected"
    assert plain_explanations(lines, NEURON) is None
    assert plain_explanations(b"\xef\xbb\xbf" + raw, NEURON) is None
    assert plain_explanations(raw, NeuronId(0, 5)) is None


def test_a_key_is_the_same_whoever_makes_it_and_gives_the_tokens_back() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    lists = [characters[start : start + 4000] for start in range(0, len(characters), 4000)]
    lists += [['"', '","', "\\", "[", "", "\x00", "a\x00b"], [""], ["", ""]]
    content = files.content("activations", *NEURON)
    for tokens in lists:
        content["random_sample"] = [{"tokens": tokens, "activations": [0.5] * len(tokens)}]
        found = plain_records(json.dumps(content).encode(), NEURON)
        assert found is not None
        key = found.keys[found.groups.index("random")]
        assert key == excerpt_key(tokens)
        assert tokens_of(key) == tokens


def test_without_the_quick_parser_every_file_is_read_carefully(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronview.formats.openai.plain._parser", None)
    for kind, (quick, _) in WAYS.items():
        assert quick(files.raw(kind, *NEURON), NEURON) is None


@pytest.mark.parametrize("name", ["true_activations", "expected_activations", "distribution_values"])
@pytest.mark.parametrize("truth", [True, False])
def test_true_and_false_are_no_numbers(name: str, truth: bool) -> None:
    """Python takes them for 1 and 0."""
    content = files.content("explanations", *NEURON)
    sequence = content["scored_explanations"][0]["scored_simulation"]["scored_sequence_simulations"][2]
    held = sequence if name in sequence else sequence["simulation"]
    listed = held[name] if name != "distribution_values" else next(filter(None, held[name]))
    listed[0] = truth
    with pytest.raises(FormatError, match=f"one of the {name} is true or false"):
        read_explanations(json.dumps(content).encode(), NEURON)


def test_a_boundary_is_neither_true_nor_false_and_a_field_that_is_not_read_may_be() -> None:
    content = files.content("activations", *NEURON) | {"flags": [True]}
    read_records(json.dumps(content).encode(), NEURON)
    with pytest.raises(FormatError, match="one of the quantile_boundaries is true or false"):
        read_records(json.dumps(content | {"quantile_boundaries": [True, 2.0, 3.0, 4.0]}).encode(), NEURON)
