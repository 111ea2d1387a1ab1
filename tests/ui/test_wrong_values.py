"""Values of an address that a page cannot show are told in words, with what would be right."""

from pathlib import Path

import pytest

from neuronview.store import NeuronFilter, open_dataset
from neuronview.ui.browse_address import address_of, wrong_in
from tests.support.pages import open_page


def warned(name: str, **parameters: str) -> str:
    at = open_page(name, **parameters)
    assert not at.exception
    return " ".join(entry.value for entry in at.warning).replace("\\", "")


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("browse_layers", "99", "layers 0 to 1"),
        ("browse_score", ["5", "9"], "between -1 and 1"),
        ("browse_explainer", "nobody", "token lookup (a rule, no language model)"),
        ("browse_explainer", "lookup", "browse_explainer=token lookup (a rule, no language model)"),
        ("browse_state", "nice", "not scored"),
        ("browse_view", "Cards", "Table, Strips"),
        ("browse_sort", "beauty", "lower bound of the score"),
        ("browse_columns", "beauty", "best excerpt"),
    ],
)
def test_browse_says_what_it_leaves_out_of_an_address(
    small_home: Path, name: str, value: str | list[str], right: str
) -> None:
    said = warned("browse", **{name: value})
    assert f"{name}={value if isinstance(value, str) else '&'.join(value)}" in said
    assert right in said


def test_what_is_right_of_an_address_is_not_complained_of(small_home: Path) -> None:
    assert warned("browse", browse_layers="1", browse_view="Strips", browse_sort="score", browse_columns="score") == ""
    dataset = open_dataset("small")
    everything = NeuronFilter(
        text="x", layers=(0,), score=(0, 0.5), share_positive=(0, 0.01), explainer="lookup", states=("ok",)
    )
    written = {name: [text] if isinstance(text, str) else text for name, text in address_of(everything).items()}
    assert wrong_in(written, dataset) == []


def test_every_wrong_parameter_is_named_and_no_right_one(small_home: Path) -> None:
    wrong = {"browse_layers": ["0", "99"], "browse_score": ["5", "9"], "browse_active": ["0", "50"]}
    said = wrong_in(wrong, open_dataset("small"))
    assert [words.split("=")[0] for words in said] == ["browse_layers", "browse_score"]


@pytest.mark.parametrize(
    ("page", "name", "right"),
    [("neuron", "neuron_tab", "Excerpts, Meanings"), ("compare", "compare_mode", "Two explanations, Two neurons")],
)
def test_a_view_that_a_page_does_not_have_is_told_with_those_it_has(
    small_home: Path, page: str, name: str, right: str
) -> None:
    said = warned(page, layer="0", neuron="1", **{name: "Nope"})
    assert f"{name}=Nope" in said
    assert right in said


def test_a_view_that_a_page_has_is_not_told(small_home: Path) -> None:
    assert "neuron_tab" not in warned("neuron", layer="0", neuron="1", neuron_tab="Connections")
    assert "compare_mode" not in warned("compare", layer="0", neuron="1", compare_mode="Two neurons")
