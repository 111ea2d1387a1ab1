"""Addresses are read back as written, and refused in words when wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronview import links
from neuronview.errors import BadInput, BadLink
from neuronview.links import Place
from neuronview.records import NeuronId


@given(
    st.one_of(st.none(), st.text(min_size=1)),
    st.one_of(st.none(), st.tuples(st.integers(0, 99), st.integers(0, 9999))),
    st.one_of(st.none(), st.text(max_size=50)),
)
def test_a_place_survives_its_own_parameters(
    dataset: str | None, pair: tuple[int, int] | None, text: str | None
) -> None:
    layer, neuron = pair or (None, None)
    place = Place(dataset, layer, neuron, text)
    assert links.parse(place.parameters()) == place


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"layer": "two", "neuron": "1"}, "layer=two is not a whole number"),
        ({"layer": "-1", "neuron": "1"}, "layer=-1"),
        ({"layer": "1"}, "gives layer= but not neuron="),
        ({"neuron": "1"}, "gives neuron= but not layer="),
        ({"layer": "9" * 50, "neuron": "1"}, "not a whole number"),
        ({"layer": "²", "neuron": "1"}, "not a whole number"),
        ({"text": "x" * 5000}, "5000 characters"),
    ],
)
def test_a_wrong_address_is_refused_in_words(parameters: dict[str, str], words: str) -> None:
    with pytest.raises(BadLink, match=words):
        links.parse(parameters)


def test_href_escapes_what_it_carries() -> None:
    assert links.href("text", Place(dataset="demo", text="a&b=c #?")) == "/text?dataset=demo&text=a%26b%3Dc+%23%3F"


def test_neuron_lists_are_read_and_written() -> None:
    neurons = links.parse_neurons(" 0:1, 2:17;0:1\n3:4 ")
    assert neurons == [NeuronId(0, 1), NeuronId(2, 17), NeuronId(3, 4)]
    assert links.parse_neurons(links.format_neurons(neurons)) == neurons


@pytest.mark.parametrize("text", ["", " , ", "1", "1:x", "a:1", "1:-2"])
def test_a_wrong_neuron_list_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="layer:neuron"):
        links.parse_neurons(text)


@pytest.mark.parametrize("text", ["9" * 5000 + ":1", "1:" + "9" * 5000, "٣:1", "1:²"])
def test_a_number_that_no_neuron_has_is_refused_in_few_words(text: str) -> None:
    with pytest.raises(BadInput, match="layer:neuron") as refused:
        NeuronId.parse(text)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0-999999999", "more than 10,000 layers"),
        ("0-" + "9" * 30, "is no layer"),
        ("9" * 5000, "is no layer"),
        (",".join(["0-9999"] * 100_000), "more than 10,000"),
        ("3-1", "is no layer"),
        ("٣", "is no layer"),
    ],
)
def test_layers_of_which_there_cannot_be_so_many_are_refused_before_they_are_listed(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as refused:
        links.parse_layers(text)
    assert len(str(refused.value)) < 200


def test_an_address_holds_texts_as_long_as_what_it_makes_of_them_is_short_enough() -> None:
    assert links.fits_in_address("x" * 4000, "x" * 4000)
    assert not links.fits_in_address("x" * 4001)
    assert links.fits_in_address("漢" * 4000)
    assert not links.fits_in_address("漢" * 4000, "漢" * 4000)  # nine characters of an address for each


def test_a_half_character_does_not_keep_a_text_from_being_measured() -> None:
    assert links.fits_in_address("a\ud800b\x00")
