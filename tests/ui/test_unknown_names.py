"""Names of an address that mean nothing here are told in one line, with what is written most like them."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.ui import nav
from neuronview.ui.unknown_names import KNOWN, NAMES, unknown_in
from tests.support.pages import ROOT, open_page
from tests.ui.test_wrong_values import CASES


def told(at: AppTest) -> str:
    assert not at.exception
    lines = [caption.value for caption in at.caption if "is not known here" in caption.value]
    assert len(lines) <= 1
    return "".join(lines)


@pytest.mark.parametrize(
    ("page", "name", "meant"),
    [
        ("browse", "layr", "browse_layers"),
        ("neuron", "layr", "layer"),
        ("neuron", "tab", "neuron_tab"),
        ("text", "Pined", "pinned"),
        ("overview", "datset", "dataset"),
        ("data", "layr", ""),
        ("query", "reference", ""),
        ("query", "utmost", ""),
        ("query", "", ""),
    ],
)
def test_the_name_of_the_page_that_is_written_most_like_it_is_offered(page: str, name: str, meant: str) -> None:
    assert unknown_in(page, [name]) == [(name, meant)]


def test_a_page_says_in_one_line_what_it_does_not_know_and_goes_on(small_home: Path) -> None:
    at = open_page("browse", layr="3", q="cat", zzz="1")
    said = told(at).replace("\\", "")
    assert "“layr” (did you mean browse_layers?), “zzz”." in said
    assert at.text_input(key="q").value == "cat"
    assert not at.warning


def test_what_others_add_to_links_is_not_mentioned(small_home: Path) -> None:
    foreign = ("utm_source", "utm_campaign", "utm_", "fbclid", "gclid", "ref")
    assert unknown_in("browse", [*foreign, "zzz"]) == [("zzz", "")]
    assert told(open_page("overview", **dict.fromkeys(foreign, "letter"))) == ""


def test_names_of_other_pages_are_carried_along_without_a_word(small_home: Path) -> None:
    everything = {name: "" for name in KNOWN if name not in ("layer", "neuron")}
    assert told(open_page("overview", **everything)) == ""


def test_a_refused_address_says_it_once_too(small_home: Path) -> None:
    at = open_page("neuron", layr="0", neuron="1")
    assert "gives neuron= but not layer=" in at.error[0].value
    assert "did you mean layer?" in told(at)
    assert "did you mean layer?" in told(open_page("neuron", layr="0", layer="0", neuron="99"))


def test_hostile_names_are_shown_as_text_and_shortened(small_home: Path) -> None:
    hostile = {"<b>x</b>**y**\u202e": "1", "a" * 5000: "1", "one": "1", "two": "1", "three": "1"}
    said = told(open_page("overview", **hostile))
    assert r"\<b\>x\</b\>\*\*y\*\*" in said
    assert "\u202e" not in said
    assert "a" * 40 + "…" in said
    assert "a" * 41 not in said
    assert "“one” and 2 more." in said


def test_every_page_has_its_names() -> None:
    assert list(NAMES) == [row.name for row in nav.PAGES]
    for page, right, wrong in CASES:
        assert {*right, *wrong} <= {*NAMES[page]}, page


def test_every_parameter_that_code_reads_or_links_write_is_known() -> None:
    files = [*(ROOT / "neuronview/ui").glob("*.py"), *(ROOT / "pages").glob("*.py")]
    named = {name for file in files for node in ast.walk(ast.parse(file.read_text())) for name in names_in(node, file)}
    assert named >= {"browse_layers", "sql", "explanation", "pinned", "run", "dataset"}  # one of each way to write them
    assert named <= KNOWN


def names_in(node: ast.AST, file: Path) -> list[str]:
    """Names of parameters in one expression: of a widget that is bound, of `st.query_params`, of a link's `view`."""
    found: list[ast.expr | None] = []
    if isinstance(node, ast.Call):
        given = {word.arg: word.value for word in node.keywords}
        found += [given.get("key")] if "bind" in given else []
        found += view.keys if isinstance(view := given.get("view"), ast.Dict) else []
        if ast.unparse(node.func) in ("st.query_params.get", "st.query_params.pop"):
            found.append(node.args[0])
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "st.query_params":
        found.append(node.slice)
    return [name for one in found if one is not None and (name := _as_text(one, file))]


def _as_text(node: ast.expr, file: Path) -> str:
    """A name that is written out, or a constant of its module; nothing for one that is made up when it runs."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name) and file.parent.name == "ui":
        value = getattr(import_module(f"neuronview.ui.{file.stem}"), node.id, "")
        return value if isinstance(value, str) else ""
    return ""
