"""Values of an address that a page cannot show are told in words, with what would be right."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.store import NeuronFilter, open_dataset
from neuronview.ui.browse_address import address_of, wrong_in
from neuronview.ui.wrong_values import FLAGS
from tests.support.pages import ROOT, open_page


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


WORDS = {
    *("q", "sql", "compare_with", "edit_amount", "explain_neurons", "explain_pattern", "explain_sentence"),
    "neuron_pattern",
}
"""Parameters that are text, of which no value is wrong by itself; where it is of no use, its section says so."""
CASES = [
    ("overview", {}, ["overview_reading"]),
    ("browse", {}, ["browse_regex", "browse_rising", "browse_view", "browse_sort", "browse_columns", "browse_page"]),
    ("browse", {"q": "a"}, ["browse_within", "browse_layers", "browse_score", "browse_active", "browse_context"]),
    ("browse", {}, ["browse_list", "browse_state", "browse_reader", "browse_explainer"]),
    ("neuron", {}, ["neuron_tab", "neuron_scale", "neuron_log"]),
    ("neuron", {"neuron_scale": "a fixed value"}, ["neuron_scale_fixed"]),
    ("neuron", {"neuron_tab": "Real against simulated"}, ["neuron_sim_own", "neuron_sim_difference"]),
    ("neuron", {"neuron_tab": "Test a pattern"}, ["neuron_regex", "neuron_pat_own", "neuron_pat_difference"]),
    ("neuron", {"neuron_tab": "What it depends on"}, ["depends_way"]),
    ("neuron", {"neuron_tab": "Connections"}, ["neuron_alike"]),
    (
        "neuron",
        {"neuron_tab": "Connections", "neuron_alike": "correlation, read from the model here"},
        ["neuron_alike_size"],
    ),
    ("compare", {}, ["compare_mode", "compare_difference"]),
    ("compare", {}, ["explanation", "against"]),
    ("compare", {"compare_mode": "Two neurons", "compare_with": "0:2"}, ["compare_live"]),
    ("compare", {"compare_mode": "Many neurons"}, ["compare_a", "compare_b", "compare_tie", "compare_paired"]),
    ("explain", {}, ["explain_with", "explain_which", "explain_by", "explain_first", "explain_regex", "run"]),
    ("text", {}, ["text_scale", "text_simulated", "text_reading", "text_by_value", "at"]),
    ("text", {}, ["text_apart", "text_edit", "text_tokens", "text_why", "edit_continue"]),
    ("text", {"text_why": "true"}, ["text_why_order", "text_why_after", "text_why_a", "text_why_b"]),
    (
        "text",
        {"text_edit": "true", "edit_continue": "true"},
        ["edit_way", "edit_draw", "edit_temperature", "edit_seed"],
    ),
    ("text", {"pinned": "Another text."}, ["text_apart_by", "text_apart_way"]),
]


@pytest.mark.parametrize(("page", "right", "wrong"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_every_wrong_value_is_told(
    request: pytest.FixtureRequest, page: str, right: dict[str, str], wrong: list[str]
) -> None:
    """Each by its value, since what is told names it."""
    request.getfixturevalue("small_home" if page == "compare" else "live")
    neuron = {"layer": "0", "neuron": "1"} if page in ("neuron", "compare") else {}
    at = open_page(page, **neuron, **right, **{name: f"wrong{place}" for place, name in enumerate(wrong)})
    assert not at.exception
    said = " ".join(entry.value for kind in ("warning", "error", "info") for entry in at.get(kind))
    assert [name for place, name in enumerate(wrong) if f"wrong{place}" not in said] == []


def test_every_parameter_that_a_widget_is_bound_to_is_among_those() -> None:
    bound: set[str] = set()
    for file in [*(ROOT / "neuronview/ui").glob("*.py"), *(ROOT / "pages").glob("*.py")]:
        for call in ast.walk(ast.parse(file.read_text())):
            given = {word.arg: word.value for word in call.keywords} if isinstance(call, ast.Call) else {}
            if "bind" in given and isinstance(key := given.get("key"), ast.Constant):
                bound.add(str(key.value))
    told = {name for _, _, names in CASES for name in names}
    assert bound - told - WORDS == {"neuron_connections"}  # of published datasets, below
    assert set(FLAGS) <= told


@pytest.mark.parametrize("value", ["1e309", "inf", "-inf", "nan", "9" * 5_000])
def test_a_field_of_whole_numbers_leaves_out_what_is_none(live: Path, value: str) -> None:
    at = open_page("text", text_edit="true", edit_continue="true", edit_draw="drawn", edit_seed=value)
    assert not at.exception
    assert at.number_input(key="edit_seed").value == 0
    assert any(f"edit_seed={value[:40]}" in entry.value.replace("\\", "") for entry in at.warning)


def test_a_switch_is_written_true_or_false(small_home: Path) -> None:
    assert warned("browse", browse_regex="true", browse_rising="False") == ""


def test_a_wrong_source_of_published_lists_is_told() -> None:
    def page() -> None:
        from neuronview.ui.connection_parts import _source_choice

        _source_choice()

    at = AppTest.from_function(page, default_timeout=90)
    at.query_params["neuron_connections"] = "wrong0"
    at.run()
    assert "wrong0" in at.warning[0].value


def test_a_parameter_that_no_page_knows_is_ignored(small_home: Path) -> None:
    assert warned("browse", no_such_parameter="1", explain_mode="x") == ""


@pytest.mark.parametrize(("page", "name"), [("neuron", "layer"), ("neuron", "dataset"), ("text", "also")])
def test_a_wrong_subject_is_refused(live: Path, page: str, name: str) -> None:
    at = open_page(page, **({"neuron": "1"} if name == "layer" else {}), **{name: "wrong0"})
    assert any("wrong0" in error.value.replace("\\", "") for error in at.error)
